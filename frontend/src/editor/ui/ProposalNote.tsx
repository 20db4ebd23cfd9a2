import { Text } from "@mantine/core";
import type { Assignment } from "../session/apiTypes";

/** Who proposed the points that a person starts from, so that nobody takes the mean face for a model's opinion. */
export function ProposalNote({ initial }: { initial: Assignment["initial"] }) {
  return (
    <Text size="xs" c="dimmed" px="sm" pt="sm" data-testid="proposal">
      {initial.source === "model"
        ? `Points proposed by model ${initial.model_number}.`
        : "Points proposed by the mean face, fitted to the found face: no model has learned yet."}
    </Text>
  );
}
