import { Badge, Paper, Select, Switch, Table, Text, Title } from "@mantine/core";
import { useUser } from "../../api/session";
import { useUpdateUser, useUsers } from "../../app/queries/people";
import { useStrings } from "../../strings/useStrings";
import { Loading } from "../../ui/Loading";
import { ProblemAlert } from "../../ui/ProblemAlert";
import { Time } from "../../ui/Time";
import { FoldedEmail } from "./FoldedEmail";
import { roleOptions } from "./roles";

/** All accounts, with what each may do. One's own role stays as it is, so that no team locks itself out. */
export function UsersSection() {
  const { members, ui } = useStrings();
  const me = useUser();
  const users = useUsers();
  const update = useUpdateUser();
  return (
    <Paper>
      <Title order={2} mb="sm">
        {members.users}
      </Title>
      {users.isPending && <Loading />}
      <ProblemAlert error={users.error ?? update.error} />
      {users.data && (
        <Table.ScrollContainer minWidth={560}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{ui.personName}</Table.Th>
                <Table.Th visibleFrom="md">{ui.email}</Table.Th>
                <Table.Th>{ui.role}</Table.Th>
                <Table.Th>{members.lastSeen}</Table.Th>
                <Table.Th>{members.maySignIn}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {users.data.items.map((user) => (
                <Table.Tr key={user.id}>
                  <Table.Td>
                    {user.name}{" "}
                    {user.id === me.id && (
                      <Badge size="xs">{members.you}</Badge>
                    )}
                    <FoldedEmail hiddenFrom="md">{user.email}</FoldedEmail>
                  </Table.Td>
                  <Table.Td visibleFrom="md">{user.email}</Table.Td>
                  <Table.Td>
                    <Select
                      aria-label={members.roleOf(user.name)}
                      data={roleOptions(members)}
                      value={user.role}
                      disabled={user.id === me.id}
                      size="xs"
                      w={130}
                      onChange={(role) => role && update.mutate({ id: user.id, patch: { role } })}
                    />
                  </Table.Td>
                  <Table.Td>
                    {user.id === me.id ? (
                      // What the server noted is a little older than this very look at the page.
                      members.seenNow
                    ) : user.last_seen_at ? (
                      <Time at={user.last_seen_at} />
                    ) : (
                      <Text span inherit c="dimmed">
                        {ui.never}
                      </Text>
                    )}
                  </Table.Td>
                  <Table.Td>
                    <Switch
                      aria-label={members.userMaySignIn(user.name)}
                      checked={!user.disabled}
                      disabled={user.id === me.id}
                      onChange={(event) =>
                        update.mutate({ id: user.id, patch: { disabled: !event.currentTarget.checked } })
                      }
                    />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Paper>
  );
}
