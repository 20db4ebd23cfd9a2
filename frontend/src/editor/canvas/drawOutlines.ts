import { type OutlineCategory, outlines } from "../../outline/outline";
import { CATEGORIES } from "../../schema/schema.generated";
import type { Points } from "../core/points";
import { toScreen, type Viewport } from "../core/viewport";
import { PALETTE } from "./palette";

const COLOURS = new Map<string, string>(CATEGORIES.map(({ name, colour }) => [name, `rgb(${colour.join()})`]));

function colourOf(category: OutlineCategory): string {
  return COLOURS.get(category === "face" ? "skin" : category) ?? PALETTE.selected;
}

/** The facial parts' curves, as the server will fit them to these points. */
export function drawOutlines(context: CanvasRenderingContext2D, viewport: Viewport, points: Points): void {
  for (const { category, segments } of outlines(points)) {
    context.beginPath();
    let end: [number, number] | null = null;
    for (let i = 0; i < segments.length; i += 8) {
      const at = (k: number) => toScreen(viewport, segments[i + k] as number, segments[i + k + 1] as number);
      const start = at(0);
      if (end === null || Math.hypot(start[0] - end[0], start[1] - end[1]) > 0.5) context.moveTo(...start);
      end = at(6);
      context.bezierCurveTo(...at(2), ...at(4), ...end);
    }
    context.lineJoin = "round";
    context.strokeStyle = PALETTE.halo;
    context.lineWidth = 3;
    context.stroke();
    context.strokeStyle = colourOf(category);
    context.lineWidth = 1.25;
    context.stroke();
  }
}
