import { POINTS } from "../../schema/schema.generated";
import { strings } from "../../strings/strings";
import type { Pin } from "../controller";
import {
  isDisplaced,
  MOVED,
  OCCLUDED,
  type Origin,
  OUTSIDE,
  pointAt,
  type Points,
  PROPOSED,
  type Visibilities,
} from "../core/points";
import { toScreen, type Viewport } from "../core/viewport";
import { PALETTE } from "./palette";
import { strokeWithHalo } from "./strokeWithHalo";

export interface PointsScene {
  readonly points: Points;
  readonly initial: Points;
  readonly visibility: Visibilities;
  readonly originOf: (index: number) => Origin;
  /** Points to look at first. */
  readonly doubtful: readonly number[];
  /** Whether an arrow leads from the proposal to every corrected point. */
  readonly arrows: boolean;
  readonly selected: number | null;
  readonly pins: readonly Pin[];
  readonly place: readonly [number, number] | null;
  /** The point whose number and name are written beside it. */
  readonly named: number | null;
  /** Of the canvas, in CSS pixels. */
  readonly width: number;
}

const TURN = 2 * Math.PI;

/** Radius of a point in CSS pixels: larger when zoomed in, never so large that it hides what it marks. */
export function pointRadius(scale: number): number {
  return Math.min(5.5, Math.max(2.25, 2.5 + 0.9 * Math.log2(Math.max(scale, 0.5))));
}

export function drawPoints(context: CanvasRenderingContext2D, viewport: Viewport, scene: PointsScene): void {
  const radius = pointRadius(viewport.scale);
  if (scene.arrows) {
    for (let index = 0; index < POINTS.length; index += 1) drawArrow(context, viewport, scene, index, radius);
  }
  for (let index = 0; index < POINTS.length; index += 1) drawPoint(context, viewport, scene, index, radius);
  for (const index of scene.doubtful) drawDoubt(context, viewport, scene.points, index, radius);
  for (let index = 0; index < POINTS.length; index += 1) {
    if (scene.originOf(index) !== PROPOSED) drawLock(context, viewport, scene.points, index, radius);
  }
  if (scene.selected !== null) drawSelection(context, viewport, scene.points, scene.selected, radius);
  for (const pin of scene.pins) drawPin(context, viewport, scene.points, pin);
  if (scene.place !== null) drawPlace(context, toScreen(viewport, ...scene.place));
  if (scene.named !== null) drawName(context, viewport, scene, scene.named, radius);
}

/** The colour of a point, by who led it where it is. */
export function pointColour(initial: Points, points: Points, index: number, origin: Origin): string {
  if (origin === MOVED && isDisplaced(initial, points, index)) return PALETTE.corrected;
  if (origin === PROPOSED && isDisplaced(initial, points, index)) return PALETTE.carried;
  return PALETTE.initial;
}

/** From where the proposal put a corrected point to where it is now. */
function drawArrow(
  context: CanvasRenderingContext2D,
  viewport: Viewport,
  { points, initial, originOf }: PointsScene,
  index: number,
  radius: number,
): void {
  if (originOf(index) !== MOVED || !isDisplaced(initial, points, index)) return;
  const [x0, y0] = toScreen(viewport, ...pointAt(initial, index));
  const [x1, y1] = toScreen(viewport, ...pointAt(points, index));
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (length < radius + 2) return;
  const [ux, uy] = [(x1 - x0) / length, (y1 - y0) / length];
  const [tipX, tipY] = [x1 - ux * radius, y1 - uy * radius];
  const head = Math.min(7, length / 2);
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(tipX, tipY);
  context.moveTo(tipX - head * (ux + 0.5 * uy), tipY - head * (uy - 0.5 * ux));
  context.lineTo(tipX, tipY);
  context.lineTo(tipX - head * (ux - 0.5 * uy), tipY - head * (uy + 0.5 * ux));
  strokeWithHalo(context, PALETTE.corrected, 1.25);
  context.beginPath();
  context.arc(x0, y0, Math.max(1.5, radius - 1.5), 0, TURN);
  context.fillStyle = PALETTE.initial;
  context.globalAlpha = 0.7;
  context.fill();
  context.globalAlpha = 1;
}

/** Visible: a disc. Occluded: a ring. Outside the photo or unknown: a cross. */
function drawPoint(
  context: CanvasRenderingContext2D,
  viewport: Viewport,
  { points, initial, visibility, originOf }: PointsScene,
  index: number,
  radius: number,
): void {
  const [x, y] = toScreen(viewport, ...pointAt(points, index));
  const colour = pointColour(initial, points, index, originOf(index));
  context.beginPath();
  if (visibility[index] === OUTSIDE) {
    context.moveTo(x - radius, y - radius);
    context.lineTo(x + radius, y + radius);
    context.moveTo(x - radius, y + radius);
    context.lineTo(x + radius, y - radius);
    strokeWithHalo(context, colour, 1.75);
  } else if (visibility[index] === OCCLUDED) {
    context.arc(x, y, radius, 0, TURN);
    strokeWithHalo(context, colour, 1.75);
  } else {
    context.arc(x, y, radius, 0, TURN);
    context.fillStyle = colour;
    context.fill();
    context.strokeStyle = PALETTE.halo;
    context.lineWidth = 1;
    context.stroke();
  }
}

