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

/** A piece of a spline may be so many times longer or shorter than its share of the parameter; beyond, it would swing out. */
const UNEVEN = 5;

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

export interface SplineOptions {
  /** Of the parameter between neighbours, in any unit; else their distances. */
  readonly steps?: readonly number[];
  /** Ascending indices between the first point and the last, where the direction may break. */
  readonly cusps?: readonly number[];
  /** The bend at an end or a cusp, as a share of the bend at the next point: 1, unless given, is bent evenly. */
  readonly endBend?: number;
}

/** The cubic spline of continuous curvature through the points, open; empty with fewer than two distinct points. */
export function spline(points: readonly Vec[], { steps, cusps = [], endBend = 1 }: SplineOptions = {}): Path {
  const own = lengths(points);
  const given = steps ?? own;
  const stops = [0, ...cusps, points.length - 1];
  return stops.slice(1).flatMap((stop, i) => {
    const from = at(stops, i);
    return smooth(points.slice(from, stop + 1), own.slice(from, stop), given.slice(from, stop), endBend);
  });
}

/** The distances from each point to the next. */
export const lengths = (points: readonly Vec[]): number[] => points.slice(1).map((p, i) => distance(at(points, i), p));

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function smooth(points: readonly Vec[], own: readonly number[], given: readonly number[], endBend: number): Path {
  const moved = (_: unknown, i: number): boolean => at(own, i) > COINCIDENT;
  const p = points.filter((_, i) => i === 0 || at(own, i - 1) > COINCIDENT);
  if (p.length < 2) return [];
  const [length, share] = [own.filter(moved), given.filter(moved)];
  const scaling = sum(share) / sum(length);
  const steps = share.map((step, i) => {
    const uneven = (at(length, i) * scaling) / step;
    return (step * uneven) / Math.min(Math.max(uneven, 1 / UNEVEN), UNEVEN);
  });
  const chords = steps.map((step, i) => scale(subtract(at(p, i + 1), at(p, i)), 1 / step));
  const slopes = slopesAt(chords, steps, endBend);
  return steps.map((step, i) => {
    const [start, end] = [at(p, i), at(p, i + 1)];
    return {
      start,
      control1: add(start, scale(at(slopes, i), step / 3)),
      control2: subtract(end, scale(at(slopes, i + 1), step / 3)),
      end,
    };
  });
}

/** The derivatives at the ends of all pieces, from their chords a unit of the parameter. */
function slopesAt(chords: readonly Vec[], steps: readonly number[], endBend: number): Vec[] {
  const [first, last] = [at(chords, 0), at(chords, chords.length - 1)];
  if (chords.length === 1) return [first, last];
  // Rows of three coefficients and a value, solved from the top down and back up: each holds three slopes in a row.
  const end = (chord: Vec, coefficients: [number, number, number]): [number, number, number, Vec] => [
    ...coefficients,
    scale(chord, 3 * (1 + endBend)),
  ];
  const rows = [
    end(first, [0, 2 + endBend, 1 + 2 * endBend]),
    ...steps.slice(1).map((after, i): [number, number, number, Vec] => {
      const before = at(steps, i);
      const value = add(scale(at(chords, i), 3 * after), scale(at(chords, i + 1), 3 * before));
      return [after, 2 * (before + after), before, value];
    }),
    end(last, [1 + 2 * endBend, 2 + endBend, 0]),
  ];
  const reduced: [number, Vec][] = [];
  for (const [before, own, after, value] of rows) {
    const [ratio, above] = reduced.at(-1) ?? [0, value];
    const pivot = own - before * ratio;
    reduced.push([after / pivot, scale(subtract(value, scale(above, before)), 1 / pivot)]);
  }
  let next: Vec = { x: 0, y: 0 };
  return reduced.reverse().map(([ratio, value]) => (next = subtract(value, scale(next, ratio)))).reverse();
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
