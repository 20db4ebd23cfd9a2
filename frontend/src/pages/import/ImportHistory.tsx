import { Button, Paper, Table, Text, Title } from "@mantine/core";
import { Fragment, useState } from "react";
import type { Import } from "../../api/types";
import { useImports } from "../../app/queries/imports";
import { count } from "../../strings/format";
import { ProblemAlert } from "../../ui/ProblemAlert";
import { Time } from "../../ui/Time";
import { ImportItems } from "./ImportItems";

const STATE: Readonly<Record<Import["state"], string>> = {
  open: "not finished",
  unpacking: "unpacking",
  done: "done",
  failed: "failed",
};

/** Earlier imports, from this browser or another, or from the command line. */
export function ImportHistory({ projectId }: { projectId: number }) {
  const imports = useImports(projectId);
  const [opened, setOpened] = useState<number | null>(null);
  const items = imports.data?.items ?? [];
  if (imports.error) return <ProblemAlert error={imports.error} onRetry={() => void imports.refetch()} />;
  if (items.length === 0) return null;
  return (
    <Paper>
      <Title order={2} mb="xs">
        Imports so far
      </Title>
      <Table.ScrollContainer minWidth={640}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Started</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th>Imported</Table.Th>
              <Table.Th>Duplicates</Table.Th>
              <Table.Th>Refused</Table.Th>
              <Table.Th aria-label="Actions" />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((found) => (
              <Fragment key={found.id}>
                <Table.Tr>
                  <Table.Td>
                    <Time at={found.created_at} />
                  </Table.Td>
                  <Table.Td>
                    {STATE[found.state]}{" "}
                    {found.state !== "done" && found.expected !== null && (
                      <Text span size="xs" c="dimmed">
                        {count(found.done)} of {count(found.expected)}
                      </Text>
                    )}
                  </Table.Td>
                  <Table.Td>{count(found.imported)}</Table.Td>
                  <Table.Td>{count(found.duplicates)}</Table.Td>
                  <Table.Td>{count(found.refused)}</Table.Td>
                  <Table.Td ta="right">
                    {found.duplicates + found.refused > 0 && (
                      <Button
                        size="compact-xs"
                        variant="subtle"
                        aria-expanded={opened === found.id}
                        onClick={() => setOpened(opened === found.id ? null : found.id)}
                      >
                        {opened === found.id ? "Hide the files" : "Show the files"}
                      </Button>
                    )}
                  </Table.Td>
                </Table.Tr>
                {opened === found.id && (
                  <Table.Tr>
                    <Table.Td colSpan={6}>
                      <ImportItems projectId={projectId} found={found} />
                    </Table.Td>
                  </Table.Tr>
                )}
              </Fragment>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}
