import { Table } from "@mantine/core";
import { useStrings } from "../../../strings/useStrings";

/** F1 in percent, column by column, in the layout of the paper's tables. */
export function F1Table({ caption, scores }: { caption: string; scores: Readonly<Record<string, number | null>> }) {
  const { baselines: strings } = useStrings();
  const headings: Readonly<Partial<Record<string, string>>> = strings.columns;
  const columns = Object.entries(scores);
  return (
    <Table.ScrollContainer minWidth={500}>
      <Table aria-label={`F1 · ${caption}`} horizontalSpacing={3} fz="xs" className="tabular" highlightOnHover={false}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{caption}</Table.Th>
            {columns.map(([name]) => (
              <Table.Th key={name} ta="right" w="7.6%">
                {headings[name] ?? name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <Table.Tr>
            <Table.Td c="dimmed">{strings.f1Percent}</Table.Td>
            {columns.map(([name, score]) => (
              <Table.Td key={name} ta="right" fw={SUMMARIES.has(name) ? 600 : undefined}>
                {score === null ? "–" : (100 * score).toFixed(2)}
              </Table.Td>
            ))}
          </Table.Tr>
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

const SUMMARIES: ReadonlySet<string> = new Set(["mean", "overall"]);
