import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AffineMap, mapPlace, type Place, reflection, rotation, scaling, stretching, translation } from "./affine";

const coordinate = fc.double({ min: -500, max: 500, noNaN: true });
const place = fc.tuple(coordinate, coordinate);
const angle = fc.double({ min: -4, max: 4, noNaN: true });
const factor = fc.double({ min: 0.1, max: 5, noNaN: true });

function distance(a: Place, b: Place): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

function expectSame(a: Place, b: Place): void {
  expect(distance(a, b)).toBeLessThan(1e-6);
}

describe("affine maps", () => {
  it("leave the place about which they turn, scale, stretch or mirror where it is", () => {
    fc.assert(
      fc.property(place, angle, factor, factor, (about, turn, along, across) => {
        const maps = [rotation(turn, about), scaling(along, about), stretching(turn, along, across, about), reflection(turn, about)];
        for (const map of maps) expectSame(mapPlace(map, about), about);
      }),
    );
  });

  it("turn and mirror without changing distances, and scale all of them alike", () => {
    fc.assert(
      fc.property(place, place, place, angle, factor, (about, p, q, turn, size) => {
        const stretched = (map: AffineMap) => distance(mapPlace(map, p), mapPlace(map, q));
        for (const map of [rotation(turn, about), reflection(turn, about), translation(p[0], q[1])]) {
          expect(stretched(map)).toBeCloseTo(distance(p, q), 6);
        }
        expect(stretched(scaling(size, about))).toBeCloseTo(size * distance(p, q), 6);
      }),
    );
  });

  it("turn back, and mirror back", () => {
    fc.assert(
      fc.property(place, place, angle, (about, p, turn) => {
        expectSame(mapPlace(rotation(-turn, about), mapPlace(rotation(turn, about), p)), p);
        expectSame(mapPlace(reflection(turn, about), mapPlace(reflection(turn, about), p)), p);
      }),
    );
  });

  it("turn clockwise on the screen, and stretch along their angle only", () => {
    expectSame(mapPlace(rotation(Math.PI / 2, [0, 0]), [1, 0]), [0, 1]);
    expectSame(mapPlace(stretching(Math.PI / 2, 3, 1, [0, 0]), [2, 1]), [2, 3]);
    expectSame(mapPlace(reflection(Math.PI / 2, [10, 0]), [4, 7]), [16, 7]);
  });
});
