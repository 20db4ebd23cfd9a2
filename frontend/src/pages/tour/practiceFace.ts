/** The rendered face of the tour: where its points truly are, and what the tour's proposal gets wrong on purpose. */
import type { Place } from "../../editor/core/affine";
import { AnnotationDocument } from "../../editor/core/document";
import { FACE_PARTS } from "../../editor/core/faceParts";
import { PaintedLayer } from "../../editor/core/paintedLayer";
import { OCCLUDED, pointAt, type Points, pointsFromPairs, VISIBLE } from "../../editor/core/points";
import { LEFT_EYE_OUTER, RIGHT_EYE_OUTER } from "../../schema/schema.generated";
// Made by `python -m ml.synthetic.practice_face`.
import known from "./face.json";

export const PHOTO = { width: known.width, height: known.height } as const;

/** Where every point is, in image pixels; do not change it. */
export const TRUE_POINTS: Points = pointsFromPairs(known.points);
export const TRUE_VISIBILITY = Uint8Array.from(known.visibility);

/** A circle of hair that the label map lacks, in image pixels. */
export const GAP: { readonly x: number; readonly y: number; readonly radius: number } = known.gap;

/** Between the outer corners of the eyes, in image pixels: the measure of every error. */
export const EYE_DISTANCE = distanceBetween(pointAt(TRUE_POINTS, LEFT_EYE_OUTER), pointAt(TRUE_POINTS, RIGHT_EYE_OUTER));

export const MOUTH_CORNER = 84;
export const LEFT_EYE = FACE_PARTS.left_eye.indices;
export const NOSE_TIP = 54;
export const HIDDEN = [...TRUE_VISIBILITY.keys()].filter((index) => TRUE_VISIBILITY[index] === OCCLUDED);
/** Nobody is told of this one. */
export const JAW = 9;

/** By how much the proposal is off, as shares of the distance between the eyes. */
const SLIPS: readonly (readonly [indices: readonly number[], dx: number, dy: number])[] = [
  [[MOUTH_CORNER], -0.16, -0.07],
  [LEFT_EYE, -0.05, 0.15],
  [[JAW], -0.13, 0.04],
];

/** How sure the network claims to be of each point: of the nose's tip it is not, though that one is right. */
export const CONFIDENCE: readonly number[] = Array.from({ length: 106 }, (_, index) => (index === NOSE_TIP ? 0.5 : 0.95));

/** The tour's annotation as it begins: off in some points, and all of them said to be visible. */
export function practiceDocument(): AnnotationDocument {
  const points = TRUE_POINTS.slice();
  for (const [indices, dx, dy] of SLIPS) {
    for (const index of indices) {
      const [x, y] = pointAt(points, index);
      points.set([x + dx * EYE_DISTANCE, y + dy * EYE_DISTANCE], 2 * index);
    }
  }
  return new AnnotationDocument({
    initial: points.slice(),
    base: {
      revision: 0,
      points,
      visibility: new Uint8Array(106).fill(VISIBLE),
      origins: new Uint8Array(106),
      painting: new PaintedLayer(PHOTO.width, PHOTO.height),
    },
  });
}

function distanceBetween([ax, ay]: Place, [bx, by]: Place): number {
  return Math.hypot(ax - bx, ay - by);
}
