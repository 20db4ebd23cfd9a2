import { Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { Models, ModelVersion } from "../../api/types";
import { useActivateModel } from "../../app/queries/models";
import { percent } from "../../strings/format";
import { ProblemAlert } from "../../ui/ProblemAlert";
import { START_NAMES } from "./predecessors";

interface ActivateDialogProps {
  projectId: number;
  /** The version to activate; null takes the project back to what it started from. */
  model: ModelVersion | null;
  start: Models["start"];
  /** The version that proposes the points now. */
  active: ModelVersion | null;
  onClose: () => void;
}

/** Promotes a version by hand, or rolls back to an older one or to the start; the reason, if any, goes into the history. */
export function ActivateDialog({ projectId, model, start, active, onClose }: ActivateDialogProps) {
  const activate = useActivateModel(projectId);
  const form = useForm({ mode: "uncontrolled", initialValues: { reason: "" } });
  const isRollBack = active !== null && (model === null || model.number < active.number);
  const name = model === null ? `the ${START_NAMES[start].toLowerCase()}` : `model ${model.number}`;
  const action = `${isRollBack ? "Roll back to" : "Activate"} ${name}`;
  return (
    <Modal opened onClose={onClose} title={action}>
      <form
        onSubmit={form.onSubmit(({ reason }) =>
          activate.mutate({ modelId: model?.id ?? null, reason: reason.trim() }, { onSuccess: onClose }),
        )}
      >
        <Stack>
          <Text size="sm">
            {model?.metrics && `Its NME is ${percent(model.metrics.nme_rect, 2)}. `}
            {active?.metrics && `The active model ${active.number} has ${percent(active.metrics.nme_rect, 2)}. `}
            Photos that nobody has opened yet get their points from it anew. Labels of annotators stay as they are.
          </Text>
          <Textarea
            label="Reason"
            description="For those who read the history later; may be left out."
            autosize
            minRows={2}
            maxLength={500}
            data-autofocus
            key={form.key("reason")}
            {...form.getInputProps("reason")}
          />
          <ProblemAlert error={activate.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={activate.isPending}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
