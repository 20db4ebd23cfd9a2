import { CATEGORIES, type PartName } from "../../schema/schema.generated";
import type { Origin, Visibility } from "../core/points";

/** "left" is the image's left, as everywhere in the schema. */
export const PART_NAMES: Readonly<Record<PartName, string>> = {
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

export const VISIBILITY_NAMES: Readonly<Record<Visibility, string>> = { 0: "outside", 1: "occluded", 2: "visible" };

export const ORIGIN_NAMES: Readonly<Record<Origin, string>> = { 0: "proposed", 1: "moved by hand", 2: "confirmed" };

/** "left_brow" → "Left brow". */
export function categoryName(id: number): string {
  const name = (CATEGORIES.find((category) => category.id === id)?.name ?? "").replaceAll("_", " ");
  return name.charAt(0).toUpperCase() + name.slice(1);
}
