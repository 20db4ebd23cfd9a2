import { Group, Paper, Select, Table, Text, Title } from "@mantine/core";
import { useState } from "react";
import type { ModelVersion } from "../../api/types";
import { percent } from "../../strings/format";
import { useStrings } from "../../strings/useStrings";
import { type PartChange, partChanges, predecessorName } from "./predecessors";

/** Below this share of the face a change is the luck of the photos, and is not coloured. */
const WORTH_A_COLOUR = 0.0005;

/** A version against what it would replace, part by part, on the same held-out photos; the newest unless another is chosen. */
export function PartComparison({ models }: { models: ModelVersion[] }) {
  const { models: strings } = useStrings();
  const compared = models.filter((model) => model.metrics && model.baseline).sort((a, b) => b.number - a.number);
  const [chosen, setChosen] = useState<string | null>(null);
  const model = compared.find(({ number }) => String(number) === chosen) ?? compared[0];
  if (!model?.metrics) return null;
  return (
    <Paper>
      <Group justify="space-between" mb="xs">
        <Title order={2}>{strings.partByPart}</Title>
        <Select
          aria-label={strings.modelToCompare}
          w={140}
          allowDeselect={false}
          value={String(model.number)}
          onChange={setChosen}
          data={compared.map(({ number }) => ({ value: String(number), label: strings.modelNumber(number) }))}
        />
      </Group>
      <Table.ScrollContainer minWidth={420}>
        <Table aria-label={strings.partByPartOf(model.number)}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{strings.nmeRectangle}</Table.Th>
              <Table.Th ta="right">{predecessorName(model)}</Table.Th>
              <Table.Th ta="right">{strings.modelNumber(model.number)}</Table.Th>
              <Table.Th ta="right">{strings.change}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {partChanges(model).map((row, index) => (
              <Table.Tr key={row.name} fw={index === 0 ? 600 : undefined}>
                <Table.Td>{row.name}</Table.Td>
                <Table.Td ta="right">{figure(row.before)}</Table.Td>
                <Table.Td ta="right">{figure(row.after)}</Table.Td>
                <Change row={row} />
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text size="xs" c="dimmed" mt="xs">
        {strings.comparisonWhat(model.metrics.photos)}
      </Text>
    </Paper>
  );
}

function Change({ row }: { row: PartChange }) {
  const { change } = row;
  const colour = change === null || Math.abs(change) < WORTH_A_COLOUR ? "dimmed" : change < 0 ? "teal" : "red";
  return (
    <Table.Td ta="right" c={colour}>
      {change === null ? "–" : `${change > 0 ? "+" : change < 0 ? "−" : ""}${Math.abs(change * 100).toFixed(2)}`}
    </Table.Td>
  );
}

function figure(nme: number | null): string {
  return nme === null ? "–" : percent(nme, 2);
}
