import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mistakesIn } from "./mistakes";
import { pointAt, type Points } from "./points";
import golden from "./shape.golden.json";
import { ShapeModel } from "./shape";
import { meanFaceBy } from "./similarity";
import { faceFromThreePlaces } from "./threePlaces";

const model = ShapeModel.from(golden.model);
const turn = fc.double({ min: -3, max: 3, noNaN: true });
const size = fc.double({ min: 60, max: 2000, noNaN: true });

function mouthOf(points: Points): [number, number] {
  const [[ax, ay], [bx, by]] = [pointAt(points, 98), pointAt(points, 102)];
  return [(ax + bx) / 2, (ay + by) / 2];
}

function off(a: readonly number[], b: readonly number[]): number {
  return Math.hypot((a[0] as number) - (b[0] as number), (a[1] as number) - (b[1] as number));
}

describe("a face from three places", () => {
  it("is the mean face where the places are the mean face's, the eyes in either order", () => {
    fc.assert(
      fc.property(turn, size, fc.boolean(), fc.constantFrom(null, model), (angle, width, swapped, shape) => {
        const [a, b] = [width * Math.cos(angle), width * Math.sin(angle)];
        const face = meanFaceBy({ xx: a, xy: -b, yx: b, yy: a, x0: 500, y0: 400 });
        const eyes = [pointAt(face, 74), pointAt(face, 83)] as const;
        const placed = faceFromThreePlaces(swapped ? [eyes[1], eyes[0]] : eyes, mouthOf(face), shape);
        const worst = Math.max(...face.map((value, i) => Math.abs(value - (placed?.points[i] ?? Infinity))));
        expect(worst).toBeLessThan(1e-4 * width);
        expect(placed?.clicked).toEqual([74, 104, 83, 105]);
      }),
    );
  });

  it("has its eyes and its mouth exactly where they were clicked, once a shape model leads the rest along", () => {
    const stray = fc.double({ min: -12, max: 12, noNaN: true });
    fc.assert(
      fc.property(fc.array(stray, { minLength: 6, maxLength: 6 }), (d) => {
        const left = [200 + (d[0] as number), 200 + (d[1] as number)] as const;
        const right = [300 + (d[2] as number), 210 + (d[3] as number)] as const;
        const mouth = [245 + (d[4] as number), 310 + (d[5] as number)] as const;
        const placed = faceFromThreePlaces([left, right], mouth, model);
        if (placed === null) throw new Error("three places that span a face");
        for (const [index, place] of [[74, left], [104, left], [83, right], [105, right]] as const) {
          expect(off(pointAt(placed.points, index), place)).toBeLessThan(1e-6);
        }
        expect(off(mouthOf(placed.points), mouth)).toBeLessThan(1e-6);
        expect(mistakesIn(placed.points, new Uint8Array(106).fill(2))).toEqual([]);
      }),
    );
  });

  it("is none where the places span none", () => {
    expect(faceFromThreePlaces([[10, 10], [12, 10]], [11, 40], model)).toBeNull();
    expect(faceFromThreePlaces([[10, 10], [50, 10]], [30, 12], model)).toBeNull();
    expect(faceFromThreePlaces([[10, 10], [10, 10]], [10, 10], null)).toBeNull();
  });
});
