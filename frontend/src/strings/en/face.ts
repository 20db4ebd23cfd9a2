import { CATEGORIES, POINTS, type PartName } from "../../schema/schema.generated";

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const parts: Record<PartName, string> = {
  contour: "Face contour",
  left_brow: "Left brow",
  right_brow: "Right brow",
  nose_bridge: "Nose bridge",
  nose_outline: "Nose outline",
  left_eye: "Left eye",
  right_eye: "Right eye",
  left_eye_center: "Left eye centre",
  right_eye_center: "Right eye centre",
  outer_lip: "Outer lip",
  inner_lip: "Inner lip",
  left_pupil: "Left pupil",
  right_pupil: "Right pupil",
};

/** The names of points, parts and categories. "left" is the image's left, as everywhere in the schema. */
export const face = {
  parts,
  /** `left eye, outer corner`, as the schema names it. */
  point: (index: number) => POINTS[index]?.name ?? "",
  /** "left_brow" → "Left brow". */
  category: (id: number) => capital((CATEGORIES.find((each) => each.id === id)?.name ?? "").replaceAll("_", " ")),
  visibility: { 0: "outside", 1: "occluded", 2: "visible" },
  origin: { 0: "proposed", 1: "moved by hand", 2: "confirmed" },
};
