import { NumberInput, Select, SimpleGrid } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { type PolicyForm, QUEUE_ORDERS } from "./policy";

interface PolicyFieldsProps<T extends PolicyForm> {
  form: UseFormReturnType<T>;
  /** Whether photos have been dealt to the held-out set already, so that its share cannot change any more. */
  holdoutIsFixed?: boolean;
}

/** A project's rules, each with what it does. */
export function PolicyFields<T extends PolicyForm>({ form, holdoutIsFixed = false }: PolicyFieldsProps<T>) {
  const field = (name: keyof PolicyForm) => ({ key: form.key(name), ...form.getInputProps(name) });
  const { key: leaseKey, ...lease } = field("leaseMinutes");
  const { key: reviewKey, ...review } = field("reviewPercent");
  const { key: retrainKey, ...retrain } = field("retrainEvery");
  const { key: holdoutKey, ...holdout } = field("holdoutPercent");
  const { key: widthKey, ...width } = field("trainWidth");
  const { key: epochsKey, ...epochs } = field("trainEpochs");
  const { key: orderKey, ...order } = field("queueOrder");
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <NumberInput
        key={leaseKey}
        {...lease}
        label="Lease, minutes"
        description="How long a photo stays with an annotator who stops working on it. Every edit renews it."
        min={0.5}
        max={1440}
        required
      />
      <NumberInput
        key={reviewKey}
        {...review}
        label="Review, % of labels"
        description="How many submitted labels a reviewer must see; the rest are approved at once."
        min={0}
        max={100}
        suffix=" %"
        required
      />
      <NumberInput
        key={retrainKey}
        {...retrain}
        label="Train again after, labels"
        description="Newly approved labels that start a training run. A better model proposes better points."
        min={1}
        max={1_000_000}
        thousandSeparator=","
        required
      />
      <NumberInput
        key={holdoutKey}
        {...holdout}
        label="Held out, % of photos"
        description={
          holdoutIsFixed
            ? "Photos that no model ever trains on. Fixed since the project began."
            : "Photos that no model ever trains on: every model is measured on the same ones."
        }
        min={1}
        max={50}
        suffix=" %"
        disabled={holdoutIsFixed}
        required
      />
      <NumberInput
        key={widthKey}
        {...width}
        label="Network width, channels"
        description="Wider is more accurate and slower: 64 suits a CPU, 128 most teams, 256 wants a GPU. Counts for the first model; later ones learn on from it."
        min={16}
        max={512}
        step={16}
        required
      />
      <NumberInput
        key={epochsKey}
        {...epochs}
        label="Epochs of a training run"
        description="How often a run sees every label. More takes longer and gains less and less."
        min={1}
        max={1000}
        required
      />
      <Select
        key={orderKey}
        {...order}
        label="Order of photos"
        description="Which photos annotators get first. Counts from the next photo on; work that was begun stays first."
        data={Object.entries(QUEUE_ORDERS).map(([value, label]) => ({ value, label }))}
        allowDeselect={false}
        required
      />
    </SimpleGrid>
  );
}
