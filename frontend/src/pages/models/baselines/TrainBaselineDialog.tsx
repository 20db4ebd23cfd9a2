import { Anchor, Button, Group, Modal, NumberInput, Select, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { Link } from "react-router";
import type { BaselineCreate, Snapshot } from "../../../api/types";
import { useTrainBaseline } from "../../../app/queries/baselines";
import { useSnapshots } from "../../../app/queries/snapshots";
import { useStrings } from "../../../strings/useStrings";
import { Loading } from "../../../ui/Loading";
import { ProblemAlert } from "../../../ui/ProblemAlert";

type Depth = NonNullable<BaselineCreate["depth"]>;

const DEPTHS: readonly Depth[] = [18, 50, 101];
/** 8k + 1 pixels: the smallest suits a CPU, the largest is the paper's. */
const SIZES = [129, 193, 257, 385, 473] as const;

/** Asks which snapshot to learn from, and how large a network may be. */
export function TrainBaselineDialog({ projectId, onClose }: { projectId: number; onClose: () => void }) {
  const { baselines: strings } = useStrings();
  const snapshots = useSnapshots(projectId);
  return (
    <Modal opened onClose={onClose} title={strings.train} size="lg">
      {snapshots.isPending && <Loading />}
      <ProblemAlert error={snapshots.error} onRetry={() => void snapshots.refetch()} />
      {snapshots.isSuccess &&
        (snapshots.data.items.length === 0 ? (
          <Stack gap="xs" align="flex-start">
            <Text size="sm">{strings.noSnapshot}</Text>
            <Anchor component={Link} to={`/projects/${projectId}/snapshots`} size="sm">
              {strings.toSnapshots}
            </Anchor>
          </Stack>
        ) : (
          <TrainBaselineForm projectId={projectId} snapshots={snapshots.data.items} onClose={onClose} />
        ))}
    </Modal>
  );
}

interface TrainBaselineFormProps {
  projectId: number;
  /** At least one, the newest first. */
  snapshots: Snapshot[];
  onClose: () => void;
}

function TrainBaselineForm({ projectId, snapshots, onClose }: TrainBaselineFormProps) {
  const { baselines: strings, ui } = useStrings();
  const train = useTrainBaseline(projectId);
  const form = useForm({
    mode: "controlled",
    initialValues: { snapshot: String(snapshots[0]?.id), depth: "18", size: "129", epochs: 30 as number | string },
    validate: { epochs: (value) => (typeof value === "number" ? null : strings.epochsRange) },
  });
  const chosen = snapshots.find(({ id }) => String(id) === form.values.snapshot);
  return (
    <form
      onSubmit={form.onSubmit(({ snapshot, depth, size, epochs }) =>
        train.mutate(
          {
            snapshot_id: Number(snapshot),
            depth: DEPTHS.find((known) => String(known) === depth) ?? 18,
            input_size: Number(size),
            epochs: Number(epochs),
          },
          {
            onSuccess: () => {
              notifications.show({ message: strings.queued });
              onClose();
            },
          },
        ),
      )}
    >
      <Stack>
        <Select
          label={strings.snapshot}
          description={chosen && strings.learnsFrom(chosen.splits.train, chosen.splits.val + chosen.splits.test)}
          data={snapshots.map(({ id, number, name }) => ({ value: String(id), label: `${number} · ${name}` }))}
          {...form.getInputProps("snapshot")}
        />
        <Group grow align="flex-start">
          <Select
            label={strings.network}
            data={DEPTHS.map((depth) => ({ value: String(depth), label: `ResNet-${depth}` }))}
            {...form.getInputProps("depth")}
          />
          <Select
            label={strings.input}
            data={SIZES.map((size) => ({ value: String(size), label: `${size} px` }))}
            {...form.getInputProps("size")}
          />
          <NumberInput label={strings.epochs} min={1} max={1000} allowDecimal={false} {...form.getInputProps("epochs")} />
        </Group>
        <Text size="xs" c="dimmed">
          {strings.sizesWhat}
        </Text>
        <ProblemAlert error={train.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {ui.cancel}
          </Button>
          <Button type="submit" loading={train.isPending}>
            {strings.start}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
