/** How near an annotation of the practice face comes to the truth. */
import { pointAt, type Points, type Visibilities } from "../../editor/core/points";
import { EYE_DISTANCE, TRUE_POINTS, TRUE_VISIBILITY } from "./practiceFace";

/** A point is right within this share of the distance between the eyes: what reviewers let pass. */
export const RIGHT_WITHIN = 0.03;

export interface Score {
  /** Of all points, as a share of the distance between the eyes. */
  readonly meanError: number;
  /** How many points are right. */
  readonly right: number;
  /** The others, the farthest off first. */
  readonly off: readonly number[];
  /** The points whose visibility is another than the true one. */
  readonly misjudged: readonly number[];
}

/** How far a point lies from its true place, as a share of the distance between the eyes. */
export function errorOf(points: Points, index: number): number {
  const [x, y] = pointAt(points, index);
  const [trueX, trueY] = pointAt(TRUE_POINTS, index);
  return Math.hypot(x - trueX, y - trueY) / EYE_DISTANCE;
}

export function meanErrorOf(points: Points, indices: readonly number[]): number {
  return indices.reduce((sum, index) => sum + errorOf(points, index), 0) / indices.length;
}

export function scoreOf(points: Points, visibility: Visibilities): Score {
  const all = [...visibility.keys()];
  const off = all.filter((index) => errorOf(points, index) > RIGHT_WITHIN);
  return {
    meanError: meanErrorOf(points, all),
    right: all.length - off.length,
    off: off.sort((a, b) => errorOf(points, b) - errorOf(points, a)),
    misjudged: all.filter((index) => visibility[index] !== TRUE_VISIBILITY[index]),
  };
}
