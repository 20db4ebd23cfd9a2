/** How far two labels of one face are apart: point by point, part by part, and pixel by pixel. */
import { FACE_PARTS, type FacePartName } from "./faceParts";
import type { CategoryIds } from "./labelMap";
import { CORRECTED_DISTANCE, pointAt, type Points } from "./points";

export interface Displacement {
  readonly index: number;
  /** In image pixels. */
  readonly distance: number;
}

/** The points that lie elsewhere in the one than in the other, the farthest apart first. */
export function displacements(one: Points, other: Points): Displacement[] {
  return distances(one, other)
    .map((distance, index) => ({ index, distance }))
    .filter(({ distance }) => distance > CORRECTED_DISTANCE)
    .sort((a, b) => b.distance - a.distance || a.index - b.index);
}

function distances(one: Points, other: Points): number[] {
  return Array.from({ length: one.length / 2 }, (_, index) => between(pointAt(one, index), pointAt(other, index)));
}

function between([x0, y0]: readonly [number, number], [x1, y1]: readonly [number, number]): number {
  return Math.hypot(x1 - x0, y1 - y0);
}

/** The outer corners of the eyes. */
const CORNERS = [66, 79] as const;

function interocular(points: Points): number {
  return between(pointAt(points, CORNERS[0]), pointAt(points, CORNERS[1]));
}

export interface Disagreement {
  readonly part: FacePartName | null;
  /** Mean distance over the mean of both labels' distance of the outer eye corners. */
  readonly nme: number;
}

/** Of all points together (`part` null), then of each part, in the order of the face's parts. */
export function disagreementByPart(one: Points, other: Points): Disagreement[] {
  const apart = distances(one, other);
  const size = (interocular(one) + interocular(other)) / 2;
  const nme = (indices: readonly number[]) =>
    indices.reduce((sum, index) => sum + (apart[index] as number), 0) / indices.length / size;
  const parts = Object.values(FACE_PARTS).map(({ name, indices }) => ({ part: name, nme: nme(indices) }));
  return [{ part: null, nme: nme([...apart.keys()]) }, ...parts];
}

/** Of the pixels that either map gives to a category, the share that they give to different ones; 0 where neither does. */
export function shareOfDifferingPixels(one: CategoryIds, other: CategoryIds): number {
  let [labelled, different] = [0, 0];
  for (let i = 0; i < one.ids.length; i += 1) {
    const [a, b] = [one.ids[i] as number, other.ids[i] as number];
    if (a !== 0 || b !== 0) labelled += 1;
    if (a !== b) different += 1;
  }
  return labelled === 0 ? 0 : different / labelled;
}