/** A broken ring: the network was unsure of this one. */
function drawDoubt(
  context: CanvasRenderingContext2D,
  viewport: Viewport,
  points: Points,
  index: number,
  radius: number,
): void {
  const [x, y] = toScreen(viewport, ...pointAt(points, index));
  context.beginPath();
  context.arc(x, y, radius + 4, 0, TURN);
  context.setLineDash([4, 2.5]);
  strokeWithHalo(context, PALETTE.doubtful, 2.25);
  context.setLineDash([]);
}

/** Radius of a point from which on there is room for a padlock beside it, in CSS pixels. */
const ROOM_FOR_LOCK = 3.75;

/** A fixed point has a dark core, and a padlock beside it where points lie far enough apart. */
function drawLock(
  context: CanvasRenderingContext2D,
  viewport: Viewport,
  points: Points,
  index: number,
  radius: number,
): void {
  const [x, y] = toScreen(viewport, ...pointAt(points, index));
  context.beginPath();
  context.arc(x, y, Math.max(1, 0.4 * radius), 0, TURN);
  context.fillStyle = PALETTE.lockCore;
  context.fill();
  if (radius < ROOM_FOR_LOCK) return;
  const [left, top] = [x + radius + 1, y - radius - 5];
  context.beginPath();
  context.arc(left + 3.5, top, 2.2, Math.PI, TURN);
  strokeWithHalo(context, PALETTE.selected, 1.25);
  context.beginPath();
  context.roundRect(left, top, 7, 5.5, 1);
  context.fillStyle = PALETTE.selected;
  context.fill();
  context.strokeStyle = PALETTE.halo;
  context.lineWidth = 0.75;
  context.stroke();
}

function drawSelection(
  context: CanvasRenderingContext2D,
  viewport: Viewport,
  points: Points,
  index: number,
  radius: number,
): void {
  const [x, y] = toScreen(viewport, ...pointAt(points, index));
  context.beginPath();
  context.arc(x, y, radius + 4, 0, TURN);
  strokeWithHalo(context, PALETTE.selected, 1.5);
}

function drawPin(context: CanvasRenderingContext2D, viewport: Viewport, points: Points, pin: Pin): void {
  const at = pinPlace(points, pin);
  if (at === null) return;
  const [x, y] = toScreen(viewport, ...at);
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + 7, y - 12);
  context.strokeStyle = PALETTE.halo;
  context.lineWidth = 1.5;
  context.stroke();
  context.beginPath();
  context.arc(x + 10, y - 17, 9, 0, TURN);
  context.fillStyle = pin.resolved ? PALETTE.pinResolved : PALETTE.pin;
  context.fill();
  context.stroke();
  context.fillStyle = "#1a1206";
  context.font = "600 11px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(String(pin.number), x + 10, y - 16.5);
}

/** In image pixels, or null for a comment on the whole photo. */
export function pinPlace(points: Points, pin: Pick<Pin, "pointIndex" | "x" | "y">): [number, number] | null {
  if (pin.pointIndex !== null) return pointAt(points, pin.pointIndex);
  return pin.x !== null && pin.y !== null ? [pin.x, pin.y] : null;
}

function drawPlace(context: CanvasRenderingContext2D, [x, y]: [number, number]): void {
  context.beginPath();
  context.arc(x, y, 6, 0, TURN);
  context.moveTo(x - 11, y);
  context.lineTo(x + 11, y);
  context.moveTo(x, y - 11);
  context.lineTo(x, y + 11);
  strokeWithHalo(context, PALETTE.pin, 1.5);
}

function drawName(
  context: CanvasRenderingContext2D,
  viewport: Viewport,
  scene: PointsScene,
  index: number,
  radius: number,
): void {
  const [x, y] = toScreen(viewport, ...pointAt(scene.points, index));
  const text = `${index} · ${strings().face.point(index)}`;
  context.font = "12px system-ui, sans-serif";
  const width = context.measureText(text).width + 14;
  const right = x + radius + 10;
  const left = right + width < scene.width ? right : x - radius - 10 - width;
  const top = y + radius + 8;
  context.beginPath();
  context.roundRect(left, top, width, 22, 4);
  context.fillStyle = PALETTE.label;
  context.fill();
  context.fillStyle = PALETTE.labelText;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillText(text, left + 7, top + 11.5);
}
