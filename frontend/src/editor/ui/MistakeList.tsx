import { Text } from "@mantine/core";
import { useStrings } from "../../strings/useStrings";
import type { EditorController } from "../controller";
import { partOfPoint } from "../core/faceParts";
import type { Mistake } from "../core/mistakes";
import { ActionTextButton } from "./ActionButton";
import { Section } from "./Section";

/** As many as one can read at a glance. */
const SHOWN = 3;

/** Outlines that cross and points that double back; nothing while all is in order. */
export function MistakeList({ controller }: { controller: EditorController }) {
  const { editor, face, faceParts } = useStrings();
  const { mistakes } = controller.attention;
  if (mistakes.length === 0) return null;
  const textOf = ({ kind, points }: Mistake) => {
    const names = points.map(face.point);
    if (kind === "doubled back") return faceParts.doubledBack(names);
    const parts = [...new Set(points.map(partOfPoint))].map((name) => faceParts.names[name]);
    return faceParts.crossed(parts, names[0] ?? "");
  };
  return (
    <Section
      title={faceParts.mistakes}
      aside={
        <Text size="xs" c="red" fw={600} className="tabular" aria-live="polite" data-testid="mistakes">
          {mistakes.length}
        </Text>
      }
    >
      {mistakes.slice(0, SHOWN).map((mistake) => (
        <Text key={mistake.points.join()} size="xs" mb={4}>
          {textOf(mistake)}
        </Text>
      ))}
      {mistakes.length > SHOWN && (
        <Text size="xs" c="dimmed" mb={4}>
          {faceParts.more(mistakes.length - SHOWN)}
        </Text>
      )}
      <ActionTextButton id="next-mistake" variant="default" mt={4}>
        {editor.next}
      </ActionTextButton>
    </Section>
  );
}
