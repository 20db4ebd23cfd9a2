import { SegmentedControl } from "@mantine/core";
import { useStrings } from "../../strings/useStrings";
import type { EditorController } from "../controller";
import { OCCLUDED, OUTSIDE, VISIBLE, type Visibility } from "../core/points";

interface VisibilityControlProps {
  controller: EditorController;
  /** Of what is selected; no button is pressed for null, where its points are not all alike. */
  value: Visibility | null;
}

/** Says how what is selected is to be seen. */
export function VisibilityControl({ controller, value }: VisibilityControlProps) {
  const { editor, face } = useStrings();
  return (
    <SegmentedControl
      fullWidth
      size="xs"
      aria-label={editor.visibility}
      disabled={!controller.canEdit}
      value={value === null ? "" : String(value)}
      onChange={(chosen) => controller.setVisibility(Number(chosen) as Visibility)}
      data={[VISIBLE, OCCLUDED, OUTSIDE].map((each) => ({ value: String(each), label: face.visibility[each] }))}
    />
  );
}
