// The outline of every facial part from the 106 points: ml/ppa/parts.py for the browser. No DOM.

import { at, fitLid, lidPath, line, reverse, signedArea, spline, type Path, type Vec } from "./curves";

export type OutlineCategory =
  | "face"
  | "left_brow"
  | "right_brow"
  | "left_eye"
  | "right_eye"
  | "nose"
  | "upper_lip"
  | "inner_mouth"
  | "lower_lip";

export interface Outline {
  /** "face" is the contour, open from temple to temple; everything else is closed. */
  readonly category: OutlineCategory;
  /** n × 8: start, two control points and end of every cubic Bézier, x then y, in pixels of the photo. */
  readonly segments: Float64Array;
}

const N_POINTS = 106;
const MIN_OPENING = 0.05;

/** The similarity that puts one anchor of a part on (0, 0) and another on (1, 0). */
interface Frame {
  readonly origin: Vec;
  readonly axis: Vec;
}

function frameBetween(start: Vec, end: Vec): Frame {
  const axis = { x: end.x - start.x, y: end.y - start.y };
  return { origin: start, axis: Math.hypot(axis.x, axis.y) > 1e-6 ? axis : { x: 1, y: 0 } };
}

function toStandard({ origin, axis }: Frame, points: readonly Vec[]): Vec[] {
  const square = axis.x * axis.x + axis.y * axis.y;
  return points.map(({ x, y }) => {
    const dx = x - origin.x;
    const dy = y - origin.y;
    return { x: (dx * axis.x + dy * axis.y) / square, y: (dy * axis.x - dx * axis.y) / square };
  });
}

function toPhoto({ origin, axis }: Frame, path: Path): Path {
  const move = ({ x, y }: Vec): Vec => ({
    x: origin.x + x * axis.x - y * axis.y,
    y: origin.y + x * axis.y + y * axis.x,
  });
  return path.map(({ start, control1, control2, end }) => ({
    start: move(start),
    control1: move(control1),
    control2: move(control2),
    end: move(end),
  }));
}

const fitted = (frame: Frame, points: readonly Vec[]): Path => toPhoto(frame, spline(toStandard(frame, points)));

interface Aperture {
  readonly upper: Path;
  readonly lower: Path;
  readonly opening: Path;
}

/**
 * The two edges of an eye or of the inner mouth. Where the lower edge runs above the upper one, both give way to the
 * curve half-way between them.
 */
function aperture(upper: readonly Vec[], lower: readonly Vec[]): Aperture {
  const left = at(upper, 0);
  const right = at(upper, upper.length - 1);
  const frame = frameBetween(left, right);
  const over = fitLid(toStandard(frame, upper.slice(1, -1)));
  const under = fitLid(toStandard(frame, lower.slice(1, -1)));
  const middle = { a: (over.a + under.a) / 2, b: (over.b + under.b) / 2 };
  const a = under.a - over.a;
  const b = under.b - over.b;
  if (Math.hypot(right.x - left.x, right.y - left.y) <= 1e-6 || (a + b / 2) / 4 < MIN_OPENING) {
    const shut = toPhoto(frame, lidPath(middle));
    return { upper: shut, lower: shut, opening: [] };
  }
  const start = a < 0 ? -a / b : 0;
  const end = a + b < 0 ? -a / b : 1;
  const before = start > 0 ? toPhoto(frame, lidPath(middle, 0, start)) : [];
  const after = end < 1 ? toPhoto(frame, lidPath(middle, end, 1)) : [];
  const top = toPhoto(frame, lidPath(over, start, end));
  const bottom = toPhoto(frame, lidPath(under, start, end));
  return {
    upper: [...before, ...top, ...after],
    lower: [...before, ...bottom, ...after],
    opening: [...top, ...reverse(bottom)],
  };
}

