import { Button, Divider, Group, Modal, Stack, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useNavigate } from "react-router";
import { useCreateProject } from "../../app/queries/projects";
import { ProblemAlert } from "../../ui/ProblemAlert";
import { PolicyFields } from "./PolicyFields";
import { DEFAULT_POLICY, toPolicy } from "./policy";

export function CreateProjectDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const navigate = useNavigate();
  const create = useCreateProject();
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { name: "", description: "", ...DEFAULT_POLICY },
    validate: { name: (value) => (value.trim() ? null : "Give the project a name") },
  });
  return (
    <Modal opened={opened} onClose={onClose} title="New project" size="lg">
      <form
        onSubmit={form.onSubmit(({ name, description, ...policy }) =>
          create.mutate(
            { name: name.trim(), description: description.trim(), ...toPolicy(policy) },
            { onSuccess: (project) => void navigate(`/projects/${project.id}/import`) },
          ),
        )}
      >
        <Stack>
          <TextInput label="Name" required data-autofocus key={form.key("name")} {...form.getInputProps("name")} />
          <Textarea
            label="Description"
            description="What the photos are, and what annotators should know"
            autosize
            minRows={2}
            key={form.key("description")}
            {...form.getInputProps("description")}
          />
          <Divider label="Policy: these values suit most teams, and can be changed later" labelPosition="left" />
          <PolicyFields form={form} />
          <ProblemAlert error={create.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending}>
              Create the project
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
