/**
 * Mistakes of order: outlines that cross themselves or each other, and points that double back. They are what a slip
 * of the hand leaves behind, and what spoils a mask most.
 */
import { PARTS, type PartName } from "../../schema/schema.generated";
import type { Place } from "./affine";
import { distanceToSegment } from "./partFrame";
import { pointAt, type Points, type Visibilities, VISIBLE } from "./points";
import { faceSize, MEAN_POINTS } from "./similarity";

type Edge = readonly [number, number];

export interface Mistake {
  readonly kind: "crossed" | "doubled back";
  /** The ends of the two edges that cross, or the points from the first turn back to the last. */
  readonly points: readonly number[];
  readonly edges: readonly Edge[];
  /** Image pixels. */
  readonly at: Place;
}

/** Two edges. */
type Four = readonly [number, number, number, number];

/**
 * Edges may cross by this share of the face's size: lids of a shut eye and closed lips lie on each other, and no hand is
 * that exact.
 */
const SHALLOW = 0.03;
/** An outline doubles back where it turns by more than this: cosine of the angle. */
const SHARP = -0.5;

/** Edges of one outline, and those of the lips: they meet in corners and may lie on each other. */
const NEAR: readonly Four[] = [
  ...Object.values(PARTS).flatMap(({ name }) => edgesOf(name).flatMap((one, i) => pairsOf(one, edgesOf(name).slice(i + 1)))),
  ...pairsBetween("outer_lip", "inner_lip"),
];

/** Edges of outlines that lie apart. */
const APART: readonly Four[] = [
  ...pairsBetween("left_brow", "left_eye"),
  ...pairsBetween("right_brow", "right_eye"),
  ...pairsBetween("nose_outline", "outer_lip"),
];

/** Rows of points, each with whether the mean face's outline is round there: at the corners of eyes and lips it turns back rightly. */
const ROWS = Object.values(PARTS).map(({ indices, closed }) => {
  const around = closed ? [indices.at(-1) as number, ...indices, indices[0] as number] : indices;
  return { around, round: around.map((_, i) => i > 0 && i + 1 < around.length && turnAt(MEAN_POINTS, around, i) > 0) };
});

/**
 * Only points that are visible: on the far side of a turned head, outlines fold over rightly.
 *
 * @returns In the order of the schema's points.
 */
export function mistakesIn(points: Points, visibility: Visibilities): Mistake[] {
  const shallow = SHALLOW * faceSize(points);
  const found: Mistake[] = [];
  // Near a corner one of two edges always goes past the other a little; both must, for their crossing to be a mistake.
  for (const pair of NEAR) if (mayCross(points, pair)) add(crossing(points, pair, shallow, Math.min));
  for (const pair of APART) if (mayCross(points, pair)) add(crossing(points, pair, shallow, Math.max));
  for (const { around, round } of ROWS) {
    const sharp = around.map((_, i) => i).filter((i) => round[i] && turnsBack(points, around, i, shallow));
    for (const run of runsOf(sharp)) add(doublingBack(points, around, run));
  }
  return found.sort((a, b) => Math.min(...a.points) - Math.min(...b.points));

  function add(mistake: Mistake | null): void {
    if (mistake?.points.every((index) => visibility[index] === VISIBLE)) found.push(mistake);
  }
}

/** False where one edge lies wholly before the other along an axis, as nearly all do. */
function mayCross(points: Points, pair: Four): boolean {
  for (const axis of [0, 1] as const) {
    const a = points[2 * pair[0] + axis] as number;
    const b = points[2 * pair[1] + axis] as number;
    const c = points[2 * pair[2] + axis] as number;
    const d = points[2 * pair[3] + axis] as number;
    if ((a < c && a < d && b < c && b < d) || (a > c && a > d && b > c && b > d)) return false;
  }
  return true;
}

