import {
  Button,
  Group,
  MultiSelect,
  NumberInput,
  Paper,
  Select,
  SimpleGrid,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import type { Invitation, Role } from "../../api/types";
import { useInvitations, useInvite, useRevokeInvitation } from "../../app/queries/people";
import { useProjects } from "../../app/queries/projects";
import { ConfirmButton } from "../../ui/ConfirmButton";
import { CopyOnce } from "../../ui/CopyOnce";
import { ProblemAlert } from "../../ui/ProblemAlert";
import { Time } from "../../ui/Time";
import { ROLE_OPTIONS, ROLES } from "./roles";

interface InvitationsSectionProps {
  /** Chosen from the start, where the page is a project's. */
  projectId?: number;
}

/** Invites people by a link that is shown once, and lists the invitations that are still open. */
export function InvitationsSection({ projectId }: InvitationsSectionProps) {
  const projects = useProjects().data?.items ?? [];
  const invite = useInvite();
  const form = useForm({
    initialValues: {
      role: "annotator" as Role,
      email: "",
      projects: projectId === undefined ? [] : [String(projectId)],
      days: 7,
    },
    validate: {
      email: (value) => (value === "" || value.includes("@") ? null : "Enter an e-mail address, or leave it empty"),
      days: (value) => (value >= 1 ? null : "At least one day"),
    },
  });
  return (
    <Paper>
      <Title order={2} mb="sm">
        Invite someone
      </Title>
      <Stack>
        <form
          onSubmit={form.onSubmit((values) =>
            invite.mutate(
              {
                role: values.role,
                email: values.email.trim() || null,
                project_ids: values.projects.map(Number),
                expires_in_days: values.days,
              },
              { onSuccess: () => form.reset() },
            ),
          )}
        >
          <Stack gap="sm">
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <Select
                label="Role"
                description={`This person ${ROLES.find(({ value }) => value === form.values.role)?.does ?? ""}.`}
                data={ROLE_OPTIONS}
                {...form.getInputProps("role")}
              />
              <MultiSelect
                label="Projects"
                description="Which they are a member of from the start."
                data={projects.map((project) => ({ value: String(project.id), label: project.name }))}
                placeholder={form.values.projects.length === 0 ? "none" : undefined}
                searchable
                {...form.getInputProps("projects")}
              />
              <TextInput
                label="E-mail"
                description="Optional: only this address can use the link then."
                type="email"
                {...form.getInputProps("email")}
              />
              <NumberInput
                label="Days"
                description="How long the link works."
                min={1}
                max={90}
                {...form.getInputProps("days")}
              />
            </SimpleGrid>
            <Group>
              <Button type="submit" loading={invite.isPending}>
                Make an invitation link
              </Button>
            </Group>
          </Stack>
        </form>
        <ProblemAlert error={invite.error} />
        {invite.data?.link && (
          <CopyOnce
            title={`Invitation for a new ${invite.data.role}`}
            value={window.location.origin + invite.data.link}
          />
        )}
        <OpenInvitations names={new Map(projects.map((project) => [project.id, project.name]))} />
      </Stack>
    </Paper>
  );
}

function OpenInvitations({ names }: { names: ReadonlyMap<number, string> }) {
  const invitations = useInvitations();
  const revoke = useRevokeInvitation();
  const open = invitations.data?.items.filter((invitation) => invitation.accepted_at === null) ?? [];
  return (
    <>
      <ProblemAlert error={invitations.error ?? revoke.error} />
      {open.length > 0 && (
        <Table.ScrollContainer minWidth={560}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Open invitation</Table.Th>
                <Table.Th>For</Table.Th>
                <Table.Th>Projects</Table.Th>
                <Table.Th>Expires</Table.Th>
                <Table.Th aria-label="Actions" />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {open.map((invitation: Invitation) => (
                <Table.Tr key={invitation.id}>
                  <Table.Td>{invitation.role}</Table.Td>
                  <Table.Td>{invitation.email ?? <Text span inherit c="dimmed">anyone with the link</Text>}</Table.Td>
                  <Table.Td>
                    {invitation.project_ids.map((id) => names.get(id) ?? `project ${id}`).join(", ") || "none"}
                  </Table.Td>
                  <Table.Td>
                    <Time at={invitation.expires_at} />
                  </Table.Td>
                  <Table.Td ta="right">
                    <ConfirmButton
                      label="Revoke"
                      confirmLabel="Revoke for good"
                      loading={revoke.isPending && revoke.variables === invitation.id}
                      onConfirm={() => revoke.mutate(invitation.id)}
                    />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </>
  );
}
