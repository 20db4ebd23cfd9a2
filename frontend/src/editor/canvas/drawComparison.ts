/** Where the points lie in what the photo is compared with, and the way from there to where they are. */
import { pointAt, type Points } from "../core/points";
import type { Displacement } from "../core/differences";
import { toScreen, type Viewport } from "../core/viewport";
import { pointRadius } from "./drawPoints";
import { PALETTE } from "./palette";
import { strokeWithHalo } from "./strokeWithHalo";

export function drawComparison(
  context: CanvasRenderingContext2D,
  viewport: Viewport,
  points: Points,
  compared: Points,
  displacements: readonly Displacement[],
): void {
  const radius = pointRadius(viewport.scale);
  for (const { index } of displacements) {
    const [x, y] = toScreen(viewport, ...pointAt(compared, index));
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(...toScreen(viewport, ...pointAt(points, index)));
    strokeWithHalo(context, PALETTE.theirs, 1.5);
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    strokeWithHalo(context, PALETTE.theirs, 1.75);
  }
}
