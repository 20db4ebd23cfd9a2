import { type OutlineCategory, outlines } from "../../outline/outline";
import { CATEGORIES } from "../../schema/schema.generated";
import type { Points } from "../core/points";
import { toScreen, type Viewport } from "../core/viewport";
import { coloursOf, cssColour, type PaletteName } from "./categoryColours";
import { strokeWithHalo } from "./strokeWithHalo";

function colourOf(category: OutlineCategory, palette: PaletteName): string {
  const name = category === "face" ? "skin" : category;
  return cssColour(coloursOf(palette)[CATEGORIES.findIndex((each) => each.name === name)]);
}

/** The facial parts' curves, as the server will fit them to these points. */
export function drawOutlines(
  context: CanvasRenderingContext2D,
  viewport: Viewport,
  points: Points,
  palette: PaletteName,
): void {
  for (const { category, segments } of outlines(points)) {
    traceOutline(context, viewport, segments);
    context.lineJoin = "round";
    strokeWithHalo(context, colourOf(category, palette), 1.25);
  }
}

/** Makes the curves of one outline the context's path. */
export function traceOutline(context: CanvasRenderingContext2D, viewport: Viewport, segments: Float64Array): void {
  context.beginPath();
  let end: [number, number] | null = null;
  for (let i = 0; i < segments.length; i += 8) {
    const at = (k: number) => toScreen(viewport, segments[i + k] as number, segments[i + k + 1] as number);
    const start = at(0);
    if (end === null || Math.hypot(start[0] - end[0], start[1] - end[1]) > 0.5) context.moveTo(...start);
    end = at(6);
    context.bezierCurveTo(...at(2), ...at(4), ...end);
  }
}
