/** The brush's ring where the pointer is, and the polygon in the making. */
import { CLOSE_REACH } from "../core/hits";
import { toScreen, type Viewport } from "../core/viewport";
import type { PaintEditing } from "../paintEditing";
import { coloursOf, cssColour, type PaletteName } from "./categoryColours";
import { PALETTE } from "./palette";
import { strokeWithHalo } from "./strokeWithHalo";

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
    strokeWithHalo(context, colour, 1.5);
    context.setLineDash([]);
  }
}

function drawPolygon(context: CanvasRenderingContext2D, viewport: Viewport, paint: PaintEditing, colour: string): void {
  const [first, ...rest] = paint.corners.map((corner) => toScreen(viewport, ...corner));
  if (first === undefined) return;
  context.lineJoin = "round";
  context.beginPath();
  context.moveTo(...first);
  for (const corner of rest) context.lineTo(...corner);
  if (paint.cursor !== null) context.lineTo(...toScreen(viewport, ...paint.cursor));
  strokeWithHalo(context, colour, 1.5);
  // Where a click closes it.
  context.beginPath();
  context.arc(...first, CLOSE_REACH / 2, 0, 2 * Math.PI);
  strokeWithHalo(context, colour, 1.5);
}
