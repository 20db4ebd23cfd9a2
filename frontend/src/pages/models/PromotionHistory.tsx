import { Paper, Table, Text, Title } from "@mantine/core";
import type { Models } from "../../api/types";
import { useStrings } from "../../strings/useStrings";
import { Time } from "../../ui/Time";

/** Every change of what proposes the points, the newest first. */
export function PromotionHistory({ models }: { models: Models }) {
  const { models: strings } = useStrings();
  return (
    <Paper>
      <Title order={2} mb="xs">
        {strings.promotions}
      </Title>
      {models.promotions.length === 0 ? (
        <Text size="sm" c="dimmed">
          {strings.noPromotion}
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={440}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{strings.when}</Table.Th>
                <Table.Th>{strings.what}</Table.Th>
                <Table.Th>{strings.by}</Table.Th>
                <Table.Th>{strings.why}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {models.promotions.map((promotion) => (
                <Table.Tr key={`${promotion.at}-${promotion.model_number}`}>
                  <Table.Td>
                    <Time at={promotion.at} />
                  </Table.Td>
                  <Table.Td>
                    {strings.promotion(promotion.action === "promoted", promotion.model_number, models.start)}
                  </Table.Td>
                  <Table.Td>{promotion.by?.name ?? strings.byFacet}</Table.Td>
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
