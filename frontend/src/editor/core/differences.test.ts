import { expect, it } from "vitest";
import { disagreementByPart, displacements, shareOfDifferingPixels } from "./differences";

/** All on the line y = 0 but for the outer eye corners, which are 100 px apart. */
function face(): Float64Array {
  const points = new Float64Array(212);
  points[2 * 79] = 100;
  return points;
}

it("lists what lies elsewhere, the farthest first", () => {
  const moved = face();
  moved[2 * 3] = 3;
  moved[2 * 3 + 1] = 4;
  moved[2 * 90] = -12;
  moved[2 * 91] = 0.005;
  expect(displacements(face(), moved)).toEqual([
    { index: 90, distance: 12 },
    { index: 3, distance: 5 },
  ]);
});

it("measures each part by the distance of the outer eye corners of both", () => {
  const moved = face();
  moved[2 * 79] = 120;
  const found = new Map(disagreementByPart(face(), moved).map(({ part, nme }) => [part, nme]));
  // One of the right eye's ten points is 20 px off; the corners are 110 px apart on the mean.
  expect(found.get("right_eye")).toBeCloseTo(20 / 10 / 110, 10);
  expect(found.get("lips")).toBe(0);
  expect(found.get(null)).toBeCloseTo(20 / 106 / 110, 10);
});

it("is the same from either side", () => {
  const moved = face().map((value, i) => value + Math.sin(i));
  expect(disagreementByPart(moved, face())).toEqual(disagreementByPart(face(), moved));
  expect(displacements(moved, face())).toEqual(displacements(face(), moved));
});

it("counts pixels that differ among those that have a category in either map", () => {
  const map = (...ids: number[]) => ({ width: ids.length, height: 1, ids: Uint8Array.from(ids) });
  expect(shareOfDifferingPixels(map(0, 0, 1, 1, 1), map(0, 2, 1, 1, 0))).toBe(0.5);
  expect(shareOfDifferingPixels(map(0, 0), map(0, 0))).toBe(0);
});
