import { Text } from "@mantine/core";
import type { Strings } from "../../strings/strings";
import { useStrings } from "../../strings/useStrings";
import type { Assignment } from "../session/apiTypes";

interface ProposalNoteProps {
  initial: Assignment["initial"];
  /** What the photo brought along from a dataset. */
  given: Assignment["given"];
}

/** Where the points come from that a person starts from, so that nobody takes the mean face for a model's opinion. */
export function ProposalNote({ initial, given }: ProposalNoteProps) {
  const { editor } = useStrings();
  const map = given?.label_file ? ` ${editor.mapCame(given.label_file, given.map_use === "whole")}` : "";
  return (
    <Text size="xs" c="dimmed" px={14} pt="sm" data-testid="proposal" style={{ overflowWrap: "anywhere" }}>
      {pointsFrom(initial, given, editor)}
      {map}
    </Text>
  );
}

function pointsFrom(
  { source, model_number }: Assignment["initial"],
  given: Assignment["given"],
  editor: Strings["editor"],
): string {
  if (source === "imported") return editor.pointsCame(given?.points_file ?? "", given?.points ?? 0);
  if (source === "model") return editor.proposedByModel(model_number);
  if (source === "shipped") return editor.proposedByShipped;
  return editor.proposedByMeanFace;
}
