/**
 * The parts that a hand takes as one: an eye with its centre and pupil, the nose with its bridge, both lips. The schema
 * is finer; each of its parts belongs to one of these.
 */
import type { OutlineCategory } from "../../outline/outline";
import { PARTS, type PartName, POINTS } from "../../schema/schema.generated";

export type FacePartName = "contour" | "left_brow" | "right_brow" | "left_eye" | "right_eye" | "nose" | "lips";

export interface FacePart {
  readonly name: FacePartName;
  readonly indices: readonly number[];
  /** The part on the other side; itself for those in the middle. */
  readonly mirror: FacePartName;
  /** Points at the image-left end and at the image-right end: from one to the other runs the part's own axis. */
  readonly ends: readonly [readonly number[], readonly number[]];
}

function part(
  name: FacePartName,
  mirror: FacePartName,
  of: readonly PartName[],
  ends: readonly [readonly number[], readonly number[]],
): FacePart {
  return { name, mirror, indices: of.flatMap((each) => PARTS[each].indices), ends };
}

export const FACE_PARTS: Readonly<Record<FacePartName, FacePart>> = {
  contour: part("contour", "contour", ["contour"], [[0], [32]]),
  left_brow: part("left_brow", "right_brow", ["left_brow"], [[33], [37, 38]]),
  right_brow: part("right_brow", "left_brow", ["right_brow"], [[42, 50], [46]]),
  left_eye: part("left_eye", "right_eye", ["left_eye", "left_eye_center", "left_pupil"], [[66], [70]]),
  right_eye: part("right_eye", "left_eye", ["right_eye", "right_eye_center", "right_pupil"], [[75], [79]]),
  // The sides, not one pair: on a turned head a single pair may lie on each other.
  nose: part("nose", "nose", ["nose_bridge", "nose_outline"], [[56, 57, 58], [62, 63, 64]]),
  lips: part("lips", "lips", ["outer_lip", "inner_lip"], [[84], [90]]),
};

export const FACE_PART_NAMES = Object.keys(FACE_PARTS) as FacePartName[];

const BY_POINT = new Map(Object.values(FACE_PARTS).flatMap(({ name, indices }) => indices.map((index) => [index, name])));

/** Raises RangeError for a point that does not exist. */
export function partOfPoint(index: number): FacePartName {
  const name = BY_POINT.get(index);
  if (name === undefined) throw new RangeError(`no point ${index}`);
  return name;
}

const BY_OUTLINE: Readonly<Record<OutlineCategory, FacePartName>> = {
  face: "contour",
  left_brow: "left_brow",
  right_brow: "right_brow",
  left_eye: "left_eye",
  right_eye: "right_eye",
  nose: "nose",
  upper_lip: "lips",
  inner_mouth: "lips",
  lower_lip: "lips",
};

export function partOfOutline(category: OutlineCategory): FacePartName {
  return BY_OUTLINE[category];
}

/** The point on the other side that answers to point `index`; itself on the middle line. */
export function mirrorPoint(index: number): number {
  const point = POINTS[index];
  if (point === undefined) throw new RangeError(`no point ${index}`);
  return point.mirror;
}
