/** What helps to judge and to aim: mistakes of order, the mean face's ghost, a drag's circle, places that were clicked. */
import { outlines } from "../../outline/outline";
import type { Place } from "../core/affine";
import type { Mistake } from "../core/mistakes";
import { pointAt, type Points } from "../core/points";
import { meanFaceBy, similarityFromMean } from "../core/similarity";
import { toScreen, type Viewport } from "../core/viewport";
import { traceOutline } from "./drawOutlines";
import { PALETTE } from "./palette";
import { strokeWithHalo } from "./strokeWithHalo";

const TURN = 2 * Math.PI;

/** The edges in question in red, and a ring where they cross. */
export function drawMistakes(
  context: CanvasRenderingContext2D,
  viewport: Viewport,
  points: Points,
  mistakes: readonly Mistake[],
): void {
  for (const { edges, at } of mistakes) {
    context.beginPath();
    for (const [start, end] of edges) {
      context.moveTo(...toScreen(viewport, ...pointAt(points, start)));
      context.lineTo(...toScreen(viewport, ...pointAt(points, end)));
    }
    const [x, y] = toScreen(viewport, ...at);
    context.moveTo(x + 9, y);
    context.arc(x, y, 9, 0, TURN);
    strokeWithHalo(context, PALETTE.mistake, 2.25);
  }
}

/** The mean face, laid over the points by shift, rotation and scale. */
export function drawGhost(context: CanvasRenderingContext2D, viewport: Viewport, points: Points): void {
  context.setLineDash([5, 4]);
  for (const { segments } of outlines(meanFaceBy(similarityFromMean(points)))) {
    traceOutline(context, viewport, segments);
    strokeWithHalo(context, PALETTE.ghost, 1.25);
  }
  context.setLineDash([]);
}

/** Within `radius` image pixels of `centre`, points go along. */
export function drawCircle(context: CanvasRenderingContext2D, viewport: Viewport, centre: Place, radius: number): void {
  const [x, y] = toScreen(viewport, ...centre);
  context.beginPath();
  context.arc(x, y, radius * viewport.scale, 0, TURN);
  context.setLineDash([6, 4]);
  strokeWithHalo(context, PALETTE.selected, 1.25);
  context.setLineDash([]);
}

/** Numbered, in the order of the clicks. */
export function drawPlaced(context: CanvasRenderingContext2D, viewport: Viewport, places: readonly Place[]): void {
  places.forEach((place, i) => {
    const [x, y] = toScreen(viewport, ...place);
    context.beginPath();
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]] as const) {
      context.moveTo(x + 4 * dx, y + 4 * dy);
      context.lineTo(x + 13 * dx, y + 13 * dy);
    }
    strokeWithHalo(context, PALETTE.corrected, 2);
    context.font = "600 13px system-ui, sans-serif";
    context.textAlign = "left";
    context.textBaseline = "bottom";
    context.strokeStyle = PALETTE.halo;
    context.lineWidth = 3;
    context.strokeText(String(i + 1), x + 8, y - 6);
    context.fillStyle = PALETTE.corrected;
    context.fillText(String(i + 1), x + 8, y - 6);
  });
}
