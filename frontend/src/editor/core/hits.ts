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
