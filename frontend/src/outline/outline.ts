// The outline of every facial part from the 106 points: ml/ppa/parts.py for the browser. No DOM.

import { MEAN_FACE } from "../schema/schema.generated";
import {
  add,
  at,
  COINCIDENT,
  distance,
  lengths,
  line,
  reverse,
  scale,
  signedArea,
  spline,
  subtract,
  upToFarthest,
  type Path,
  type Segment,
  type Vec,
} from "./curves";

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
const MIN_OPENING = 0.02;
const HORIZON_STEPS = 4;
/** How far a brow's head may be rounded, in the length of the piece of edge before it. */
const HEAD_REACH = 0.18;
/** How far a lip that bends out of sight stands out beyond the straight line between its edges, in the line's length. */
const LIP_BULGE = 0.15;
/** The bend of a lip at a corner of the mouth, as a share of its bend at the next point. */
const LIP_ENDS = 0.5;

const STANDARD = MEAN_FACE.map(([x, y]): Vec => ({ x, y }));

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

interface EdgeOptions {
  readonly cusps?: readonly number[];
  readonly endBend?: number;
}

type Landmarks = readonly number[];

/** The edge through places that stand for so many landmarks; its parameter has the distances of the mean face. */
function fitted(frame: Frame, points: readonly Vec[], landmarks: Landmarks, options: EdgeOptions = {}): Path {
  const steps = lengths(landmarks.map((index) => at(STANDARD, index)));
  return toPhoto(frame, spline(toStandard(frame, points), { ...options, steps }));
}

type PlacesOf = (...landmarks: number[]) => Vec[];

interface Aperture {
  readonly upper: Path;
  readonly lower: Path;
  readonly opening: Path;
}

/**
 * The two edges of an eye or of the inner mouth. Where a lower point lies above its upper one, both give way to the
 * place half-way between them.
 *
 * @param down the direction from the upper lid or lip to the lower one, at each point between the corners.
 */
function aperture(
  pick: PlacesOf,
  upper: Landmarks,
  lower: Landmarks,
  down: (index: number) => Vec,
  endBend: number,
): Aperture {
  const [above, below] = [pick(...upper), pick(...lower)];
  const middle = above.map((p, i) => ({ x: (p.x + at(below, i).x) / 2, y: (p.y + at(below, i).y) / 2 }));
  const met = above.flatMap((p, i) => {
    if (i === 0 || i === above.length - 1) return [];
    const way = down(i);
    return (at(below, i).x - p.x) * way.x + (at(below, i).y - p.y) * way.y < 0 ? [i] : [];
  });
  const together = (edge: readonly Vec[]): Vec[] => edge.map((p, i) => (met.includes(i) ? at(middle, i) : p));
  const over = together(above);
  const under = together(below);
  const frame = frameBetween(...ends(above));
  const width = middle.slice(1).reduce((sum, p, i) => sum + Math.hypot(p.x - at(middle, i).x, p.y - at(middle, i).y), 0);
  if (facingArea(over, under) <= 0.625 * MIN_OPENING * width ** 2) {
    const shut = fitted(frame, middle, upper, { endBend });
    return { upper: shut, lower: shut, opening: [] };
  }
  const top = fitted(frame, over, upper, { cusps: met, endBend });
  const bottom = fitted(frame, under, lower, { cusps: met, endBend });
  return { upper: top, lower: bottom, opening: [...top, ...reverse(bottom)] };
}

/** The area between two edges, less the quadrilaterals that are folded over or upside down. */
function facingArea(upper: readonly Vec[], lower: readonly Vec[]): number {
  let twice = 0;
  for (let i = 0; i + 1 < upper.length; i++) {
    const a = { x: at(lower, i + 1).x - at(upper, i).x, y: at(lower, i + 1).y - at(upper, i).y };
    const b = { x: at(lower, i).x - at(upper, i + 1).x, y: at(lower, i).y - at(upper, i + 1).y };
    twice += Math.max(a.x * b.y - a.y * b.x, 0);
  }
  return twice / 2;
}

