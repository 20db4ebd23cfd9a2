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
import { useStrings } from "../../strings/useStrings";
import { ConfirmButton } from "../../ui/ConfirmButton";
import { CopyOnce } from "../../ui/CopyOnce";
import { ProblemAlert } from "../../ui/ProblemAlert";
import { Time } from "../../ui/Time";
import { roleOptions } from "./roles";

interface InvitationsSectionProps {
  /** Chosen from the start, where the page is a project's. */
  projectId?: number;
}

/** Invites people by a link that is shown once, and lists the invitations that are still open. */
export function InvitationsSection({ projectId }: InvitationsSectionProps) {
  const { members, ui } = useStrings();
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
      email: (value) => (value === "" || value.includes("@") ? null : members.emailOrEmpty),
      days: (value) => (value >= 1 ? null : members.atLeastOneDay),
    },
  });
  return (
    <Paper>
      <Title order={2} mb="sm">
        {members.invite}
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
            <SimpleGrid cols={{ base: 1, sm: 2 }} style={{ alignItems: "end" }}>
              <Select
                label={ui.role}
                description={members.roleDoes[form.values.role]}
                data={roleOptions(members)}
                {...form.getInputProps("role")}
              />
              <MultiSelect
                label={members.projects}
                description={members.projectsHint}
                data={projects.map((project) => ({ value: String(project.id), label: project.name }))}
                placeholder={form.values.projects.length === 0 ? ui.none : undefined}
                searchable
                {...form.getInputProps("projects")}
              />
              <TextInput
                label={ui.email}
                description={members.emailHint}
                type="email"
                {...form.getInputProps("email")}
              />
              <NumberInput
                label={members.days}
                description={members.daysHint}
                min={1}
                max={90}
                {...form.getInputProps("days")}
              />
            </SimpleGrid>
            <Group>
              <Button type="submit" loading={invite.isPending}>
                {members.makeLink}
              </Button>
            </Group>
          </Stack>
        </form>
        <ProblemAlert error={invite.error} />
        {invite.data?.link && (
          <CopyOnce
            title={members.invitationFor(ui.roles[invite.data.role])}
            value={window.location.origin + invite.data.link}
          />
        )}
        <OpenInvitations names={new Map(projects.map((project) => [project.id, project.name]))} />
      </Stack>
    </Paper>
  );
}

function OpenInvitations({ names }: { names: ReadonlyMap<number, string> }) {
  const { members, ui } = useStrings();
  const invitations = useInvitations();
  const revoke = useRevokeInvitation();
  const open = invitations.data?.items.filter((invitation) => invitation.accepted_at === null) ?? [];
  return (
    <>
      <ProblemAlert error={invitations.error ?? revoke.error} />
      {open.length > 0 && (
        <Table.ScrollContainer minWidth={440}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{members.openInvitation}</Table.Th>
                <Table.Th w="40%">{members.for}</Table.Th>
                <Table.Th>{members.projects}</Table.Th>
                <Table.Th>{ui.expires}</Table.Th>
                <Table.Th aria-label={ui.actions} />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {open.map((invitation: Invitation) => (
                <Table.Tr key={invitation.id}>
                  <Table.Td>{ui.roles[invitation.role]}</Table.Td>
                  <Table.Td style={{ overflowWrap: "anywhere" }}>
                    {invitation.email ?? (
                      <Text span inherit c="dimmed">
                        {members.anyoneWithLink}
                      </Text>
                    )}
                  </Table.Td>
                  <Table.Td>
                    {ui.list(invitation.project_ids.map((id) => names.get(id) ?? members.projectNumber(id))) || ui.none}
                  </Table.Td>
                  <Table.Td>
                    <Time at={invitation.expires_at} />
                  </Table.Td>
                  <Table.Td ta="right">
                    <ConfirmButton
                      label={members.revoke}
                      confirmLabel={members.revokeForGood}
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
