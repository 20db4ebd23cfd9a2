/** The mean face, laid over the points of a photo by shift, rotation and scale. */
import { LEFT_EYE_OUTER, MEAN_FACE, RIGHT_EYE_OUTER } from "../../schema/schema.generated";
import { type AffineMap, centroid, mapPoints, type Place } from "./affine";
import { type Points, pointsFromPairs } from "./points";

/** In its own unit square; do not change it. */
export const MEAN_POINTS: Points = pointsFromPairs(MEAN_FACE);

const ALL = MEAN_FACE.map((_, index) => index);

/** The least-squares similarity from places to places (Umeyama 1991, in closed form); none of them mirrors. */
export function fitSimilarity(from: readonly Place[], to: readonly Place[]): AffineMap {
  const [fromX, fromY] = centroid(from);
  const [toX, toY] = centroid(to);
  let [along, across, spread] = [0, 0, 0];
  from.forEach(([x, y], i) => {
    const [sx, sy] = [x - fromX, y - fromY];
    const [tx, ty] = [(to[i] as Place)[0] - toX, (to[i] as Place)[1] - toY];
    along += sx * tx + sy * ty;
    across += sx * ty - sy * tx;
    spread += sx * sx + sy * sy;
  });
  const [a, b] = spread > 0 ? [along / spread, across / spread] : [1, 0];
  return { xx: a, xy: -b, yx: b, yy: a, x0: toX - a * fromX + b * fromY, y0: toY - b * fromX - a * fromY };
}

/** The similarity that lays the mean face over `points`. */
export function similarityFromMean(points: Points): AffineMap {
  return fitSimilarity(MEAN_FACE, MEAN_FACE.map((_, i) => [points[2 * i] as number, points[2 * i + 1] as number]));
}

/** The mean face where `similarity` lays it. */
export function meanFaceBy(similarity: AffineMap): Points {
  return pointsFromPairs(mapPoints(similarity, MEAN_POINTS, ALL).map(([, x, y]) => [x, y]));
}

/**
 * How large the face is, in image pixels: what the distance between the outer corners of its eyes would be if it were
 * the mean face. All points count, so that neither a turned head nor one misplaced corner makes it nothing.
 */
export function faceSize(points: Points): number {
  const { xx, yx } = similarityFromMean(points);
  const [left, right] = [MEAN_FACE[LEFT_EYE_OUTER] as Place, MEAN_FACE[RIGHT_EYE_OUTER] as Place];
  return Math.hypot(xx, yx) * Math.hypot(right[0] - left[0], right[1] - left[1]);
}
