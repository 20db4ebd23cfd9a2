import { Button, Divider, Group, Paper, Stack, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useOpenProject } from "../../app/ProjectLayout";
import { useUpdateProject } from "../../app/queries/projects";
import { Page } from "../../ui/Page";
import { ProblemAlert } from "../../ui/ProblemAlert";
import { PolicyFields } from "../projects/PolicyFields";
import { toForm, toPolicy } from "../projects/policy";

export default function SettingsPage() {
  const project = useOpenProject();
  const update = useUpdateProject(project.id);
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { name: project.name, description: project.description, ...toForm(project) },
    validate: { name: (value) => (value.trim() ? null : "Give the project a name") },
  });
  return (
    <Page title="Settings" lead="A change holds from now on; labels that are already approved stay approved.">
      <Paper maw={760}>
        <form
          onSubmit={form.onSubmit(({ name, description, ...values }) => {
            const { holdout_share: fixed, ...policy } = toPolicy(values);
            update.mutate(
              { name: name.trim(), description: description.trim(), ...policy },
              {
                onSuccess: () => {
                  form.resetDirty();
                  notifications.show({ message: "The settings have been saved." });
                },
              },
            );
          })}
        >
          <Stack>
            <TextInput label="Name" required key={form.key("name")} {...form.getInputProps("name")} />
            <Textarea
              label="Description"
              autosize
              minRows={2}
              key={form.key("description")}
              {...form.getInputProps("description")}
            />
            <Divider label="Policy" labelPosition="left" />
            <PolicyFields form={form} holdoutIsFixed />
            <ProblemAlert error={update.error} />
            <Group>
              <Button type="submit" loading={update.isPending}>
                Save the settings
              </Button>
            </Group>
          </Stack>
        </form>
      </Paper>
    </Page>
  );
}
