import { Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { ModelVersion } from "../../api/types";
import { useActivateModel } from "../../app/queries/models";
import { percent } from "../../ui/format";
import { ProblemAlert } from "../../ui/ProblemAlert";

interface ActivateDialogProps {
  projectId: number;
  model: ModelVersion;
  /** The model that proposes the points now. */
  active: ModelVersion | null;
  onClose: () => void;
}

/** Promotes a model by hand, or rolls back to an older one; the reason goes into the history. */
export function ActivateDialog({ projectId, model, active, onClose }: ActivateDialogProps) {
  const activate = useActivateModel(projectId);
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { reason: "" },
    validate: { reason: (value) => (value.trim() ? null : "Say why, for those who read the history later") },
  });
  const isRollBack = active !== null && model.number < active.number;
  const verb = isRollBack ? "Roll back to" : "Activate";
  return (
    <Modal opened onClose={onClose} title={`${verb} model ${model.number}`}>
      <form
        onSubmit={form.onSubmit(({ reason }) =>
          activate.mutate({ modelId: model.id, reason: reason.trim() }, { onSuccess: onClose }),
        )}
      >
        <Stack>
          <Text size="sm">
            {model.metrics && `Its NME is ${percent(model.metrics.nme_rect, 2)}. `}
            {active?.metrics && `The active model ${active.number} has ${percent(active.metrics.nme_rect, 2)}. `}
            Photos that nobody has opened yet get their points from it anew. Labels of annotators stay as they are.
          </Text>
          <Textarea
            label="Reason"
            autosize
            minRows={2}
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
              {verb} model {model.number}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