function eye(pick: PlacesOf, upper: Landmarks, lower: Landmarks): Path {
  const [left, right] = ends(pick(...upper));
  const down = { x: -(right.y - left.y), y: right.x - left.x };
  return aperture(pick, upper, lower, () => down, 1).opening;
}

/** The inner mouth; which way is down, the outer lips tell, also where the far half has folded over. */
function innerMouth(pick: PlacesOf): Aperture {
  const above = pick(86, 87, 88);
  const below = pick(94, 93, 92);
  const down = (i: number): Vec => subtract(at(below, i - 1), at(above, i - 1));
  return aperture(pick, [96, 97, 98, 99, 100], [96, 103, 102, 101, 100], down, LIP_ENDS);
}

/** Three parts that share out what the outer lips enclose. */
interface Lips {
  readonly upper: Path;
  readonly opening: Path;
  readonly lower: Path;
}

/** Both lips, closed along the inner mouth's own edges; in profile only the half of them that faces the viewer. */
function lips(pick: PlacesOf, mouth: Aperture): Lips {
  const frame = frameBetween(...pair(pick(84, 90)));
  const edge = (...landmarks: number[]): Path => fitted(frame, pick(...landmarks), landmarks, { endBend: LIP_ENDS });
  const upper = edge(84, 85, 86, 87, 88, 89, 90);
  const lower = edge(90, 91, 92, 93, 94, 95, 84);
  if (upper.length === 0 || lower.length === 0) return { upper: [], opening: [], lower: [] };
  if (mouth.upper.length === 0) {
    const seam = line(...pair(pick(96, 100)));
    return sharedOut(upper, { upper: seam, lower: seam, opening: [] }, lower);
  }
  const above = pick(84, 85, 86, 87, 88, 89, 90);
  const below = pick(84, 95, 94, 93, 92, 91, 90);
  const faces = facing(above, below);
  const farRight = at(faces, 0);
  if (farRight === at(faces, faces.length - 1) || !faces.includes(true)) return sharedOut(upper, mouth, lower);
  // From the near corner to the far one; back again below.
  const turn = (edge: Path): Path => (farRight ? edge : reverse(edge));
  const fold = farRight ? faces.lastIndexOf(true) + 1 : faces.indexOf(true);
  const outwards = scale(beside(subtract(at(below, fold), at(above, fold))), farRight ? -1 : 1);
  const [over, innerOver] = upToHorizon(turn(upper), turn(mouth.upper), outwards);
  const [innerUnder, under] = upToHorizon(turn(mouth.lower), turn(reverse(lower)), outwards);
  // The edges of a shut mouth are one curve, so they end at one place.
  const open = mouth.opening.length > 0;
  const edges = { upper: turn(innerOver), lower: turn(open ? innerUnder : innerOver) };
  if ([over, edges.upper, edges.lower, under].some((edge) => edge.length === 0)) return { upper: [], opening: [], lower: [] };
  const opening = open ? closed(edges.upper, reverse(edges.lower)) : [];
  return sharedOut(turn(over), { ...edges, opening }, reverse(turn(under)));
}

/** Which pieces of a strip face the viewer, by its two edges' points, clockwise there and back. */
function facing(there: readonly Vec[], back: readonly Vec[]): boolean[] {
  return there.slice(1).map((next, i) => {
    const a = subtract(at(back, i + 1), at(there, i));
    const b = subtract(at(back, i), next);
    return a.x * b.y - a.y * b.x > 0;
  });
}

/** The vector a right angle clockwise from another on the screen. */
const beside = (way: Vec): Vec => ({ x: -way.y, y: way.x });
const dot = (p: Vec, q: Vec): number => p.x * q.x + p.y * q.y;

/**
 * Two edges of a part, from what is in sight to what is not, up to where it bends out of sight: a line from one end to
 * the other touches both there.
 *
 * @param outwards about the direction in which the surface bends out of sight.
 */
