/** A brush that keeps to one side of an edge: of the disc under it, it paints what looks like its middle. */
import type { Place } from "./affine";
import type { Span } from "./paintedLayer";

/** A rectangle of a photo: red, green, blue and alpha a pixel, row by row; `left` and `top` are its first pixel. */
export interface PhotoPixels {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray;
}

/** The middle whose look counts is this share of the radius, at least one pixel. */
const CORE = 0.3;
/** How far a colour may be from the middle's, in standard deviations of the middle … */
const SPREADS = 3;
/** … but no less and no more than this, in steps of 0 to 255 of a mean channel: noise below, other things above. */
const TOLERANCE = { least: 9, most: 40 } as const;

/**
 * The pixels of the disc of `radius` around `at` that look like its middle and hang together with it. A pixel that
 * they enclose on all four sides is painted, too: a freckle is no edge.
 */
export function edgeSpans(photo: PhotoPixels, at: Place, radius: number): Span[] {
  const { left, top, width, height } = photo;
  const [cx, cy] = [Math.round(at[0]) - left, Math.round(at[1]) - top];
  if (cx < 0 || cy < 0 || cx >= width || cy >= height) return [];
  const alike = likeness(photo, cx, cy, radius);
  const inside = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && Math.hypot(x + left - at[0], y + top - at[1]) <= radius;
  const taken = new Uint8Array(width * height);
  const open = [cy * width + cx];
  taken[cy * width + cx] = 1;
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const [x, y] = [place % width, Math.floor(place / width)];
    for (const [nx, ny] of [[x - 1, y], [x + 1, y], [x, y - 1], [x, y + 1]] as const) {
      const next = ny * width + nx;
      if (inside(nx, ny) && taken[next] === 0 && alike(next)) {
        taken[next] = 1;
        open.push(next);
      }
    }
  }
  return spansOf(closed(taken, width, height), width, height, left, top);
}

/** Whether a pixel's colour is near the mean of the middle. */
function likeness({ rgba, width, height }: PhotoPixels, cx: number, cy: number, radius: number): (at: number) => boolean {
  const core = Math.max(1, radius * CORE);
  const mean = [0, 0, 0];
  let [count, squares] = [0, 0];
  for (let y = Math.max(0, Math.ceil(cy - core)); y <= Math.min(height - 1, cy + core); y += 1) {
    for (let x = Math.max(0, Math.ceil(cx - core)); x <= Math.min(width - 1, cx + core); x += 1) {
      if (Math.hypot(x - cx, y - cy) > core) continue;
      count += 1;
      for (let c = 0; c < 3; c += 1) {
        const value = rgba[4 * (y * width + x) + c] as number;
        mean[c] = (mean[c] as number) + value;
        squares += value ** 2;
      }
    }
  }
  for (let c = 0; c < 3; c += 1) mean[c] = (mean[c] as number) / count;
  const variance = squares / count - mean.reduce((sum, value) => sum + value ** 2, 0);
  const spread = SPREADS * Math.sqrt(Math.max(0, variance) / 3);
  const tolerance = Math.min(TOLERANCE.most, Math.max(TOLERANCE.least, spread));
  return (at) => {
    let distance = 0;
    for (let c = 0; c < 3; c += 1) distance += ((rgba[4 * at + c] as number) - (mean[c] as number)) ** 2;
    return distance <= 3 * tolerance ** 2;
  };
}

function closed(taken: Uint8Array, width: number, height: number): Uint8Array {
  const filled = taken.slice();
  for (let y = 1; y + 1 < height; y += 1) {
    for (let at = y * width + 1; at + 1 < (y + 1) * width; at += 1) {
      const around = [at - 1, at + 1, at - width, at + width].every((next) => taken[next] === 1);
      if (around) filled[at] = 1;
    }
  }
  return filled;
}

function spansOf(taken: Uint8Array, width: number, height: number, left: number, top: number): Span[] {
  const spans: Span[] = [];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (taken[y * width + x] === 0) continue;
      const first = x;
      while (x + 1 < width && taken[y * width + x + 1] === 1) x += 1;
      spans.push([y + top, first + left, x + left]);
    }
  }
  return spans;
}
