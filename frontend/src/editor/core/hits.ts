import { outlines } from "../../outline/outline";
import type { Place } from "./affine";
import { type FacePartName, partOfOutline } from "./faceParts";
import { distanceToSegment } from "./partFrame";
import type { Points } from "./points";
import { toScreen, type Viewport } from "./viewport";

/**
 * How near on the screen a pointer has to come to take a point, in CSS pixels: a finger is wider than a mouse's tip.
 */
export const REACH = { mouse: 11, pen: 14, touch: 24 } as const;

/**
 * The point nearest to the screen point (x, y) within `reach` CSS pixels, or null. Among points that lie on each other
 * the `preferred` one (the selected one) wins, else the lowest index.
 */
export function pointUnder(
  points: Points,
  viewport: Viewport,
  x: number,
  y: number,
  reach: number,
  preferred: number | null = null,
): number | null {
  let best: number | null = null;
  let bestDistance = reach;
  for (let index = 0; index < points.length / 2; index += 1) {
    const [sx, sy] = toScreen(viewport, points[2 * index] as number, points[2 * index + 1] as number);
    const distance = Math.hypot(sx - x, sy - y);
    const wins = index === preferred ? distance <= bestDistance + 0.5 : distance < bestDistance;
    if (distance <= reach && wins) {
      best = index;
      bestDistance = distance;
    }
  }
  return best;
}

/** Pieces into which a curve is cut to measure how far it is. */
const PIECES = 8;

/** The part whose outline comes nearest to the screen point (x, y), within `reach` CSS pixels; null when none does. */
export function outlineUnder(points: Points, viewport: Viewport, x: number, y: number, reach: number): FacePartName | null {
  let [best, bestDistance] = [null as FacePartName | null, reach];
  for (const { category, segments } of outlines(points)) {
    for (let i = 0; i < segments.length; i += 8) {
      let from = onCurve(segments, i, 0, viewport);
      for (let piece = 1; piece <= PIECES; piece += 1) {
        const to = onCurve(segments, i, piece / PIECES, viewport);
        const distance = distanceToSegment([x, y], from, to);
        if (distance <= bestDistance) [best, bestDistance] = [partOfOutline(category), distance];
        from = to;
      }
    }
  }
  return best;
}

/** The place at `t`, 0 to 1, of the cubic Bézier that begins at `segments[i]`, on the screen. */
function onCurve(segments: Float64Array, i: number, t: number, viewport: Viewport): [number, number] {
  const s = 1 - t;
  const weights = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
  const at = (axis: 0 | 1) => weights.reduce((sum, weight, k) => sum + weight * (segments[i + 2 * k + axis] as number), 0);
  return toScreen(viewport, at(0), at(1));
}

/** A click this near to the first corner closes a polygon, in CSS pixels. */
export const CLOSE_REACH = 10;

/** Whether a click at the screen point (x, y) closes the polygon with these corners, image pixels. */
export function closesPolygon(viewport: Viewport, corners: readonly Place[], x: number, y: number): boolean {
  const [first] = corners;
  if (first === undefined || corners.length < 3) return false;
  const [fx, fy] = toScreen(viewport, ...first);
  return Math.hypot(x - fx, y - fy) <= CLOSE_REACH;
}
