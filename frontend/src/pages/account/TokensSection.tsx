import { Button, Code, Group, NumberInput, Paper, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useCreateToken, useRevokeToken, useTokens } from "../../app/queries/account";
import { ConfirmButton } from "../../ui/ConfirmButton";
import { CopyOnce } from "../../ui/CopyOnce";
import { date } from "../../strings/format";
import { useStrings } from "../../strings/useStrings";
import { Loading } from "../../ui/Loading";
import { ProblemAlert } from "../../ui/ProblemAlert";
import { Time } from "../../ui/Time";

/** API tokens: for scripts and the command line, shown once, revocable at any time. */
export function TokensSection() {
  const { account, ui } = useStrings();
  const tokens = useTokens();
  const create = useCreateToken();
  const revoke = useRevokeToken();
  const form = useForm<{ name: string; days: number | string }>({
    mode: "uncontrolled",
    initialValues: { name: "", days: 90 },
    validate: { name: (value) => (value.trim() ? null : account.tokenNameNeeded) },
  });
  return (
    <Paper>
      <Title order={2} mb="xs">
        {account.tokens}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {account.tokensWhat} <Code>Authorization: Bearer …</Code>
      </Text>
      <Stack>
        <form
          onSubmit={form.onSubmit(({ name, days }) =>
            create.mutate(
              { name: name.trim(), expires_in_days: typeof days === "number" ? days : null },
              { onSuccess: () => form.reset() },
            ),
          )}
        >
          <Group align="flex-start">
            <TextInput
              label={ui.name}
              description={account.tokenNameHint}
              w={260}
              key={form.key("name")}
              {...form.getInputProps("name")}
            />
            <NumberInput
              label={account.tokenDays}
              description={account.tokenDaysHint}
              min={1}
              max={3650}
              w={180}
              key={form.key("days")}
              {...form.getInputProps("days")}
            />
            <Button type="submit" loading={create.isPending} mt={46}>
              {account.makeToken}
            </Button>
          </Group>
        </form>
        <ProblemAlert error={create.error ?? revoke.error} />
        {create.data?.token && <CopyOnce title={account.theToken(create.data.name)} value={create.data.token} />}
        {tokens.isPending && <Loading />}
        <ProblemAlert error={tokens.error} onRetry={() => void tokens.refetch()} />
        {tokens.data?.items.length === 0 && (
          <Text size="sm" c="dimmed">
            {account.noTokens}
          </Text>
        )}
        {tokens.data && tokens.data.items.length > 0 && (
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{ui.name}</Table.Th>
                <Table.Th>{account.beginsWith}</Table.Th>
                <Table.Th>{ui.made}</Table.Th>
                <Table.Th>{account.lastUsed}</Table.Th>
                <Table.Th>{ui.expires}</Table.Th>
                <Table.Th aria-label={ui.actions} />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {tokens.data.items.map((token) => (
                <Table.Tr key={token.id}>
                  <Table.Td>{token.name}</Table.Td>
                  <Table.Td>
                    <Code>{token.prefix}</Code>
                  </Table.Td>
                  <Table.Td>{date(token.created_at)}</Table.Td>
                  <Table.Td>{token.last_used_at ? <Time at={token.last_used_at} /> : ui.never}</Table.Td>
                  <Table.Td>{token.expires_at ? <Time at={token.expires_at} /> : ui.never}</Table.Td>
                  <Table.Td ta="right">
                    <ConfirmButton
                      label={account.revoke}
                      confirmLabel={account.revokeForGood}
                      loading={revoke.isPending && revoke.variables === token.id}
                      onConfirm={() => revoke.mutate(token.id)}
                    />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Stack>
    </Paper>
  );
}
