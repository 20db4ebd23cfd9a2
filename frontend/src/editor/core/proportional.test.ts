import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NEIGHBOURHOOD, sharesOfDrag, widened } from "./proportional";
import { meanFaceBy } from "./similarity";

const FACE = meanFaceBy({ xx: 300, xy: 0, yx: 0, yy: 300, x0: 0, y0: 0 });

function distance(a: number, b: number): number {
  return Math.hypot((FACE[2 * a] as number) - (FACE[2 * b] as number), (FACE[2 * a + 1] as number) - (FACE[2 * b + 1] as number));
}

describe("proportional dragging", () => {
  it("takes along what lies in the circle, the nearer the more, and nothing else", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 105 }), fc.double({ min: 1, max: 400, noNaN: true }), (index, radius) => {
        const shares = sharesOfDrag(FACE, index, radius);
        expect(shares.get(index)).toBe(1);
        const inside: (readonly [distance: number, share: number])[] = [];
        for (let each = 0; each < 106; each += 1) {
          const way = distance(index, each);
          if (way < radius) inside.push([way, shares.get(each) ?? -1]);
          else expect(shares.has(each)).toBe(false);
        }
        inside.sort((a, b) => a[0] - b[0]);
        expect(inside.every(([, share], i) => share >= 0 && share <= (inside[i - 1]?.[1] ?? 1))).toBe(true);
      }),
      
    );
  });

  it("keeps an eye's centre and its pupil one place, also in the smallest circle", () => {
    for (const index of [74, 104]) {
      const shares = sharesOfDrag(FACE, index, 0.001);
      expect([shares.get(74), shares.get(104)]).toEqual([1, 1]);
    }
  });

  it("has a radius between the nearest neighbour and the whole face", () => {
    expect(widened(NEIGHBOURHOOD.initial, 2)).toBeGreaterThan(NEIGHBOURHOOD.initial);
    expect(widened(NEIGHBOURHOOD.initial, -100)).toBe(NEIGHBOURHOOD.min);
    expect(widened(NEIGHBOURHOOD.initial, 100)).toBe(NEIGHBOURHOOD.max);
  });
});
