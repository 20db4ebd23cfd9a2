/** The brush's ring where the pointer is, and the polygon in the making. */
import type { Place } from "../core/brush";
import { toScreen, type Viewport } from "../core/viewport";
import type { PaintEditing } from "../paintEditing";
import { coloursOf, cssColour, type PaletteName } from "./categoryColours";
import { PALETTE } from "./palette";

export function drawPaintTool(
  context: CanvasRenderingContext2D,
  viewport: Viewport,
  paint: PaintEditing,
  palette: PaletteName,
): void {
  const colour = paint.tool === "eraser" ? PALETTE.selected : cssColour(coloursOf(palette)[paint.category]);
  if (paint.tool === "polygon") drawPolygon(context, viewport, paint, colour);
  else if (paint.tool !== "fill" && paint.cursor !== null) {
    const [x, y] = toScreen(viewport, ...paint.cursor);
    context.beginPath();
    context.arc(x, y, Math.max(1, paint.radius * viewport.scale), 0, 2 * Math.PI);
    context.setLineDash(paint.tool === "edge-brush" ? [4, 3] : []);
    strokeTwice(context, colour);
    context.setLineDash([]);
  }
}

function drawPolygon(context: CanvasRenderingContext2D, viewport: Viewport, paint: PaintEditing, colour: string): void {
  const [first, ...rest] = paint.corners.map((corner) => toScreen(viewport, ...corner));
  if (first === undefined) return;
  context.beginPath();
  context.moveTo(...first);
  for (const corner of rest) context.lineTo(...corner);
  if (paint.cursor !== null) context.lineTo(...toScreen(viewport, ...paint.cursor));
  strokeTwice(context, colour);
  // Where a click closes it.
  context.beginPath();
  context.arc(...first, CLOSE_REACH / 2, 0, 2 * Math.PI);
  strokeTwice(context, colour);
}

/** A click this near to the first corner closes the polygon, in CSS pixels. */
export const CLOSE_REACH = 10;

/** Whether a click at (x, y), CSS pixels from the canvas's corner, closes the polygon. */
export function closesPolygon(viewport: Viewport, corners: readonly Place[], x: number, y: number): boolean {
  const [first] = corners;
  if (first === undefined || corners.length < 3) return false;
  const [fx, fy] = toScreen(viewport, ...first);
  return Math.hypot(x - fx, y - fy) <= CLOSE_REACH;
}

function strokeTwice(context: CanvasRenderingContext2D, colour: string): void {
  context.lineJoin = "round";
  context.strokeStyle = PALETTE.halo;
  context.lineWidth = 3;
  context.stroke();
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.stroke();
}