function upToHorizon(first: Path, second: Path, outwards: Vec): [Path, Path] {
  let direction = outwards;
  let cut: [Path, Path] = [[], []];
  for (let i = 0; i < HORIZON_STEPS; i++) {
    cut = [upToFarthest(first, direction), upToFarthest(second, direction)];
    const [one, other] = [cut[0].at(-1), cut[1].at(-1)];
    if (one === undefined || other === undefined) break;
    const across = beside(subtract(other.end, one.end));
    if (Math.hypot(across.x, across.y) <= COINCIDENT) break;
    direction = dot(across, direction) >= 0 ? across : scale(across, -1);
  }
  return cut;
}

const startOf = (path: Path): Vec => at(path, 0).start;
const endOf = (path: Path): Vec => at(path, path.length - 1).end;

type Joint = (start: Vec, end: Vec) => Path;

/** The closed outline of an edge and one that runs back. */
const closed = (there: Path, back: Path, turn: Joint = line, close: Joint = line): Path => [
  ...there,
  ...turn(endOf(there), startOf(back)),
  ...back,
  ...close(endOf(back), startOf(there)),
];

/** An arc between two points that stands out to the left of the way, as a closed outline's outside does. */
const bulge: Joint = (start, end) => {
  // In the middle, a Bézier is three quarters of the way from its chord to its two control points.
  const out = scale(beside(subtract(end, start)), -LIP_BULGE / 0.75);
  return line(start, end).map((arc) => ({ ...arc, control1: add(arc.control1, out), control2: add(arc.control2, out) }));
};

/** The parts between an upper edge that runs from left to right and a lower one that runs back. */
function sharedOut(upper: Path, mouth: Aperture, lower: Path): Lips {
  // A half ends in the middle of the mouth: its lips are round there.
  const apart = (a: Vec, b: Vec): boolean => Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y)) > COINCIDENT;
  const joint = (outer: [Vec, Vec], inner: [Vec, Vec]): Joint => (apart(...outer) || apart(...inner) ? bulge : line);
  const right = joint([endOf(upper), startOf(lower)], [endOf(mouth.upper), endOf(mouth.lower)]);
  const left = joint([endOf(lower), startOf(upper)], [startOf(mouth.lower), startOf(mouth.upper)]);
  return {
    upper: closed(upper, reverse(mouth.upper), right, left),
    opening: mouth.opening,
    lower: [
      ...left(endOf(lower), startOf(mouth.lower)),
      ...mouth.lower,
      ...right(endOf(mouth.lower), startOf(lower)),
      ...lower,
    ],
  };
}

/**
 * A brow from its two edges, each tail first, the one that clockwise comes first before the other: a cusp at the tail,
 * round at the head. If the tail is folded over it ends where it bends out of sight; none if all of it is.
 */
function brow(pick: PlacesOf, first: Landmarks, second: Landmarks): Path {
  const [there, back] = [pick(...first), pick(...second)];
  const [tail, above] = ends(there);
  const below = at(back, back.length - 1);
  const frame = frameBetween(tail, { x: (above.x + below.x) / 2, y: (above.y + below.y) / 2 });
  let outwards = reverse(fitted(frame, there, first));
  let homewards = reverse(fitted(frame, back, second));
  const faces = facing(there, back);
  const fold = faces.indexOf(true);
  if (outwards.length === 0 || homewards.length === 0 || fold < 0) return [];
  if (fold > 0) {
    const direction = beside(subtract(at(back, fold), at(there, fold)));
    [outwards, homewards] = upToHorizon(outwards, homewards, direction);
    if (outwards.length === 0 || homewards.length === 0) return [];
  }
  const end = fold > 0 ? line(endOf(homewards), endOf(outwards)) : [];
  outwards = reverse(outwards);
  const path = [...outwards, round(outwards, homewards), ...homewards, ...end];
  return signedArea(path) > 0 ? path : [];
}

/** The Bézier from the end of one path to the start of another, in whose directions it leaves and arrives. */
function round(before: Path, after: Path): Segment {
  const leaving = at(before, before.length - 1);
  const arriving = at(after, 0);
  const piece = (distance(leaving.start, leaving.end) + distance(arriving.start, arriving.end)) / 2;
  const reach = Math.min(distance(leaving.end, arriving.start) / 3, HEAD_REACH * piece);
  return {
    start: leaving.end,
    control1: add(leaving.end, scale(direction(subtract(leaving.end, leaving.control2)), reach)),
    control2: subtract(arriving.start, scale(direction(subtract(arriving.control1, arriving.start)), reach)),
    end: arriving.start,
  };
}

