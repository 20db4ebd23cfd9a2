/**
 * The frame around a selected part and its handles. The frame lies along the part's own axis (an eye's runs from corner
 * to corner), so it turns and grows with the part and needs no memory.
 */
import { type AffineMap, centroid, type Place, rotation, scaling, stretching, translation } from "./affine";
import { FACE_PARTS, type FacePartName } from "./faceParts";
import { pointAt, type Points } from "./points";
import { toScreen, type Viewport } from "./viewport";

/** A rectangle in image pixels, turned by `angle`, clockwise on the screen. */
export interface PartFrame {
  readonly centre: Place;
  readonly angle: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Where a hand takes hold. `along` and `across` say which corner or side, in the frame's own directions: -1 is left or
 * above, 1 is right or below, 0 the middle.
 */
export type Handle =
  | { readonly kind: "move" }
  | { readonly kind: "rotate" }
  | { readonly kind: "scale" | "stretch"; readonly along: -1 | 0 | 1; readonly across: -1 | 0 | 1 };

export interface PlacedHandle {
  readonly handle: Handle;
  /** CSS pixels. */
  readonly x: number;
  readonly y: number;
}

/** Between the part and its frame, and from the frame to the handle that turns it, in CSS pixels. */
const MARGIN = 16;
const STEM = 26;
/** A side shorter than this has no handle of its own: it would lie on those of the corners. */
const LEAST_SIDE = 64;
/** How near to the frame's line a pointer takes it, as a share of its reach. */
const LINE_SHARE = 0.6;
/** No part is made smaller than this share of itself by one drag, and none is turned inside out. */
const LEAST_FACTOR = 0.05;

export const MOVE: Handle = { kind: "move" };

export function frameAround(points: Points, name: FacePartName): PartFrame {
  const { indices, ends } = FACE_PARTS[name];
  const middle = (end: readonly number[]) => centroid(end.map((index) => pointAt(points, index)));
  const [left, right] = [middle(ends[0]), middle(ends[1])];
  const angle = Math.atan2(right[1] - left[1], right[0] - left[0]);
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  let [low, high, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const index of indices) {
    const [x, y] = pointAt(points, index);
    const [along, across] = [c * x + s * y, c * y - s * x];
    [low, high] = [Math.min(low, along), Math.max(high, along)];
    [top, bottom] = [Math.min(top, across), Math.max(bottom, across)];
  }
  const [along, across] = [(low + high) / 2, (top + bottom) / 2];
  return { centre: [c * along - s * across, s * along + c * across], angle, width: high - low, height: bottom - top };
}

/** The frame's corners on the screen, clockwise from the upper left one. */
export function cornersOnScreen(frame: PartFrame, viewport: Viewport): [number, number][] {
  return ([[-1, -1], [1, -1], [1, 1], [-1, 1]] as const).map(([along, across]) => onScreen(frame, viewport, along, across));
}

export function placedHandles(frame: PartFrame, viewport: Viewport): PlacedHandle[] {
  const placed: PlacedHandle[] = [];
  const add = (handle: Handle, [x, y]: [number, number]) => placed.push({ handle, x, y });
  add({ kind: "rotate" }, onScreen(frame, viewport, 0, -1, STEM));
  for (const along of [-1, 1] as const) {
    for (const across of [-1, 1] as const) {
      add({ kind: "scale", along, across }, onScreen(frame, viewport, along, across));
    }
  }
  for (const side of [-1, 1] as const) {
    if (frame.width * viewport.scale + 2 * MARGIN >= LEAST_SIDE) {
      add({ kind: "stretch", along: 0, across: side }, onScreen(frame, viewport, 0, side));
    }
    if (frame.height * viewport.scale + 2 * MARGIN >= LEAST_SIDE) {
      add({ kind: "stretch", along: side, across: 0 }, onScreen(frame, viewport, side, 0));
    }
  }
  return placed;
}

/** The handle within `reach` CSS pixels of the screen point (x, y), the frame's line counting as one to move it by. */
export function handleUnder(frame: PartFrame, viewport: Viewport, x: number, y: number, reach: number): Handle | null {
  let [best, bestDistance] = [null as Handle | null, reach];
  for (const placed of placedHandles(frame, viewport)) {
    const distance = Math.hypot(placed.x - x, placed.y - y);
    if (distance <= bestDistance) [best, bestDistance] = [placed.handle, distance];
  }
  if (best !== null) return best;
  const corners = cornersOnScreen(frame, viewport);
  const onLine = corners.some((corner, i) => {
    return distanceToSegment([x, y], corner, corners[(i + 1) % 4] as Place) <= LINE_SHARE * reach;
  });
  return onLine ? MOVE : null;
}

/** What dragging a handle from `from` to `to`, image pixels, does to the part that `frame` was around. */
export function handleMap(frame: PartFrame, handle: Handle, from: Place, to: Place): AffineMap {
  if (handle.kind === "move") return translation(to[0] - from[0], to[1] - from[1]);
  if (handle.kind === "rotate") {
    const [x, y] = frame.centre;
    return rotation(Math.atan2(to[1] - y, to[0] - x) - Math.atan2(from[1] - y, from[0] - x), frame.centre);
  }
  // The corner or side across stays where it is.
  const anchor = inImage(frame, -handle.along, -handle.across);
  if (handle.kind === "scale") return scaling(shareOfWay(anchor, from, to, [from[0] - anchor[0], from[1] - anchor[1]]), anchor);
  const [c, s] = [Math.cos(frame.angle), Math.sin(frame.angle)];
  if (handle.along !== 0) return stretching(frame.angle, shareOfWay(anchor, from, to, [c, s]), 1, anchor);
  return stretching(frame.angle, 1, shareOfWay(anchor, from, to, [-s, c]), anchor);
}

/** How far `to` is from `anchor` in a direction, measured by how far `from` is. */
function shareOfWay(anchor: Place, from: Place, to: Place, [dx, dy]: Place): number {
  const before = (from[0] - anchor[0]) * dx + (from[1] - anchor[1]) * dy;
  const now = (to[0] - anchor[0]) * dx + (to[1] - anchor[1]) * dy;
  return Math.abs(before) < 1e-9 ? 1 : Math.max(LEAST_FACTOR, now / before);
}

function inImage({ centre, angle, width, height }: PartFrame, along: number, across: number): [number, number] {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const [u, v] = [(along * width) / 2, (across * height) / 2];
  return [centre[0] + c * u - s * v, centre[1] + s * u + c * v];
}

function onScreen(frame: PartFrame, viewport: Viewport, along: number, across: number, stem = 0): [number, number] {
  const margin = (2 * MARGIN) / viewport.scale;
  const wide = { ...frame, width: frame.width + margin, height: frame.height + margin };
  const [x, y] = toScreen(viewport, ...inImage(wide, along, across));
  return [x + stem * Math.sin(frame.angle), y - stem * Math.cos(frame.angle)];
}

export function distanceToSegment([x, y]: Place, [x0, y0]: Place, [x1, y1]: Place): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const square = dx * dx + dy * dy;
  const share = square === 0 ? 0 : Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / square));
  return Math.hypot(x - x0 - share * dx, y - y0 - share * dy);
}
