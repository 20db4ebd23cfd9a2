import { NumberInput, Select, SimpleGrid } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useStrings } from "../../strings/useStrings";
import type { PolicyForm } from "./policy";

interface PolicyFieldsProps<T extends PolicyForm> {
  form: UseFormReturnType<T>;
  /** Whether photos have been dealt to the held-out set already, so that its share cannot change any more. */
  holdoutIsFixed?: boolean;
}

/** A project's rules, each with what it does. */
export function PolicyFields<T extends PolicyForm>({ form, holdoutIsFixed = false }: PolicyFieldsProps<T>) {
  const { fields, queueOrders } = useStrings().projects;
  const field = (name: keyof PolicyForm) => ({ key: form.key(name), ...form.getInputProps(name) });
  const { key: leaseKey, ...lease } = field("leaseMinutes");
  const { key: reviewKey, ...review } = field("reviewPercent");
  const { key: retrainKey, ...retrain } = field("retrainEvery");
  const { key: holdoutKey, ...holdout } = field("holdoutPercent");
  const { key: widthKey, ...width } = field("trainWidth");
  const { key: epochsKey, ...epochs } = field("trainEpochs");
  const { key: orderKey, ...order } = field("queueOrder");
  return (
    // Hints of one line and of two: the boxes of a row stand on one line.
    <SimpleGrid cols={{ base: 1, sm: 2 }} style={{ alignItems: "end" }}>
      <NumberInput
        key={leaseKey}
        {...lease}
        label={fields.lease}
        description={fields.leaseHint}
        min={0.5}
        max={1440}
        required
      />
      <NumberInput
        key={reviewKey}
        {...review}
        label={fields.review}
        description={fields.reviewHint}
        min={0}
        max={100}
        suffix=" %"
        required
      />
      <NumberInput
        key={retrainKey}
        {...retrain}
        label={fields.retrain}
        description={fields.retrainHint}
        min={1}
        max={1_000_000}
        thousandSeparator=","
        required
      />
      <NumberInput
        key={holdoutKey}
        {...holdout}
        label={fields.holdout}
        description={holdoutIsFixed ? fields.holdoutFixed : fields.holdoutHint}
        min={1}
        max={50}
        suffix=" %"
        disabled={holdoutIsFixed}
        required
      />
      <NumberInput
        key={widthKey}
        {...width}
        label={fields.width}
        description={fields.widthHint}
        min={16}
        max={512}
        step={8}
        required
      />
      <NumberInput
        key={epochsKey}
        {...epochs}
        label={fields.epochs}
        description={fields.epochsHint}
        min={1}
        max={1000}
        required
      />
      <Select
        key={orderKey}
        {...order}
        label={fields.order}
        description={fields.orderHint}
        data={Object.entries(queueOrders).map(([value, label]) => ({ value, label }))}
        allowDeselect={false}
        required
      />
    </SimpleGrid>
  );
}
