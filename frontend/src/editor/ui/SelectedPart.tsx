import { Group, Text } from "@mantine/core";
import { useStrings } from "../../strings/useStrings";
import type { EditorController } from "../controller";
import { FACE_PARTS, type FacePartName } from "../core/faceParts";
import type { Visibility } from "../core/points";
import { ActionTextButton } from "./ActionButton";
import { Section } from "./Section";
import { VisibilityControl } from "./VisibilityControl";

/** The part that is selected as one: what hands can do with it, and the visibility of all its points. */
export function SelectedPart({ controller, name }: { controller: EditorController; name: FacePartName }) {
  const { editor, faceParts } = useStrings();
  const { indices } = FACE_PARTS[name];
  const values = new Set(indices.map((index) => controller.document.visibility[index]));
  const [value] = values;
  return (
    <Section
      title={faceParts.names[name]}
      aside={
        <Text size="xs" c="dimmed" className="tabular">
          {values.size > 1 ? faceParts.mixedVisibility : faceParts.points(indices.length)}
        </Text>
      }
    >
      <Text size="xs" c="dimmed" mb={6}>
        {faceParts.partHint}
      </Text>
      <VisibilityControl controller={controller} value={values.size === 1 ? (value as Visibility) : null} />
      {controller.mode === "edit" && (
        <Group gap={8} grow mt={8}>
          <ActionTextButton id="mirror-part" variant="default">
            {faceParts.mirror}
          </ActionTextButton>
          <ActionTextButton id="confirm" variant="default">
            {editor.rightAsItIs}
          </ActionTextButton>
        </Group>
      )}
    </Section>
  );
}
