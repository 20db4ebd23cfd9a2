/** A part that is selected, or under the pointer: its outline, its frame, and the handles on that. */
import { outlines } from "../../outline/outline";
import { type FacePartName, partOfOutline } from "../core/faceParts";
import { cornersOnScreen, frameAround, placedHandles } from "../core/partFrame";
import type { Points } from "../core/points";
import { toScreen, type Viewport } from "../core/viewport";
import { traceOutline } from "./drawOutlines";
import { PALETTE } from "./palette";
import { strokeWithHalo } from "./strokeWithHalo";

const HANDLE = 4.5;

/** A light along the part's outline. */
export function drawPartGlow(context: CanvasRenderingContext2D, viewport: Viewport, points: Points, name: FacePartName): void {
  for (const { category, segments } of outlines(points)) {
    if (partOfOutline(category) !== name) continue;
    traceOutline(context, viewport, segments);
    context.strokeStyle = PALETTE.selected;
    context.globalAlpha = 0.55;
    context.lineWidth = 4;
    context.stroke();
    context.globalAlpha = 1;
  }
}

/** Handles only where the part may be changed. */
export function drawPartFrame(
  context: CanvasRenderingContext2D,
  viewport: Viewport,
  points: Points,
  name: FacePartName,
  handles: boolean,
): void {
  const frame = frameAround(points, name);
  const corners = cornersOnScreen(frame, viewport);
  context.beginPath();
  for (const corner of corners) context.lineTo(...corner);
  context.closePath();
  strokeWithHalo(context, PALETTE.selected, 1.25);
  if (!handles) return;
  for (const { handle, x, y } of placedHandles(frame, viewport)) {
    context.beginPath();
    if (handle.kind === "rotate") {
      const [[x0, y0], [x1, y1]] = corners as [[number, number], [number, number]];
      context.moveTo((x0 + x1) / 2, (y0 + y1) / 2);
      context.lineTo(x, y);
      strokeWithHalo(context, PALETTE.selected, 1.25);
      context.beginPath();
      context.arc(x, y, HANDLE + 0.5, 0, 2 * Math.PI);
    } else {
      const half = handle.kind === "scale" ? HANDLE : HANDLE - 1;
      context.save();
      context.translate(x, y);
      context.rotate(frame.angle);
      context.rect(-half, -half, 2 * half, 2 * half);
      context.restore();
    }
    context.fillStyle = PALETTE.selected;
    context.fill();
    context.strokeStyle = PALETTE.halo;
    context.lineWidth = 1;
    context.stroke();
  }
  // Where it turns about.
  const [centreX, centreY] = toScreen(viewport, ...frame.centre);
  context.beginPath();
  context.moveTo(centreX - 4, centreY);
  context.lineTo(centreX + 4, centreY);
  context.moveTo(centreX, centreY - 4);
  context.lineTo(centreX, centreY + 4);
  strokeWithHalo(context, PALETTE.selected, 1);
}
