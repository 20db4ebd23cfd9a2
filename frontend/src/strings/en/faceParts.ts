import type { FacePartName } from "../../editor/core/faceParts";

const names: Record<FacePartName, string> = {
  contour: "Face contour",
  left_brow: "Left brow",
  right_brow: "Right brow",
  left_eye: "Left eye",
  right_eye: "Right eye",
  nose: "Nose",
  lips: "Lips",
};

/** Parts of the face taken as one, mistakes of order among their points, and placing a whole face. */
export const faceParts = {
  names,
  points: (count: number) => `${count} points`,
  partHint: "Drag the outline or the frame to move it, a corner to scale, the round handle to turn.",
  mixedVisibility: "Not all alike",
  mirror: "Mirror across",
  mistakes: "Mistakes of order",
  /** `point` is the name of the one that is selected when one goes there. */
  crossed: (parts: readonly string[], point: string) => {
    const [first = "", ...others] = parts;
    const of = [first, ...others.map((name) => name.toLowerCase())].join(" and ");
    return others.length > 0 ? `${of} cross near “${point}”` : `${of}: the outline crosses itself near “${point}”`;
  },
  doubledBack: (points: readonly string[]) =>
    `${points.map((name) => `“${name}”`).join(" and ")} are in the wrong order`,
  more: (count: number) => `and ${count} more`,
  // Placing a face by three clicks, in their order
  clickNext: ["Click the left eye", "Click the right eye", "Click the middle of the mouth"],
  clickOf: (number: number) => `${number} of 3`,
  movesAll: "All points are placed anew, also fixed ones; undo takes it back. Esc cancels.",
  noFace: "Those three places span no face. Once more:",
};
