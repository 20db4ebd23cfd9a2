/** Proportional dragging: what lies around a dragged point goes along, the nearer the more. */
import { movedTogether, type Points } from "./points";

/** The radius within which points go along, as a share of the face's size. */
export const NEIGHBOURHOOD = { min: 0.05, max: 3, initial: 0.4, step: 1.2 } as const;

/** `radius` made wider by `steps`, narrower by negative ones. */
export function widened(radius: number, steps: number): number {
  const { min, max, step } = NEIGHBOURHOOD;
  return Math.min(max, Math.max(min, radius * step ** steps));
}

/**
 * By which share of the way each point goes along when point `index` is dragged: 1 for itself and what lies on it, 0 from
 * `radius` image pixels on, and smooth at both ends. Points that stay are left out.
 */
export function sharesOfDrag(points: Points, index: number, radius: number): Map<number, number> {
  const shares = new Map<number, number>();
  const [x, y] = [points[2 * index] as number, points[2 * index + 1] as number];
  for (let each = 0; each < points.length / 2; each += 1) {
    const distance = Math.hypot((points[2 * each] as number) - x, (points[2 * each + 1] as number) - y);
    if (distance < radius) shares.set(each, (1 + Math.cos((Math.PI * distance) / radius)) / 2);
  }
  for (const each of movedTogether(points, index)) shares.set(each, 1);
  return shares;
}
