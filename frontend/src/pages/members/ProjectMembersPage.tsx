import { Badge, Button, Group, Paper, Select, Stack, Table, Text, Title } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { atLeast, useUser } from "../../api/session";
import { useOpenProject } from "../../app/ProjectLayout";
import { useMembers, useSetMember, useUsers } from "../../app/queries/people";
import { ConfirmButton } from "../../ui/ConfirmButton";
import { date } from "../../strings/format";
import { useStrings } from "../../strings/useStrings";
import { ForRole } from "../../ui/ForRole";
import { Loading } from "../../ui/Loading";
import { Page } from "../../ui/Page";
import { ProblemAlert } from "../../ui/ProblemAlert";
import { FoldedEmail } from "./FoldedEmail";
import { InvitationsSection } from "./InvitationsSection";

export default function ProjectMembersPage() {
  const { members, ui } = useStrings();
  return (
    <ForRole needs="reviewer" title={members.title} instead={ui.adminMakesReviewers}>
      <ProjectMembers />
    </ForRole>
  );
}

function ProjectMembers() {
  const { members } = useStrings();
  const project = useOpenProject();
  const isAdmin = atLeast(useUser().role, "admin");
  return (
    <Page
      title={members.title}
      lead={members.lead}
      actions={
        isAdmin && (
          <Button component={Link} to="/members" variant="default">
            {members.allUsers}
          </Button>
        )
      }
    >
      <Stack>
        <MembersTable projectId={project.id} isAdmin={isAdmin} />
        {isAdmin && <InvitationsSection projectId={project.id} />}
      </Stack>
    </Page>
  );
}

function MembersTable({ projectId, isAdmin }: { projectId: number; isAdmin: boolean }) {
  const { members: strings, ui } = useStrings();
  const members = useMembers(projectId);
  const setMember = useSetMember(projectId);
  return (
    <Paper>
      <Title order={2} mb="sm">
        {strings.inThisProject}
      </Title>
      {members.isPending && <Loading />}
      <ProblemAlert error={members.error ?? setMember.error} />
      {members.data?.items.length === 0 && (
        <Text size="sm" c="dimmed">
          {strings.noMembers} {isAdmin ? strings.addOrInvite : strings.adminAdds}
        </Text>
      )}
      {members.data && members.data.items.length > 0 && (
        <Table.ScrollContainer minWidth={440}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{ui.personName}</Table.Th>
                <Table.Th visibleFrom="lg">{ui.email}</Table.Th>
                <Table.Th>{ui.role}</Table.Th>
                <Table.Th>{strings.since}</Table.Th>
                {isAdmin && <Table.Th aria-label={ui.actions} />}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {members.data.items.map((member) => (
                <Table.Tr key={member.user_id}>
                  <Table.Td>
                    {member.name}
                    <FoldedEmail hiddenFrom="lg">{member.email}</FoldedEmail>
                  </Table.Td>
                  <Table.Td visibleFrom="lg">{member.email}</Table.Td>
                  <Table.Td>
                    <Badge color="gray">{ui.roles[member.role]}</Badge>
                  </Table.Td>
                  <Table.Td>{date(member.added_at)}</Table.Td>
                  {isAdmin && (
                    <Table.Td ta="right">
                      <ConfirmButton
                        label={strings.remove}
                        confirmLabel={strings.removeForGood}
                        loading={setMember.isPending && setMember.variables.userId === member.user_id}
                        onConfirm={() => setMember.mutate({ userId: member.user_id, member: false })}
                      />
                    </Table.Td>
                  )}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {isAdmin && members.data && (
        <AddMember projectId={projectId} memberIds={new Set(members.data.items.map((member) => member.user_id))} />
      )}
    </Paper>
  );
}

function AddMember({ projectId, memberIds }: { projectId: number; memberIds: ReadonlySet<number> }) {
  const { members } = useStrings();
  const users = useUsers();
  const setMember = useSetMember(projectId);
  const [chosen, setChosen] = useState<string | null>(null);
  const others = users.data?.items.filter((user) => !user.disabled && !memberIds.has(user.id)) ?? [];
  return (
    <Stack mt="md" gap="xs">
      <Group align="flex-end">
        <Select
          label={members.addUser}
          placeholder={others.length === 0 ? members.everyoneIsMember : members.nameOrEmail}
          data={others.map((user) => ({ value: String(user.id), label: `${user.name} (${user.email})` }))}
          value={chosen}
          onChange={setChosen}
          disabled={others.length === 0}
          searchable
          w={360}
        />
        <Button
          variant="light"
          disabled={chosen === null}
          loading={setMember.isPending}
          onClick={() =>
            setMember.mutate({ userId: Number(chosen), member: true }, { onSuccess: () => setChosen(null) })
          }
        >
          {members.add}
        </Button>
      </Group>
      <ProblemAlert error={users.error ?? setMember.error} />
      <Text size="xs" c="dimmed">
        {members.needsInvitation}
      </Text>
    </Stack>
  );
}
