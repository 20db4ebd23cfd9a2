import { Table, Text } from "@mantine/core";
import { CATEGORIES } from "../../../schema/schema.generated";
import { useStrings } from "../../../strings/useStrings";
import classes from "./ConfusionMatrix.module.css";

/** Rows of true pixels, each shared out over what the network took them for, in percent of the row. */
export function ConfusionMatrix({ counts }: { counts: readonly (readonly number[])[] }) {
  const { baselines: strings, face } = useStrings();
  return (
    <Table.ScrollContainer minWidth={720}>
      <Table aria-label={strings.confusionMatrix} horizontalSpacing={6} className="tabular" highlightOnHover={false}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>
              <Text span size="xs" c="dimmed">
                {strings.axes}
              </Text>
            </Table.Th>
            {CATEGORIES.map(({ id }) => (
              <Table.Th key={id} ta="right" fz="xs" w="8%">
                {face.category(id)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {CATEGORIES.map(({ id: truth }) => {
            const row = counts[truth] ?? [];
            const pixels = row.reduce((sum, value) => sum + value, 0);
            return (
              <Table.Tr key={truth}>
                <Table.Th scope="row" fz="xs">
                  {face.category(truth)}
                </Table.Th>
                {CATEGORIES.map(({ id: found }) => {
                  const share = pixels === 0 ? null : (row[found] ?? 0) / pixels;
                  return (
                    <Table.Td
                      key={found}
                      ta="right"
                      fz="xs"
                      className={classes.cell}
                      data-right={truth === found || undefined}
                      style={{ "--share": share ?? 0 }}
                      title={share === null ? strings.noPixel : strings.pixelsOf(row[found] ?? 0, pixels)}
                    >
                      {shown(share)}
                    </Table.Td>
                  );
                })}
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** In percent; what rounds to nothing is left out, for the eye to find the rest. */
function shown(share: number | null): string {
  if (share === null) return "–";
  return share < 0.0005 ? "" : (100 * share).toFixed(1);
}
