import { Text, UnstyledButton } from "@mantine/core";
import { POINTS } from "../../schema/schema.generated";
import { useStrings } from "../../strings/useStrings";
import type { EditorController } from "../controller";
import { FACE_PARTS, partOfPoint } from "../core/faceParts";
import classes from "./PartList.module.css";
import { Section } from "./Section";

/** The parts of the face, and how many points of each were corrected. A click selects the part. */
export function PartList({ controller }: { controller: EditorController }) {
  const { editor, faceParts } = useStrings();
  const corrected = new Set(controller.document.corrected());
  const { selected, parts } = controller;
  const marked = parts.selected ?? (selected === null ? null : partOfPoint(selected));
  return (
    <Section
      title={editor.parts}
      aside={
        <Text size="xs" c="dimmed" className="tabular">
          {editor.correctedOf(corrected.size, POINTS.length)}
        </Text>
      }
    >
      <ul className={classes.parts}>
        {Object.values(FACE_PARTS).map(({ name, indices }) => {
          const moved = indices.filter((index) => corrected.has(index)).length;
          return (
            <li key={name}>
              <UnstyledButton
                className={classes.part}
                data-testid={`part-${name}`}
                data-selected={name === marked || undefined}
                aria-pressed={name === parts.selected}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => parts.select(name, true)}
              >
                <span>{faceParts.names[name]}</span>
                <span className={classes.count} data-moved={moved > 0 || undefined}>
                  {moved > 0 ? `${moved} / ${indices.length}` : indices.length}
                </span>
              </UnstyledButton>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
