/** A whole face from three places: both eyes and the middle of the mouth. */
import { PARTS } from "../../schema/schema.generated";
import { centroid, type Place } from "./affine";
import { pointAt, type Points } from "./points";
import type { ShapeModel } from "./shape";
import { fitSimilarity, MEAN_POINTS, meanFaceBy } from "./similarity";

export interface PlacedFace {
  /** 106 places, image pixels. */
  readonly points: Points;
  /** The points that were clicked: the centres of the eyes, with their pupils. */
  readonly clicked: readonly number[];
}

const LEFT_EYE = [...PARTS.left_eye_center.indices, ...PARTS.left_pupil.indices];
const RIGHT_EYE = [...PARTS.right_eye_center.indices, ...PARTS.right_pupil.indices];
/** The middle of the mouth lies half-way between these: the middle of the upper and of the lower inner lip. */
const MOUTH = [98, 102] as const;
/** Eyes nearer to each other than this, or to the mouth's height, are a slip of the hand; in image pixels. */
const LEAST_DISTANCE = 4;

/**
 * The mean face, laid over three places by a similarity, and led on from there by the shape model until the eyes and the
 * mouth are where they were clicked. The eyes may come in either order: which is which, the mouth tells.
 *
 * @returns null when the places span no face.
 */
export function faceFromThreePlaces(eyes: readonly [Place, Place], mouth: Place, model: ShapeModel | null): PlacedFace | null {
  const [one, other] = eyes;
  const span = (other[0] - one[0]) * (mouth[1] - one[1]) - (other[1] - one[1]) * (mouth[0] - one[0]);
  const distance = Math.hypot(other[0] - one[0], other[1] - one[1]);
  if (distance < LEAST_DISTANCE || Math.abs(span) < LEAST_DISTANCE * distance) return null;
  const [left, right] = span > 0 ? [one, other] : [other, one];
  const anchors = [placeOf(MEAN_POINTS, LEFT_EYE), placeOf(MEAN_POINTS, RIGHT_EYE), placeOf(MEAN_POINTS, MOUTH)];
  const laid = meanFaceBy(fitSimilarity(anchors, [left, right, mouth]));
  const clicked = [...LEFT_EYE, ...RIGHT_EYE];
  if (model === null) return { points: laid, clicked };
  const wanted = laid.slice();
  for (const index of LEFT_EYE) wanted.set(left, 2 * index);
  for (const index of RIGHT_EYE) wanted.set(right, 2 * index);
  const [x, y] = placeOf(laid, MOUTH);
  for (const index of MOUTH) {
    const [lipX, lipY] = pointAt(laid, index);
    wanted.set([lipX + mouth[0] - x, lipY + mouth[1] - y], 2 * index);
  }
  return { points: model.carry(laid, [...clicked, ...MOUTH], wanted), clicked };
}

/** The middle of some points. */
function placeOf(points: Points, indices: readonly number[]): Place {
  return centroid(indices.map((index) => pointAt(points, index)));
}
