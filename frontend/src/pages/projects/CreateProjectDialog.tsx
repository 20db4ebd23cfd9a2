import { Button, Divider, Group, Modal, Stack, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useNavigate } from "react-router";
import { useCreateProject } from "../../app/queries/projects";
import { useStrings } from "../../strings/useStrings";
import { ProblemAlert } from "../../ui/ProblemAlert";
import { PolicyFields } from "./PolicyFields";
import { DEFAULT_POLICY, isTrainWidth, toPolicy } from "./policy";

export function CreateProjectDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { projects, ui } = useStrings();
  const navigate = useNavigate();
  const create = useCreateProject();
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { name: "", description: "", ...DEFAULT_POLICY },
    validate: {
      name: (value) => (value.trim() ? null : projects.nameNeeded),
      trainWidth: (value) => (isTrainWidth(value) ? null : projects.fields.widthSteps),
    },
  });
  return (
    <Modal opened={opened} onClose={onClose} title={projects.newProject} size="xl">
      <form
        onSubmit={form.onSubmit(({ name, description, ...policy }) =>
          create.mutate(
            { name: name.trim(), description: description.trim(), ...toPolicy(policy) },
            { onSuccess: (project) => void navigate(`/projects/${project.id}/import`) },
          ),
        )}
      >
        <Stack>
          <TextInput label={ui.name} required data-autofocus key={form.key("name")} {...form.getInputProps("name")} />
          <Textarea
            label={ui.description}
            description={projects.descriptionHint}
            autosize
            minRows={2}
            key={form.key("description")}
            {...form.getInputProps("description")}
          />
          <Divider label={projects.policyCanChange} labelPosition="left" />
          <PolicyFields form={form} />
          <ProblemAlert error={create.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {ui.cancel}
            </Button>
            <Button type="submit" loading={create.isPending}>
              {projects.create}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
