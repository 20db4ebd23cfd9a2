import { Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { Models, ModelVersion } from "../../api/types";
import { useActivateModel } from "../../app/queries/models";
import { percent } from "../../strings/format";
import { useStrings } from "../../strings/useStrings";
import { ProblemAlert } from "../../ui/ProblemAlert";

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
  const { models, ui } = useStrings();
  const activate = useActivateModel(projectId);
  const form = useForm({ mode: "uncontrolled", initialValues: { reason: "" } });
  const isRollBack = active !== null && (model === null || model.number < active.number);
  const action = models.activation(isRollBack, model?.number ?? null, start);
  return (
    <Modal opened onClose={onClose} title={action}>
      <form
        onSubmit={form.onSubmit(({ reason }) =>
          activate.mutate({ modelId: model?.id ?? null, reason: reason.trim() }, { onSuccess: onClose }),
        )}
      >
        <Stack>
          <Text size="sm">
            {model?.metrics && models.itsNme(percent(model.metrics.nme_rect, 2))}{" "}
            {active?.metrics && models.activeHas(active.number, percent(active.metrics.nme_rect, 2))}{" "}
            {models.activationEffect}
          </Text>
          <Textarea
            label={models.reason}
            description={models.reasonHint}
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
              {ui.cancel}
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
