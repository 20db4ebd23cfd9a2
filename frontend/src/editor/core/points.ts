/**
 * Where the 106 points are: image pixels and nothing else. The centre of the photo's top-left pixel is (0, 0), and
 * points outside the photo are legal. Screen coordinates never enter this room except through viewport.ts.
 */
import { DUPLICATES, N_POINTS } from "../../schema/schema.generated";

/** x0, y0, x1, y1, …: 2 × 106 numbers in image pixels. */
export type Points = Float64Array;

/** One entry a point: 0 outside the photo or unknown, 1 occluded, 2 visible. */
export type Visibilities = Uint8Array;
export type Visibility = 0 | 1 | 2;

export const OUTSIDE: Visibility = 0;
export const OCCLUDED: Visibility = 1;
export const VISIBLE: Visibility = 2;

/** One entry a point: why it lies where it does. */
export type Origins = Uint8Array;
export type Origin = typeof PROPOSED | typeof MOVED | typeof CONFIRMED;

/** Where the proposal put it, or led on from there by the shape model: nobody has vouched for it. */
export const PROPOSED = 0;
/** Put there by a person. */
export const MOVED = 1;
/** Found right by a person where it was. */
export const CONFIRMED = 2;

/** A point that a person moved counts as corrected when it lies farther than this from where the proposal put it, in image pixels. */
export const CORRECTED_DISTANCE = 0.01;

/** Raises RangeError unless there are exactly 106 finite pairs. */
export function pointsFromPairs(pairs: readonly (readonly number[])[]): Points {
  if (pairs.length !== N_POINTS) throw new RangeError(`expected ${N_POINTS} points, got ${pairs.length}`);
  const points = new Float64Array(2 * N_POINTS);
  pairs.forEach((pair, index) => {
    const [x, y] = pair;
    if (x === undefined || y === undefined || !Number.isFinite(x) || !Number.isFinite(y)) {
      throw new RangeError(`point ${index} is not a pair of finite numbers`);
    }
    points[2 * index] = x;
    points[2 * index + 1] = y;
  });
  return points;
}

export function pairsFromPoints(points: Points): [number, number][] {
  return Array.from({ length: points.length / 2 }, (_, index) => pointAt(points, index));
}

export function pointAt(points: Points, index: number): [number, number] {
  return [points[2 * index] as number, points[2 * index + 1] as number];
}

/** Whether it lies elsewhere than the proposal put it, whoever led it there. */
export function isDisplaced(initial: Points, points: Points, index: number): boolean {
  const [x0, y0] = pointAt(initial, index);
  const [x, y] = pointAt(points, index);
  return Math.hypot(x - x0, y - y0) > CORRECTED_DISTANCE;
}

/** Indices of the points that a person moved away from the proposal, in ascending order. */
export function correctedIndices(initial: Points, points: Points, origins: Origins): number[] {
  const corrected: number[] = [];
  for (let index = 0; index < origins.length; index += 1) {
    if (origins[index] === MOVED && isDisplaced(initial, points, index)) corrected.push(index);
  }
  return corrected;
}

const PARTNERS = new Map<number, number>(DUPLICATES.flatMap(([a, b]) => [[a, b] as const, [b, a] as const]));

/**
 * The points to move when `index` is moved: the point itself, and the one that the schema defines to be the same place
 * (an eye's centre and its pupil) while the two still lie on each other.
 */
export function movedTogether(points: Points, index: number): number[] {
  const partner = PARTNERS.get(index);
  return partner !== undefined && distance(points, index, partner) <= CORRECTED_DISTANCE ? [index, partner] : [index];
}

/** The pairs that the schema defines to be the same place, as far as they are in `points`. */
export function pairsTogether(points: Points): (readonly [number, number])[] {
  return DUPLICATES.filter(([a, b]) => distance(points, a, b) <= CORRECTED_DISTANCE);
}

function distance(points: Points, a: number, b: number): number {
  const [ax, ay] = pointAt(points, a);
  const [bx, by] = pointAt(points, b);
  return Math.hypot(ax - bx, ay - by);
}
