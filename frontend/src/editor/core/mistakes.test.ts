import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PARTS } from "../../schema/schema.generated";
import { type Mistake, mistakesIn } from "./mistakes";
import type { Points } from "./points";
import { meanFaceBy } from "./similarity";

const VISIBLE = new Uint8Array(106).fill(2);
const turn = fc.double({ min: -3, max: 3, noNaN: true });
const size = fc.double({ min: 40, max: 3000, noNaN: true });
const faces = fc.tuple(turn, size).map(([angle, width]) => {
  const [a, b] = [width * Math.cos(angle), width * Math.sin(angle)];
  return meanFaceBy({ xx: a, xy: -b, yx: b, yy: a, x0: 50, y0: 20 });
});

function swapped(points: Points, a: number, b: number): Points {
  const answer = points.slice();
  answer.set(points.subarray(2 * a, 2 * a + 2), 2 * b);
  answer.set(points.subarray(2 * b, 2 * b + 2), 2 * a);
  return answer;
}

function pointsOf(mistakes: readonly Mistake[]): number[] {
  return mistakes.flatMap(({ points }) => points);
}

describe("mistakes of order", () => {
  it("are not in a face as it should be, however large and turned", () => {
    fc.assert(
      fc.property(faces, (points) => {
        expect(mistakesIn(points, VISIBLE)).toEqual([]);
      }),
    );
  });

  it("are seen when two neighbours on the contour or a brow's edge are exchanged", () => {
    const rows = [PARTS.contour.indices.slice(1, -1), PARTS.left_brow.indices.slice(1, 4), PARTS.outer_lip.indices.slice(1, 6)];
    const pairs = rows.flatMap((row) => row.slice(1).map((second, i) => [row[i] as number, second] as const));
    fc.assert(
      fc.property(faces, fc.constantFrom(...pairs), (points, [a, b]) => {
        const found = pointsOf(mistakesIn(swapped(points, a, b), VISIBLE));
        expect(found).toContain(a);
        expect(found).toContain(b);
      }),
    );
  });

  it("are seen where lids cross deeply, and not where a shut eye's lids lie on each other", () => {
    const open = meanFaceBy({ xx: 400, xy: 0, yx: 0, yy: 400, x0: 0, y0: 0 });
    const shut = open.slice();
    for (const [upper, lower] of [[67, 73], [68, 72], [69, 71]] as const) {
      // One pixel past each other, by turns.
      const y = ((open[2 * upper + 1] as number) + (open[2 * lower + 1] as number)) / 2;
      shut[2 * upper + 1] = y + (upper === 68 ? 1 : -1);
      shut[2 * lower + 1] = y;
    }
    expect(mistakesIn(shut, VISIBLE)).toEqual([]);
    const crossed = pointsOf(mistakesIn(swapped(open, 68, 72), VISIBLE));
    expect(crossed).toContain(68);
    expect(crossed).toContain(72);
  });

  it("are seen between two parts: a brow through an eye, an inner lip outside the outer one", () => {
    const face = meanFaceBy({ xx: 400, xy: 0, yx: 0, yy: 400, x0: 0, y0: 0 });
    const low = face.slice();
    low.set([face[2 * 74] as number, face[2 * 74 + 1] as number], 2 * 40);
    expect(mistakesIn(low, VISIBLE).some(({ kind, points }) => kind === "crossed" && points.includes(40))).toBe(true);
    const out = face.slice();
    out.set([face[2 * 93] as number, (face[2 * 93 + 1] as number) + 20], 2 * 102);
    const [first] = mistakesIn(out, VISIBLE);
    expect(first?.points).toContain(102);
    expect(first?.at[1]).toBeGreaterThan(face[2 * 102 + 1] as number);
  });

  it("do not count where a point is occluded or outside the photo", () => {
    const face = swapped(meanFaceBy({ xx: 400, xy: 0, yx: 0, yy: 400, x0: 0, y0: 0 }), 5, 6);
    expect(mistakesIn(face, VISIBLE)).not.toEqual([]);
    expect(mistakesIn(face, new Uint8Array(106).fill(1))).toEqual([]);
  });
});