function direction(way: Vec): Vec {
  return scale(way, 1 / Math.max(Math.hypot(way.x, way.y), COINCIDENT));
}

/**
 * The halves of the nose, each closed along the bridge; one that has folded over up to its root is left out. The crease
 * in which a wing begins (56, 64) is a corner.
 */
function nose(pick: PlacesOf): Path[] {
  const [root, base] = pair(pick(51, 60));
  const frame = frameBetween(root, base);
  const away = beside(subtract(root, base));
  const besideRoot = beside(subtract(at(pick(52), 0), root));
  const half = (landmarks: Landmarks, far: number, turn: 1 | -1): Path[] => {
    const side = pick(...landmarks);
    const [ridge, other] = pair(pick(54, far));
    const tip = silhouette(at(side, 3), ridge, other, scale(away, turn));
    // The tip of a turned nose is another place than the mean face's: there the own distances count.
    const bridge = toPhoto(frame, spline(toStandard(frame, [...pick(51, 52, 53), tip, base])));
    const wing = fitted(frame, side, landmarks, { cusps: [4] });
    const last = wing.at(-1);
    const around = last === undefined ? bridge : [...bridge, ...wing, ...line(last.end, root)];
    const path = turn > 0 ? around : reverse(around);
    // The root may show beside the bridge while the wing is behind the tip.
    const rootShows = path.length > 0 && turn * dot(subtract(at(side, 5), root), besideRoot) > 0;
    return rootShows || signedArea(path) > 0 ? [path] : [];
  };
  return [...half([60, 59, 58, 57, 56, 55], 63, 1), ...half([60, 61, 62, 63, 64, 65], 57, -1)];
}

/**
 * The place where the tip of the nose bends out of sight: the ridge itself as long as the far wing shows beyond it.
 * From wing to wing over the ridge the nose is taken for half an ellipse in space, whose image is one, too.
 */
function silhouette(near: Vec, ridge: Vec, far: Vec, outwards: Vec): Vec {
  const middle = { x: (near.x + far.x) / 2, y: (near.y + far.y) / 2 };
  const across = { x: (near.x - far.x) / 2, y: (near.y - far.y) / 2 };
  const up = subtract(ridge, middle);
  const u = dot(across, outwards);
  const v = dot(up, outwards);
  if (dot(subtract(far, ridge), outwards) >= 0 || v <= 0) return ridge;
  return add(middle, scale(add(scale(across, u), scale(up, v)), 1 / Math.hypot(u, v)));
}

function pair(points: readonly Vec[]): [Vec, Vec] {
  return [at(points, 0), at(points, 1)];
}

function ends(points: readonly Vec[]): [Vec, Vec] {
  return [at(points, 0), at(points, points.length - 1)];
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
  const pick: PlacesOf = (...landmarks) => landmarks.map((i) => at(p, i));
  const mouth = lips(pick, innerMouth(pick));
  const contour = Array.from({ length: 33 }, (_, i) => i);
  const fits: [OutlineCategory, Path[]][] = [
    ["face", [fitted(frameBetween(at(p, 0), at(p, 32)), pick(...contour), contour)]],
    ["left_brow", [brow(pick, [33, 34, 35, 36, 37], [33, 41, 40, 39, 38])]],
    ["right_brow", [brow(pick, [46, 47, 48, 49, 50], [46, 45, 44, 43, 42])]],
    ["left_eye", [eye(pick, [66, 67, 68, 69, 70], [66, 73, 72, 71, 70])]],
    ["right_eye", [eye(pick, [75, 76, 77, 78, 79], [75, 82, 81, 80, 79])]],
    ["nose", nose(pick)],
    ["upper_lip", [mouth.upper]],
    ["inner_mouth", [mouth.opening]],
    ["lower_lip", [mouth.lower]],
  ];
  return fits.flatMap(([category, paths]) =>
    paths.filter((path) => path.length > 0).map((path) => ({ category, segments: flat(path) })),
  );
}
