import { MAX_SCALE, type Size, toScreen, type Viewport } from "../core/viewport";
import { PALETTE } from "./palette";
import { strokeWithHalo } from "./strokeWithHalo";

const RADIUS = 72;
const MARGIN = 16;
/** How much larger than on the screen, and at least so many screen pixels an image pixel. */
const MAGNIFICATION = 3;
const LEAST_SCALE = 6;

export interface LoupeScene {
  /** In its full size. */
  readonly image: CanvasImageSource;
  /** How the photo is shown around it, as a CSS filter; "" when as it is. */
  readonly filter: string;
  readonly screen: Size;
  /** The point in the hand, in image pixels. */
  readonly at: readonly [number, number];
  readonly colour: string;
}

/** What lies under the point in the hand, enlarged, in the upper corner that is farther from it. */
export function drawLoupe(context: CanvasRenderingContext2D, viewport: Viewport, scene: LoupeScene): void {
  const { image, filter, screen, at, colour } = scene;
  const [pointX] = toScreen(viewport, ...at);
  const x = pointX > screen.width / 2 ? MARGIN + RADIUS : screen.width - MARGIN - RADIUS;
  const y = MARGIN + RADIUS;
  const scale = Math.min(2 * MAX_SCALE, Math.max(LEAST_SCALE, MAGNIFICATION * viewport.scale));
  context.save();
  context.beginPath();
  context.arc(x, y, RADIUS, 0, 2 * Math.PI);
  context.fillStyle = PALETTE.label;
  context.fill();
  context.clip();
  context.imageSmoothingEnabled = false;
  // Only what shows of it: a photo of many megapixels, scaled as a whole, would take longer than a frame.
  const reach = RADIUS / scale;
  const [left, top] = [at[0] + 0.5 - reach, at[1] + 0.5 - reach];
  context.filter = filter || "none";
  context.drawImage(image, left, top, 2 * reach, 2 * reach, x - RADIUS, y - RADIUS, 2 * RADIUS, 2 * RADIUS);
  context.filter = "none";
  // A cross with a gap: the very place stays visible.
  context.beginPath();
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]] as const) {
    context.moveTo(x + 5 * dx, y + 5 * dy);
    context.lineTo(x + 18 * dx, y + 18 * dy);
  }
  strokeWithHalo(context, colour, 1.25);
  context.restore();
  context.beginPath();
  context.arc(x, y, RADIUS, 0, 2 * Math.PI);
  context.strokeStyle = PALETTE.selected;
  context.lineWidth = 1.5;
  context.stroke();
}
