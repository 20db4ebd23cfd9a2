/** Two fingers on the photo: how their way moves and zooms it. */
import { panBy, type Viewport, zoomAt } from "../core/viewport";

/** CSS pixels from the canvas's top-left corner. */
export interface Position {
  readonly x: number;
  readonly y: number;
}

export type TwoFingers = readonly [Position, Position];

/** How the photo lies after two fingers went from `from` to `to`: what lay between them goes on lying between them. */
export function pinched(start: Viewport, from: TwoFingers, to: TwoFingers, minimumScale: number): Viewport {
  const [before, now] = [middleOf(from), middleOf(to)];
  // Fingers that come down as one would make of every pixel a leap.
  const factor = apart(to) / Math.max(1, apart(from));
  return panBy(zoomAt(start, before.x, before.y, factor, minimumScale), now.x - before.x, now.y - before.y);
}

function middleOf([a, b]: TwoFingers): Position {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function apart([a, b]: TwoFingers): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
