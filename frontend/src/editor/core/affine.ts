/** Affine maps of image points: what moving, turning, scaling, stretching and mirroring a part come down to. */
import { pointAt, type Points } from "./points";

export type Place = readonly [x: number, y: number];

/** (x, y) becomes (xx·x + xy·y + x0, yx·x + yy·y + y0). Angles are in radians, clockwise on the screen. */
export interface AffineMap {
  readonly xx: number;
  readonly xy: number;
  readonly yx: number;
  readonly yy: number;
  readonly x0: number;
  readonly y0: number;
}

export function mapPlace(map: AffineMap, [x, y]: Place): [number, number] {
  return [map.xx * x + map.xy * y + map.x0, map.yx * x + map.yy * y + map.y0];
}

/** The middle of some places. */
export function centroid(places: readonly Place[]): [number, number] {
  let [x, y] = [0, 0];
  for (const place of places) {
    x += place[0] / places.length;
    y += place[1] / places.length;
  }
  return [x, y];
}

/** Where `map` puts the points `indices`. */
export function mapPoints(
  map: AffineMap,
  points: Points,
  indices: readonly number[],
): (readonly [index: number, x: number, y: number])[] {
  return indices.map((index) => [index, ...mapPlace(map, pointAt(points, index))] as const);
}

export function translation(dx: number, dy: number): AffineMap {
  return { xx: 1, xy: 0, yx: 0, yy: 1, x0: dx, y0: dy };
}

export function rotation(angle: number, about: Place): AffineMap {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return keeping(about, c, -s, s, c);
}

/** By `along` in the direction `angle`, by `across` at right angles to it. */
export function stretching(angle: number, along: number, across: number, about: Place): AffineMap {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const mixed = (along - across) * c * s;
  return keeping(about, along * c * c + across * s * s, mixed, mixed, along * s * s + across * c * c);
}

export function scaling(factor: number, about: Place): AffineMap {
  return keeping(about, factor, 0, 0, factor);
}

/** Across the line through `on` in the direction `angle`. */
export function reflection(angle: number, on: Place): AffineMap {
  return stretching(angle, 1, -1, on);
}

/** The map with these coefficients that leaves `about` where it is. */
function keeping([x, y]: Place, xx: number, xy: number, yx: number, yy: number): AffineMap {
  return { xx, xy, yx, yy, x0: x - xx * x - xy * y, y0: y - yx * x - yy * y };
}