/** Null where the two edges do not cross; `of` says which of the two ways past each other has to be `deep` at least. */
function crossing(points: Points, pair: Four, deep: number, of: (a: number, b: number) => number): Mistake | null {
  const [a, b, c, d] = placesOf(points, pair);
  const [before, after] = [side(c, d, a), side(c, d, b)];
  if (before * after >= 0 || side(a, b, c) * side(a, b, d) >= 0) return null;
  // How far the one goes past the other: its nearer end counts.
  const past = (from: Place, to: Place, [start, end]: readonly [Place, Place]) =>
    Math.min(distanceToSegment(from, start, end), distanceToSegment(to, start, end));
  if (of(past(a, b, [c, d]), past(c, d, [a, b])) < deep) return null;
  const share = before / (before - after);
  const at: Place = [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])];
  const edges: Edge[] = [[pair[0], pair[1]], [pair[2], pair[3]]];
  return { kind: "crossed", points: [...pair].sort((x, y) => x - y), edges, at };
}

/** Whether a row of points turns back at its `i`-th; steps shorter than `least` do not count. */
function turnsBack(points: Points, around: readonly number[], i: number, least: number): boolean {
  const placeOf = (each: number) => pointAt(points, around[each] as number);
  const [before, at, after] = [placeOf(i - 1), placeOf(i), placeOf(i + 1)];
  return cosine(before, at, after) < SHARP && Math.min(distanceOf(before, at), distanceOf(at, after)) >= least;
}

/** Back and forth again: at least two turns, one within this many points of the other. One alone may be a raised corner. */
const TOGETHER = 3;

function runsOf(positions: readonly number[]): number[][] {
  const runs: number[][] = [];
  for (const position of positions) {
    const last = runs.at(-1);
    if (last !== undefined && position - (last.at(-1) as number) <= TOGETHER) last.push(position);
    else runs.push([position]);
  }
  return runs.filter((run) => run.length > 1);
}

function doublingBack(points: Points, around: readonly number[], run: readonly number[]): Mistake {
  const [begin, end] = [run[0] as number, (run.at(-1) as number) + 1];
  const row = around.slice(begin, end);
  const edges = around.slice(begin - 1, end).map((start, i): Edge => [start, around[begin + i] as number]);
  const [first, last] = [pointAt(points, row[0] as number), pointAt(points, row.at(-1) as number)];
  const at: Place = [(first[0] + last[0]) / 2, (first[1] + last[1]) / 2];
  return { kind: "doubled back", points: [...row].sort((a, b) => a - b), edges, at };
}

/** The cosine of the turn at the `i`-th of a row of points; straight on at its ends. */
function turnAt(points: Points, around: readonly number[], i: number): number {
  const [before, at, after] = [around[i - 1], around[i], around[i + 1]];
  if (before === undefined || at === undefined || after === undefined) return 1;
  return cosine(pointAt(points, before), pointAt(points, at), pointAt(points, after));
}

function distanceOf(a: Place, b: Place): number {
  return Math.hypot(b[0] - a[0], b[1] - a[1]);
}

function placesOf(points: Points, [a, b, c, d]: Four): [Place, Place, Place, Place] {
  return [pointAt(points, a), pointAt(points, b), pointAt(points, c), pointAt(points, d)];
}

/** Of the turn at `b` on the way from `a` to `c`: 1 straight on, -1 straight back. */
function cosine(a: Place, b: Place, c: Place): number {
  const [ux, uy, vx, vy] = [b[0] - a[0], b[1] - a[1], c[0] - b[0], c[1] - b[1]];
  const lengths = Math.hypot(ux, uy) * Math.hypot(vx, vy);
  return lengths === 0 ? 1 : (ux * vx + uy * vy) / lengths;
}

/** On which side of the line from `a` to `b` the place `p` lies: the sign tells. */
function side(a: Place, b: Place, p: Place): number {
  return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]);
}

function edgesOf(name: PartName): Edge[] {
  const { indices, closed } = PARTS[name];
  const ends = closed ? [...indices, indices[0] as number] : indices;
  return ends.slice(1).map((end, i) => [ends[i] as number, end]);
}

function pairsOf(one: Edge, others: readonly Edge[]): Four[] {
  return others.filter((other) => !one.includes(other[0]) && !one.includes(other[1])).map((other) => [...one, ...other]);
}

function pairsBetween(a: PartName, b: PartName): Four[] {
  return edgesOf(a).flatMap((one) => pairsOf(one, edgesOf(b)));
}
