// Cubic Bézier paths, formula for formula those of ml/ppa/curves.py: what the annotator sees while dragging is the
// curve that the server will fill. outline.golden.json keeps the two equal; change them together.

export interface Vec {
  readonly x: number;
  readonly y: number;
}

/** One cubic Bézier. */
export interface Segment {
  readonly start: Vec;
  readonly control1: Vec;
  readonly control2: Vec;
  readonly end: Vec;
}

export type Path = readonly Segment[];

export const COINCIDENT = 1e-6;

/** Powers of the distance between neighbours, which is the step of a spline's parameter. */
export const CENTRIPETAL = 0.5;
export const CHORD_LENGTH = 1;

export function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`no item ${index} among ${items.length}`);
  return item;
}

export const add = (p: Vec, q: Vec): Vec => ({ x: p.x + q.x, y: p.y + q.y });
export const subtract = (p: Vec, q: Vec): Vec => ({ x: p.x - q.x, y: p.y - q.y });
export const scale = (p: Vec, factor: number): Vec => ({ x: p.x * factor, y: p.y * factor });
export const distance = (p: Vec, q: Vec): number => Math.hypot(p.x - q.x, p.y - q.y);

/** The straight segment between two points. */
export function line(start: Vec, end: Vec): Path {
  const third = scale(subtract(end, start), 1 / 3);
  return [{ start, control1: add(start, third), control2: subtract(end, third), end }];
}

/** The same curve walked from its end to its start. */
export function reverse(path: Path): Path {
  return path
    .map(({ start, control1, control2, end }) => ({ start: end, control1: control2, control2: control1, end: start }))
    .reverse();
}

/**
 * Catmull-Rom through the points, open, as Béziers; empty with fewer than two distinct points.
 *
 * @param cusps ascending indices between the first point and the last, where the direction may break.
 * @param power CENTRIPETAL leaves no loops where neighbours are unevenly far apart, CHORD_LENGTH meets an arc better.
 */
export function spline(points: readonly Vec[], cusps: readonly number[] = [], power = CENTRIPETAL): Path {
  const stops = [0, ...cusps, points.length - 1];
  return stops.slice(1).flatMap((stop, i) => smooth(points.slice(at(stops, i), stop + 1), power));
}

function smooth(points: readonly Vec[], power: number): Path {
  const p: Vec[] = [];
  for (const point of points) {
    const last = p.at(-1);
    if (last === undefined || distance(last, point) > COINCIDENT) p.push(point);
  }
  if (p.length < 2) return [];
  const steps: number[] = [];
  const slopes: Vec[] = [];
  for (let i = 0; i + 1 < p.length; i++) {
    const step = distance(at(p, i), at(p, i + 1)) ** power;
    steps.push(step);
    slopes.push(scale(subtract(at(p, i + 1), at(p, i)), 1 / step));
  }
  const tangents = knotTangents(steps, slopes);
  return steps.map((step, i) => {
    const start = at(p, i);
    const end = at(p, i + 1);
    return {
      start,
      control1: add(start, scale(at(tangents, i), step / 3)),
      control2: subtract(end, scale(at(tangents, i + 1), step / 3)),
      end,
    };
  });
}

/** Tangents at the knots; at both ends that of the parabola through the nearest three. */
function knotTangents(steps: readonly number[], slopes: readonly Vec[]): Vec[] {
  const first = at(slopes, 0);
  const last = at(slopes, slopes.length - 1);
  if (slopes.length === 1) return [first, last];
  const inner: Vec[] = [];
  for (let i = 1; i < slopes.length; i++) {
    const before = at(steps, i - 1);
    const after = at(steps, i);
    const sum = add(scale(at(slopes, i - 1), after), scale(at(slopes, i), before));
    inner.push(scale(sum, 1 / (before + after)));
  }
  return [
    subtract(scale(first, 2), at(inner, 0)),
    ...inner,
    subtract(scale(last, 2), at(inner, inner.length - 1)),
  ];
}

/** The path from its start to the place on it that lies farthest in a direction; of several the first. */
export function upToFarthest(path: Path, direction: Vec): Path {
  const along = (p: Vec): number => p.x * direction.x + p.y * direction.y;
  let best = -Infinity;
  let index = 0;
  let share = 0;
  path.forEach(({ start, control1, control2, end }, k) => {
    const [p, q, r, e] = [along(start), along(control1), along(control2), along(end)];
    // Where the segment's speed in the direction is 0.
    for (const t of [0, ...roots(q - p, 2 * (r - q - (q - p)), q - p - 2 * (r - q) + (e - r)), 1]) {
      const s = 1 - t;
      const reach = s * s * s * p + 3 * s * t * (s * q + t * r) + t * t * t * e;
      if (reach > best) [best, index, share] = [reach, k, t];
    }
  });
  const before = path.slice(0, index);
  if (share === 0) return before;
  const { start, control1, control2, end } = at(path, index);
  const between = (p: Vec, q: Vec): Vec => add(p, scale(subtract(q, p), share));
  const [first, middle, last] = [between(start, control1), between(control1, control2), between(control2, end)];
  const left = between(first, middle);
  return [...before, { start, control1: first, control2: left, end: between(left, between(middle, last)) }];
}

/** Where a + b·t + c·t² is 0 between 0 and 1, rising. */
function roots(a: number, b: number, c: number): number[] {
  const inside = b * b - 4 * a * c;
  if (inside < 0) return [];
  // Of the two ways to write a root those that take no difference of like numbers.
  const q = -(b + (b >= 0 ? Math.sqrt(inside) : -Math.sqrt(inside))) / 2;
  return [c !== 0 ? q / c : -1, q !== 0 ? a / q : -1].filter((t) => t > 0 && t < 1).sort((s, t) => s - t);
}

/** Area enclosed by a closed path; positive where it runs clockwise on the screen. */
export function signedArea(path: Path): number {
  const cross = (p: Vec, q: Vec): number => p.x * q.y - p.y * q.x;
  let twentieths = 0;
  for (const { start: a, control1: b, control2: c, end: d } of path) {
    twentieths += 6 * cross(a, b) + 3 * cross(a, c) + cross(a, d) + 3 * cross(b, c) + 3 * cross(b, d) + 6 * cross(c, d);
  }
  return twentieths / 20;
}
