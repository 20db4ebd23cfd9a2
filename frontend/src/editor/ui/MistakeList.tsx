import { Text } from "@mantine/core";
import { useStrings } from "../../strings/useStrings";
import type { EditorController } from "../controller";
import { partOfPoint } from "../core/faceParts";
import { ActionTextButton } from "./ActionButton";
import { Section } from "./Section";

/** As many as one can read at a glance. */
const SHOWN = 3;

/** Outlines that cross and points that double back; nothing while all is in order. */
export function MistakeList({ controller }: { controller: EditorController }) {
  const { editor, faceParts } = useStrings();
  const { mistakes } = controller.attention;
  if (mistakes.length === 0) return null;
  const namesOf = (points: readonly number[]) => [...new Set(points.map(partOfPoint))].map((name) => faceParts.names[name]);
  return (
    <Section
      title={faceParts.mistakes}
      aside={
        <Text size="xs" c="red" fw={600} className="tabular" aria-live="polite" data-testid="mistakes">
          {mistakes.length}
        </Text>
      }
    >
      {mistakes.slice(0, SHOWN).map(({ kind, points }) => (
        <Text key={points.join()} size="xs" mb={4}>
          {(kind === "crossed" ? faceParts.crossed : faceParts.doubledBack)(namesOf(points), points)}
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
