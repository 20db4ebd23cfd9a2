import { Text } from "@mantine/core";
import type { Strings } from "../../strings/strings";
import { useStrings } from "../../strings/useStrings";
import type { Assignment } from "../session/apiTypes";

/** Who proposed the points that a person starts from, so that nobody takes the mean face for a model's opinion. */
export function ProposalNote({ initial }: { initial: Assignment["initial"] }) {
  const { editor } = useStrings();
  return (
    <Text size="xs" c="dimmed" px="sm" pt="sm" data-testid="proposal">
      {proposedBy(initial, editor)}
    </Text>
  );
}

function proposedBy({ source, model_number }: Assignment["initial"], editor: Strings["editor"]): string {
  if (source === "model") return editor.proposedByModel(model_number);
  if (source === "shipped") return editor.proposedByShipped;
  return editor.proposedByMeanFace;
}
