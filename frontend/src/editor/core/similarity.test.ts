import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mapPoints } from "./affine";
import type { Points } from "./points";
import { faceSize, fitSimilarity, MEAN_POINTS, meanFaceBy, similarityFromMean } from "./similarity";

const turn = fc.double({ min: -3, max: 3, noNaN: true });
const size = fc.double({ min: 5, max: 2000, noNaN: true });
const shift = fc.double({ min: -3000, max: 3000, noNaN: true });

/** The mean face, `width` pixels wide and turned. */
function face(angle: number, width: number, x0: number, y0: number): Points {
  const [a, b] = [width * Math.cos(angle), width * Math.sin(angle)];
  return meanFaceBy({ xx: a, xy: -b, yx: b, yy: a, x0, y0 });
}

describe("the similarity from the mean face", () => {
  it("finds again how the mean face was laid", () => {
    fc.assert(
      fc.property(turn, size, shift, shift, (angle, width, x, y) => {
        const points = face(angle, width, x, y);
        const again = meanFaceBy(similarityFromMean(points));
        again.forEach((value, i) => expect(value).toBeCloseTo(points[i] as number, 5));
        expect(faceSize(points)).toBeCloseTo(width * faceSize(MEAN_POINTS), 5);
      }),
    );
  });

  it("is nearer to the points than its neighbours are", () => {
    const points = face(0.3, 200, 40, 70);
    for (let i = 0; i < points.length; i += 1) points[i] = (points[i] as number) + 9 * Math.sin(13 * i);
    const best = similarityFromMean(points);
    const error = (map: typeof best) => meanFaceBy(map).reduce((sum, each, i) => sum + (each - (points[i] as number)) ** 2, 0);
    for (const step of [-0.5, 0.5]) {
      for (const other of [
        { ...best, x0: best.x0 + step },
        { ...best, y0: best.y0 + step },
        { ...best, xx: best.xx + step, yy: best.yy + step },
        { ...best, yx: best.yx + step, xy: best.xy - step },
      ]) {
        expect(error(other)).toBeGreaterThan(error(best));
      }
    }
  });

  it("is a shift alone where all places are one", () => {
    const map = fitSimilarity([[2, 3], [2, 3]], [[5, 5], [5, 5]]);
    expect(mapPoints(map, Float64Array.from([2, 3]), [0])).toEqual([[0, 5, 5]]);
  });
});
