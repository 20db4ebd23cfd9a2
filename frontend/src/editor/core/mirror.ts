/** A part laid over to the other side of the face. */
import { N_POINTS } from "../../schema/schema.generated";
import { type AffineMap, centroid, mapPlace, reflection } from "./affine";
import { FACE_PARTS, type FacePartName, mirrorPoint } from "./faceParts";
import { pointAt, type Points } from "./points";
import { MEAN_POINTS } from "./similarity";

/**
 * The reflection across the face's own axis of symmetry: the one that best lays the points outside `without` over their
 * mirror partners, in least squares.
 *
 * With q the places from their common centroid and R the reflection by the angle φ, Σ |R·qᵢ - q_mirror(i)|² is least
 * where Σ q_mirror(i)·R·qᵢ is largest, and that has a closed form in 2φ.
 */
export function faceReflection(points: Points, without: readonly number[] = []): AffineMap {
  const left = new Set(without.flatMap((index) => [index, mirrorPoint(index)]));
  const used = Array.from({ length: N_POINTS }, (_, index) => index).filter((index) => !left.has(index));
  const [x, y] = centroid(used.map((index) => pointAt(points, index)));
  let [cosine, sine] = [0, 0];
  for (const index of used) {
    const [px, py] = pointAt(points, index);
    const [mx, my] = pointAt(points, mirrorPoint(index));
    cosine += (px - x) * (mx - x) - (py - y) * (my - y);
    sine += (px - x) * (my - y) + (py - y) * (mx - x);
  }
  return reflection(Math.atan2(sine, cosine) / 2, [x, y]);
}

/**
 * The points of a part that a mirroring copies from: all of an eye or brow. Of a part in the middle it is the half on
 * which a person has fixed more points; null when neither half has more, because then nobody can know which one is meant.
 */
export function mirrorSource(name: FacePartName, isFixed: (index: number) => boolean): readonly number[] | null {
  const { indices, mirror } = FACE_PARTS[name];
  if (mirror !== name) return indices;
  // The mean face stands upright in the unit square.
  const left = indices.filter((index) => (MEAN_POINTS[2 * index] as number) < 0.5);
  const right = left.map(mirrorPoint);
  const more = left.filter(isFixed).length - right.filter(isFixed).length;
  if (more === 0) return null;
  return more > 0 ? left : right;
}

/** Where the mirror partners of `source` come to lie; points on the middle line stay where they are. */
export function mirroredPlaces(points: Points, source: readonly number[]): (readonly [number, number, number])[] {
  const map = faceReflection(points, source);
  return source
    .filter((index) => mirrorPoint(index) !== index)
    .map((index) => [mirrorPoint(index), ...mapPlace(map, pointAt(points, index))] as const);
}
