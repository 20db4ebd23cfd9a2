/**
 * Mistakes of order: outlines that cross themselves or each other, and points that double back. They are what a slip
 * of the hand leaves behind, and what spoils a mask most.
 */
import { PARTS, type PartName } from "../../schema/schema.generated";
import type { Place } from "./affine";
import { distanceToSegment } from "./partFrame";
import { pointAt, type Points, type Visibilities, VISIBLE } from "./points";
import { faceSize, MEAN_POINTS } from "./similarity";

export interface Mistake {
  readonly kind: "crossed" | "doubled back";
  /** The ends of the two edges that cross, or of the edge that runs backwards. */
  readonly points: readonly number[];
  /** Image pixels. */
  readonly at: Place;
}

type Edge = readonly [number, number];
/** Two edges, or points in a row. */
type Four = readonly [number, number, number, number];

/**
 * Edges may cross by this share of the face's size: lids of a shut eye and closed lips lie on each other, and no hand is
 * that exact.
 */
const SHALLOW = 0.03;
/** An edge doubles back where the outline turns by more than this at both of its ends: cosine of the angle. */
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

/** Four points in a row whose outline is round in the middle: at the corners of eyes and lips it turns back rightly. */
const ROUND: readonly Four[] = Object.values(PARTS).flatMap(({ indices, closed }) => {
  const around = closed ? [...indices, ...indices.slice(0, 3)] : indices;
  const rows = around.slice(3).map((_, i) => around.slice(i, i + 4) as unknown as Four);
  return rows.filter((four) => turnsOf(MEAN_POINTS, four).every((turn) => turn > 0));
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
  for (const four of ROUND) add(doublingBack(points, four, shallow));
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
  return { kind: "crossed", points: [...pair].sort((x, y) => x - y), at };
}

/** Of four points in a row: whether the edge in the middle runs against the edges on both sides of it. */
function doublingBack(points: Points, four: Four, shallow: number): Mistake | null {
  const [, start, end] = four;
  const [p, q] = [pointAt(points, start), pointAt(points, end)];
  if (Math.hypot(q[0] - p[0], q[1] - p[1]) < shallow || turnsOf(points, four).some((turn) => turn > SHARP)) return null;
  return { kind: "doubled back", points: [start, end], at: [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2] };
}

/** The cosines of the turns at the second and at the third of four points in a row. */
function turnsOf(points: Points, four: Four): [number, number] {
  const [a, b, c, d] = placesOf(points, four);
  return [cosine(a, b, c), cosine(b, c, d)];
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
