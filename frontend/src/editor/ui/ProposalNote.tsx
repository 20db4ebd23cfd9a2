import { Text } from "@mantine/core";
import type { Assignment } from "../session/apiTypes";

/** Who proposed the points that a person starts from, so that nobody takes the mean face for a model's opinion. */
export function ProposalNote({ initial }: { initial: Assignment["initial"] }) {
  return (
    <Text size="xs" c="dimmed" px="sm" pt="sm" data-testid="proposal">
      {proposedBy(initial)}
    </Text>
  );
}

function proposedBy({ source, model_number }: Assignment["initial"]): string {
  if (source === "model") return `Points proposed by model ${model_number}.`;
  if (source === "shipped") return "Points proposed by the model that Facet ships with: none has learned from this project yet.";
  return "Points proposed by the mean face, fitted to the found face: no model has learned yet.";
}
