import { Button, Paper, Table, Text, Title } from "@mantine/core";
import { Fragment, useState } from "react";
import type { Import } from "../../api/types";
import { useImports } from "../../app/queries/imports";
import { count } from "../../strings/format";
import { useStrings } from "../../strings/useStrings";
import { ProblemAlert } from "../../ui/ProblemAlert";
import { Time } from "../../ui/Time";
import { ImportItems } from "./ImportItems";

/** Earlier imports, from this browser or another, or from the command line. */
export function ImportHistory({ projectId }: { projectId: number }) {
  const { imports: strings, ui } = useStrings();
  const imports = useImports(projectId);
  const [opened, setOpened] = useState<number | null>(null);
  const items = imports.data?.items ?? [];
  if (imports.error) return <ProblemAlert error={imports.error} onRetry={() => void imports.refetch()} />;
  if (items.length === 0) return null;
  return (
    <Paper>
      <Title order={2} mb="xs">
        {strings.soFar}
      </Title>
      <Table.ScrollContainer minWidth={480}>
        <Table horizontalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{strings.started}</Table.Th>
              <Table.Th visibleFrom="md">{strings.state}</Table.Th>
              <Table.Th>{strings.imported}</Table.Th>
              <Table.Th>{strings.labeled}</Table.Th>
              <Table.Th>{strings.duplicates}</Table.Th>
              <Table.Th>{strings.refused}</Table.Th>
              <Table.Th aria-label={ui.actions} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((found) => (
              <Fragment key={found.id}>
                <Table.Tr>
                  <Table.Td>
                    <Time at={found.created_at} />
                    <Text size="xs" c="dimmed" hiddenFrom="md">
                      <State of={found} />
                    </Text>
                  </Table.Td>
                  <Table.Td visibleFrom="md">
                    <State of={found} />
                  </Table.Td>
                  <Table.Td>{count(found.imported)}</Table.Td>
                  <Table.Td>{count(found.labeled)}</Table.Td>
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
                        {opened === found.id ? strings.hideFiles : strings.showFiles}
                      </Button>
                    )}
                  </Table.Td>
                </Table.Tr>
                {opened === found.id && (
                  <Table.Tr>
                    <Table.Td colSpan={7}>
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

function State({ of: { state, done, expected } }: { of: Import }) {
  const { imports } = useStrings();
  return (
    <>
      {imports.states[state]}{" "}
      {state !== "done" && expected !== null && (
        <Text span size="xs" c="dimmed">
          {imports.doneOf(done, expected)}
        </Text>
      )}
    </>
  );
}