/** Both lips, closed along the inner mouth's own edges. */
function lips(pick: (...indices: number[]) => Vec[], mouth: Aperture): [Path, Path] {
  const frame = frameBetween(...pair(pick(84, 90)));
  const outerUpper = fitted(frame, pick(84, 85, 86, 87, 88, 89, 90));
  const outerLower = fitted(frame, pick(90, 91, 92, 93, 94, 95, 84));
  if (outerUpper.length === 0 || outerLower.length === 0) return [[], []];
  const left = at(outerUpper, 0).start;
  const right = at(outerUpper, outerUpper.length - 1).end;
  const innerLeft = at(mouth.upper, 0).start;
  const innerRight = at(mouth.upper, mouth.upper.length - 1).end;
  return [
    [...outerUpper, ...line(right, innerRight), ...reverse(mouth.upper), ...line(innerLeft, left)],
    [...line(left, innerLeft), ...mouth.lower, ...line(innerRight, right), ...outerLower],
  ];
}

/** A brow from its points, tail first, around and back: a cusp at the tail, round at the head. */
function brow(around: readonly Vec[]): Path {
  const tail = at(around, 0);
  const above = at(around, 4);
  const below = at(around, 5);
  const frame = frameBetween(tail, { x: (above.x + below.x) / 2, y: (above.y + below.y) / 2 });
  return fitted(frame, [...around, tail]);
}

/** The halves of the nose, each closed along the bridge; one that has folded over is left out. */
function nose(pick: (...indices: number[]) => Vec[]): Path[] {
  const [root, base] = pair(pick(51, 60));
  const frame = frameBetween(root, base);
  const bridge = fitted(frame, pick(51, 52, 53, 54, 60));
  const half = (side: readonly Vec[]): Path => {
    const wing = fitted(frame, side);
    const last = wing.at(-1);
    return last === undefined ? bridge : [...bridge, ...wing, ...line(last.end, root)];
  };
  const left = half(pick(60, 59, 58, 57, 56, 55));
  const right = half(pick(60, 61, 62, 63, 64, 65));
  return [...(signedArea(left) > 0 ? [left] : []), ...(signedArea(right) < 0 ? [right] : [])];
}

function pair(points: readonly Vec[]): [Vec, Vec] {
  return [at(points, 0), at(points, 1)];
}

function flat(path: Path): Float64Array {
  const values = new Float64Array(path.length * 8);
  path.forEach(({ start, control1, control2, end }, i) => {
    values.set([start.x, start.y, control1.x, control1.y, control2.x, control2.y, end.x, end.y], i * 8);
  });
  return values;
}

/**
 * Fits every facial part; a part that does not show (a shut eye, a folded half of the nose) has no outline.
 *
 * @param points 106 × (x, y) in pixels.
 * @throws RangeError unless there are 106 points, all finite.
 */
export function outlines(points: Float64Array): Outline[] {
  if (points.length !== 2 * N_POINTS || !points.every(Number.isFinite)) {
    throw new RangeError(`expected ${N_POINTS} finite points, got ${points.length} numbers`);
  }
  const p = Array.from({ length: N_POINTS }, (_, i): Vec => ({ x: points[2 * i] ?? NaN, y: points[2 * i + 1] ?? NaN }));
  const pick = (...indices: number[]): Vec[] => indices.map((i) => at(p, i));
  const mouth = aperture(pick(96, 97, 98, 99, 100), pick(96, 103, 102, 101, 100));
  const [upperLip, lowerLip] = lips(pick, mouth);
  const contour = p.slice(0, 33);
  const fits: [OutlineCategory, Path[]][] = [
    ["face", [fitted(frameBetween(at(p, 0), at(p, 32)), contour)]],
    ["left_brow", [brow(p.slice(33, 42))]],
    ["right_brow", [brow([...p.slice(46, 51), ...p.slice(42, 46)])]],
    ["left_eye", [aperture(pick(66, 67, 68, 69, 70), pick(66, 73, 72, 71, 70)).opening]],
    ["right_eye", [aperture(pick(75, 76, 77, 78, 79), pick(75, 82, 81, 80, 79)).opening]],
    ["nose", nose(pick)],
    ["upper_lip", [upperLip]],
    ["inner_mouth", [mouth.opening]],
    ["lower_lip", [lowerLip]],
  ];
  return fits.flatMap(([category, paths]) =>
    paths.filter((path) => path.length > 0).map((path) => ({ category, segments: flat(path) })),
  );
}
