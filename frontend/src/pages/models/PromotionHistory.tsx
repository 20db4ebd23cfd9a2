import { Paper, Table, Text, Title } from "@mantine/core";
import type { Models } from "../../api/types";
import { Time } from "../../ui/Time";
import { START_NAMES } from "./predecessors";

/** Every change of what proposes the points, the newest first. */
export function PromotionHistory({ models }: { models: Models }) {
  return (
    <Paper>
      <Title order={2} mb="xs">
        Promotions
      </Title>
      {models.promotions.length === 0 ? (
        <Text size="sm" c="dimmed">
          No model has been promoted yet: a model is promoted only when it is not worse than what proposes the points
          before it.
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={560}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>When</Table.Th>
                <Table.Th>What</Table.Th>
                <Table.Th>By</Table.Th>
                <Table.Th>Why</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {models.promotions.map((promotion) => (
                <Table.Tr key={`${promotion.at}-${promotion.model_number}`}>
                  <Table.Td>
                    <Time at={promotion.at} />
                  </Table.Td>
                  <Table.Td>
                    {promotion.action === "promoted" ? "Promoted" : "Rolled back to"}{" "}
                    {promotion.model_number === null
                      ? `the ${START_NAMES[models.start].toLowerCase()}`
                      : `model ${promotion.model_number}`}
                  </Table.Td>
                  <Table.Td>{promotion.by?.name ?? "Facet, after training"}</Table.Td>
                  <Table.Td>{promotion.reason || "–"}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Paper>
  );
}
