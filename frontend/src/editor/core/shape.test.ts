import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MEAN_FACE } from "../../schema/schema.generated";
import { pointAt, pointsFromPairs, type Points } from "./points";
import { ShapeModel, type ShapeDocument } from "./shape";
import golden from "./shape.golden.json";

const N = 212;
const K = 5;

/** Smooth and different for every coordinate; no two columns alike. */
const DOCUMENT: ShapeDocument = {
  version: 1,
  components: K,
  basis: Array.from({ length: N * K }, (_, i) => 0.03 * Math.sin(1 + 0.7 * i + 0.01 * i * (i % K))),
  noise: Array.from({ length: N }, (_, i) => 0.01 + 0.004 * Math.cos(i)),
};
const model = ShapeModel.from(DOCUMENT);

/** The mean face, turned by `angle` and `size` pixels wide. */
function face(angle: number, size: number): Points {
  const [c, s] = [size * Math.cos(angle), size * Math.sin(angle)];
  return pointsFromPairs(MEAN_FACE.map(([x, y]) => [90 + c * x - s * y, 40 + s * x + c * y]));
}

/** Solves A·x = b by Gaussian elimination: nothing that the code under test does. */
function solve(a: number[][], b: number[]): number[] {
  const rows = a.map((row, i) => [...row, b[i] as number]);
  const n = rows.length;
  for (let i = 0; i < n; i += 1) {
    const pivot = rows[i] as number[];
    for (let r = 0; r < n; r += 1) {
      if (r === i) continue;
      const row = rows[r] as number[];
      const factor = (row[i] as number) / (pivot[i] as number);
      for (let col = i; col <= n; col += 1) row[col] = (row[col] as number) - factor * (pivot[col] as number);
    }
  }
  return rows.map((row, i) => (row[n] as number) / (row[i] as number));
}

function covariance(i: number, j: number): number {
  let sum = i === j ? (DOCUMENT.noise[i] as number) ** 2 : 0;
  for (let k = 0; k < K; k += 1) sum += (DOCUMENT.basis[i * K + k] as number) * (DOCUMENT.basis[j * K + k] as number);
  return sum;
}

const fixedPoints = fc.uniqueArray(fc.integer({ min: 0, max: 105 }), { minLength: 1, maxLength: 6 });
const shift = fc.double({ min: -30, max: 30, noNaN: true });

describe("the shape model", () => {
  it("gives the conditional mean that the full covariance matrix gives", () => {
    const proposal = face(0, 1);
    const fixed = [3, 40, 84];
    const positions = proposal.slice();
    const rows = fixed.flatMap((index) => [2 * index, 2 * index + 1]);
    const d = [0.05, -0.02, 0.01, 0.04, -0.03, 0.06];
    rows.forEach((row, i) => (positions[row] = (positions[row] as number) + (d[i] as number)));
    const solved = solve(rows.map((i) => rows.map((j) => covariance(i, j))), d);
    const carried = model.carry(proposal, fixed, positions);
    for (let row = 0; row < N; row += 1) {
      const expected = rows.reduce((sum, j, i) => sum + covariance(row, j) * (solved[i] as number), 0);
      const moved = (carried[row] as number) - (proposal[row] as number);
      expect(moved).toBeCloseTo(rows.includes(row) ? (d[rows.indexOf(row)] as number) : expected, 9);
    }
  });

  it.each(golden.cases)("answers what the server's twin answers, case %#", ({ proposal, fixed, carried }) => {
    const positions = pointsFromPairs(proposal);
    const places = Object.entries(fixed as unknown as Record<string, [number, number]>);
    for (const [index, place] of places) positions.set(place, 2 * Number(index));
    const indices = places.map(([index]) => Number(index));
    const answer = ShapeModel.from(golden.model).carry(pointsFromPairs(proposal), indices, positions);
    // The fixture has four decimals, and the model seven.
    pointsFromPairs(carried).forEach((value, i) => expect(Math.abs((answer[i] as number) - value)).toBeLessThan(2e-3));
  });

  it("answers fixed points bit for bit where they are, in any order of fixing", () => {
    fc.assert(
      fc.property(fixedPoints, shift, shift, fc.double({ min: -3, max: 3, noNaN: true }), (fixed, dx, dy, angle) => {
        const proposal = face(angle, 200);
        const positions = proposal.map((value, i) => value + (i % 2 === 0 ? dx : dy) * Math.sin(i));
        const carried = model.carry(proposal, fixed, positions);
        for (const index of fixed) expect(pointAt(carried, index)).toEqual(pointAt(positions, index));
        const other = model.carry(proposal, fixed.slice().reverse(), positions);
        carried.forEach((value, i) => expect(other[i]).toBeCloseTo(value, 6));
      }),
      { numRuns: 30 },
    );
  });

  it("turns and grows with the face", () => {
    const [small, large] = [face(0, 100), face(Math.PI / 2, 300)];
    const moved = (points: Points, dx: number, dy: number) => {
      const positions = points.slice();
      positions.set([(points[32] as number) + dx, (points[33] as number) + dy], 32);
      return model.carry(points, [16], positions);
    };
    const upright = moved(small, 6, 2);
    // Turned a quarter and three times the size, the same move is (-6, 18), and so for every point that follows.
    const turned = moved(large, -6, 18);
    for (let index = 0; index < 106; index += 1) {
      const [dx, dy] = [0, 1].map((axis) => (upright[2 * index + axis] as number) - (small[2 * index + axis] as number));
      const [tx, ty] = [0, 1].map((axis) => (turned[2 * index + axis] as number) - (large[2 * index + axis] as number));
      expect(tx).toBeCloseTo(-3 * (dy as number), 6);
      expect(ty).toBeCloseTo(3 * (dx as number), 6);
    }
  });

  it("leaves the proposal alone while nothing is fixed, or what is fixed lies where it was proposed", () => {
    const proposal = face(0.3, 250);
    expect(model.carry(proposal, [], proposal)).toEqual(proposal);
    model.carry(proposal, [1, 50], proposal).forEach((value, i) => expect(value).toBeCloseTo(proposal[i] as number, 9));
  });

  it("is surer of every point with each one that is fixed", () => {
    const none = model.uncertaintyLeft([]);
    none.forEach((value) => expect(value).toBeCloseTo(1, 12));
    const one = model.uncertaintyLeft([30]);
    const two = model.uncertaintyLeft([30, 60]);
    for (let index = 0; index < 106; index += 1) {
      expect(one[index]).toBeLessThanOrEqual(1);
      expect(two[index]).toBeLessThanOrEqual((one[index] as number) + 1e-12);
    }
    expect(one[30]).toBe(0);
    expect(two[60]).toBe(0);
    expect(one[31]).toBeLessThan(0.95);
  });

  it.each([
    [{ ...DOCUMENT, version: 2 }],
    [{ ...DOCUMENT, components: 4 }],
    [{ ...DOCUMENT, noise: DOCUMENT.noise.map(() => 0) }],
    [{ ...DOCUMENT, basis: DOCUMENT.basis.map(() => NaN) }],
  ])("refuses a document that is not one", (document) => {
    expect(() => ShapeModel.from(document)).toThrow(RangeError);
  });
});
