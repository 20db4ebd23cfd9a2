import { Button, Divider, Group, Paper, Stack, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useOpenProject } from "../../app/ProjectLayout";
import { useUpdateProject } from "../../app/queries/projects";
import { useStrings } from "../../strings/useStrings";
import { ForRole } from "../../ui/ForRole";
import { Page } from "../../ui/Page";
import { ProblemAlert } from "../../ui/ProblemAlert";
import { PolicyFields } from "../projects/PolicyFields";
import { isTrainWidth, toForm, toPolicy } from "../projects/policy";

export default function SettingsPage() {
  const { projects } = useStrings();
  return (
    <ForRole needs="admin" title={projects.settings} instead={projects.settingsForAdmins}>
      <Settings />
    </ForRole>
  );
}

function Settings() {
  const { projects, ui } = useStrings();
  const project = useOpenProject();
  const update = useUpdateProject(project.id);
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { name: project.name, description: project.description, ...toForm(project) },
    validate: {
      name: (value) => (value.trim() ? null : projects.nameNeeded),
      trainWidth: (value) => (isTrainWidth(value) ? null : projects.fields.widthSteps),
    },
  });
  return (
    <Page title={projects.settings} lead={projects.settingsWhat}>
      <Paper maw={760}>
        <form
          onSubmit={form.onSubmit(({ name, description, ...values }) => {
            const { holdout_share: fixed, ...policy } = toPolicy(values);
            update.mutate(
              { name: name.trim(), description: description.trim(), ...policy },
              {
                onSuccess: () => {
                  form.resetDirty();
                  notifications.show({ message: projects.settingsSaved });
                },
              },
            );
          })}
        >
          <Stack>
            <TextInput label={ui.name} required key={form.key("name")} {...form.getInputProps("name")} />
            <Textarea
              label={ui.description}
              autosize
              minRows={2}
              key={form.key("description")}
              {...form.getInputProps("description")}
            />
            <Divider label={projects.policy} labelPosition="left" />
            <PolicyFields form={form} holdoutIsFixed />
            <ProblemAlert error={update.error} />
            <Group>
              <Button type="submit" loading={update.isPending}>
                {projects.saveSettings}
              </Button>
            </Group>
          </Stack>
        </form>
      </Paper>
    </Page>
  );
}
