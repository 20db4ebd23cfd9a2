/** The pixels under a round brush and inside a polygon: those whose centres are. Places are image pixels. */
import type { Place } from "./affine";
import type { Span } from "./paintedLayer";

/**
 * The pixels that a round brush of `radius` covers on its way between two places; at least the one under each, however
 * small the brush.
 */
export function strokeSpans(from: Place, to: Place, radius: number): Span[] {
  const [ax, ay] = from;
  const [bx, by] = to;
  const corners = swathOf(from, to, radius);
  const spans: Span[] = [nearestPixel(from), nearestPixel(to)];
  const bottom = Math.floor(Math.max(ay, by) + radius);
  for (let y = Math.ceil(Math.min(ay, by) - radius); y <= bottom; y += 1) {
    let [left, right] = [Infinity, -Infinity];
    const reach = (x: number) => {
      left = Math.min(left, x);
      right = Math.max(right, x);
    };
    // What a brush sweeps over is convex: two discs and the rectangle between them. A row of it is one span.
    for (const [cx, cy] of [[ax, ay] as const, [bx, by] as const]) {
      const half = Math.sqrt(radius ** 2 - (y - cy) ** 2);
      if (half >= 0) [cx - half, cx + half].forEach(reach);
    }
    corners.forEach((corner, i) => crossing(corner, corners[(i + 1) % corners.length] as Place, y).forEach(reach));
    const [first, last] = [Math.ceil(left), Math.floor(right)];
    if (first <= last) spans.push([y, first, last]);
  }
  return spans;
}

/** The pixels inside a polygon, which may cross itself: every other region is inside (even-odd). */
export function polygonSpans(corners: readonly Place[]): Span[] {
  const rows = corners.map(([, y]) => y);
  const spans: Span[] = [];
  const bottom = Math.floor(Math.max(...rows));
  for (let y = Math.ceil(Math.min(...rows)); y <= bottom; y += 1) {
    const crossings = corners
      .flatMap(([x0, y0], i) => {
        const [x1, y1] = corners[(i + 1) % corners.length] as Place;
        // An edge holds its upper end and not its lower one, so that a corner counts once.
        return y0 <= y !== y1 <= y ? [x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)] : [];
      })
      .sort((a, b) => a - b);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const [first, last] = [Math.ceil(crossings[i] as number), Math.ceil(crossings[i + 1] as number) - 1];
      if (first <= last) spans.push([y, first, last]);
    }
  }
  return spans;
}

function nearestPixel([x, y]: Place): Span {
  return [Math.round(y), Math.round(x), Math.round(x)];
}

// Pixels; between nearer places there is no direction that a division of numbers so small would give rightly.
const ONE_PLACE = 1e-9;

/** The corners of the rectangle between two discs; none when they lie on each other. */
function swathOf([ax, ay]: Place, [bx, by]: Place, radius: number): Place[] {
  const length = Math.hypot(bx - ax, by - ay);
  if (length < ONE_PLACE) return [];
  const [nx, ny] = [(-(by - ay) / length) * radius, ((bx - ax) / length) * radius];
  return [
    [ax + nx, ay + ny],
    [bx + nx, by + ny],
    [bx - nx, by - ny],
    [ax - nx, ay - ny],
  ];
}

function crossing([x0, y0]: Place, [x1, y1]: Place, y: number): number[] {
  if (Math.min(y0, y1) > y || Math.max(y0, y1) < y) return [];
  return y0 === y1 ? [x0, x1] : [x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)];
}
