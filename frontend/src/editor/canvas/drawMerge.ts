/** Two versions of the same points: where each has them, which one goes on, and what lies between. */
import type { Side } from "../core/merge";
import { toScreen, type Viewport } from "../core/viewport";
import { pointRadius } from "./drawPoints";
import { PALETTE } from "./palette";

/** Where each version has a point, in image pixels. */
export type TwoPlaces = { readonly index: number } & Readonly<Record<Side, { readonly x: number; readonly y: number }>>;

export interface MergeScene {
  readonly differences: readonly TwoPlaces[];
  readonly sideOf: (index: number) => Side;
}

const SIDES = ["theirs", "mine"] as const;

export function drawMerge(
  context: CanvasRenderingContext2D,
  viewport: Viewport,
  { differences, sideOf }: MergeScene,
  selected: number | null,
): void {
  const radius = pointRadius(viewport.scale) + 1.5;
  for (const { mine, theirs } of differences) {
    context.beginPath();
    context.moveTo(...toScreen(viewport, mine.x, mine.y));
    context.lineTo(...toScreen(viewport, theirs.x, theirs.y));
    stroke(context, PALETTE.halo, 4);
    stroke(context, PALETTE.selected, 1.25);
  }
  for (const difference of differences) {
    for (const side of SIDES) {
      const [x, y] = toScreen(viewport, difference[side].x, difference[side].y);
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      stroke(context, PALETTE.halo, 5);
      if (sideOf(difference.index) === side) {
        context.fillStyle = PALETTE[side];
        context.fill();
      }
      stroke(context, PALETTE[side], 2);
      if (difference.index === selected) {
        context.beginPath();
        context.arc(x, y, radius + 4, 0, 2 * Math.PI);
        stroke(context, PALETTE.selected, 1.5);
      }
    }
  }
}

function stroke(context: CanvasRenderingContext2D, colour: string, width: number): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
}
