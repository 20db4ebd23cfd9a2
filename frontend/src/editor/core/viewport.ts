/**
 * How the photo lies on the screen. Screen coordinates are CSS pixels from the top-left corner of the canvas; image
 * coordinates have the centre of the top-left pixel at (0, 0), so the photo covers (-0.5, -0.5) to (width - 0.5, height
 * - 0.5).
 */

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Viewport {
  /** Screen pixels an image pixel. */
  readonly scale: number;
  /** Where image point (0, 0) lies on the screen. */
  readonly x: number;
  readonly y: number;
}

export const MAX_SCALE = 32;

export function toScreen(viewport: Viewport, x: number, y: number): [number, number] {
  return [viewport.x + x * viewport.scale, viewport.y + y * viewport.scale];
}

export function toImage(viewport: Viewport, x: number, y: number): [number, number] {
  return [(x - viewport.x) / viewport.scale, (y - viewport.y) / viewport.scale];
}

export function panBy(viewport: Viewport, dx: number, dy: number): Viewport {
  return { ...viewport, x: viewport.x + dx, y: viewport.y + dy };
}

/** Zooms by `factor` and keeps the image point under screen point (x, y) where it is. */
export function zoomAt(viewport: Viewport, x: number, y: number, factor: number, minScale: number): Viewport {
  const scale = Math.min(MAX_SCALE, Math.max(minScale, viewport.scale * factor));
  const [imageX, imageY] = toImage(viewport, x, y);
  return { scale, x: x - imageX * scale, y: y - imageY * scale };
}

/** The whole photo in the middle of the screen, with `padding` screen pixels around it. */
export function fit(image: Size, screen: Size, padding = 16): Viewport {
  const box = { x: -0.5, y: -0.5, width: image.width, height: image.height };
  return fitBox(box, screen, padding);
}

export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

/** `box`, in image pixels, in the middle of the screen. */
export function fitBox(box: Box, screen: Size, padding = 16): Viewport {
  const room = { width: Math.max(1, screen.width - 2 * padding), height: Math.max(1, screen.height - 2 * padding) };
  const scale = Math.min(MAX_SCALE, room.width / box.width, room.height / box.height);
  return {
    scale,
    x: screen.width / 2 - (box.x + box.width / 2) * scale,
    y: screen.height / 2 - (box.y + box.height / 2) * scale,
  };
}

/** The smallest scale that zooming out goes to: half of what shows the whole photo, and never above 1. */
export function minimumScale(image: Size, screen: Size): number {
  return Math.min(1, fit(image, screen).scale / 2);
}

/** Keeps at least `margin` screen pixels of the photo on the screen, so that it cannot be lost. */
export function keepInView(viewport: Viewport, image: Size, screen: Size, margin = 48): Viewport {
  const left = viewport.x - 0.5 * viewport.scale;
  const top = viewport.y - 0.5 * viewport.scale;
  const dx = intoRange(left, margin - image.width * viewport.scale, screen.width - margin) - left;
  const dy = intoRange(top, margin - image.height * viewport.scale, screen.height - margin) - top;
  return dx === 0 && dy === 0 ? viewport : panBy(viewport, dx, dy);
}

function intoRange(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, Math.min(low, high)), Math.max(low, high));
}
