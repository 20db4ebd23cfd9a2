/**
 * Which points a person should look at first. A point is doubtful when the network was unsure of it; the more of its
 * neighbours a person has fixed, the better the shape model knows where it lies, and the less the doubt.
 */
import type { ShapeModel } from "./shape";

/**
 * Below this confidence a point is worth a look. The height of a heatmap's peak is no probability: on frontal photos that
 * a half-trained network had not seen, four in five of the points below 0.8 were off by more than 3 % of the distance
 * between the eyes' outer corners, and one in six of those above 0.9.
 */
export const DOUBT_BELOW = 0.8;

export interface Doubts {
  /** 106 numbers, 0 for none; larger is worse. Only the order of them means something. */
  readonly worth: Float64Array;
  /** The doubtful points that nobody has fixed, the worst first. */
  readonly open: readonly number[];
}

/**
 * @param confidence 106 numbers in 0..1, or null when nobody measured any; then nothing is doubtful.
 * @param fixed Indices of the points that a person has moved or confirmed.
 */
export function doubtsOf(
  confidence: readonly number[] | null,
  fixed: readonly number[],
  model: ShapeModel | null,
): Doubts {
  const worth = new Float64Array(confidence?.length ?? 0);
  if (confidence === null) return { worth, open: [] };
  const left = model?.uncertaintyLeft(fixed);
  const closed = new Set(fixed);
  confidence.forEach((each, index) => {
    if (!closed.has(index)) worth[index] = (1 - each) * (left?.[index] ?? 1);
  });
  const open = [...worth.keys()].filter((index) => (worth[index] as number) > 1 - DOUBT_BELOW);
  return { worth, open: open.sort((a, b) => (worth[b] as number) - (worth[a] as number) || a - b) };
}
