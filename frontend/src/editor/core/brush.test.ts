import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Place } from "./affine";
import { polygonSpans, strokeSpans } from "./brush";
import { edgeSpans, type PhotoPixels } from "./edgeBrush";
import { floodFill } from "./floodFill";
import type { Span } from "./paintedLayer";

const SIDE = 24;
const coordinate = fc.double({ min: -4, max: SIDE + 4, noNaN: true });
const place = fc.tuple(coordinate, coordinate);

function pixelsOf(spans: readonly Span[]): Set<string> {
  return new Set(
    spans.flatMap(([y, first, last]) => Array.from({ length: last - first + 1 }, (_, i) => `${first + i},${y}`)),
  );
}

function distanceToSegment([x, y]: Place, [ax, ay]: Place, [bx, by]: Place): number {
  const square = (bx - ax) ** 2 + (by - ay) ** 2;
  const along = square === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / square));
  return Math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay));
}

describe("a round brush", () => {
  it("covers exactly the pixels whose centres it passes over, and the one under each end", () => {
    fc.assert(
      fc.property(place, place, fc.double({ min: 0.5, max: 9, noNaN: true }), (from, to, radius) => {
        const covered = pixelsOf(strokeSpans(from, to, radius));
        const wrong: string[] = [];
        const ends = [from, to].map(([x, y]) => `${Math.round(x) + 0},${Math.round(y) + 0}`);
        for (let y = -16; y < SIDE + 16; y += 1) {
          for (let x = -16; x < SIDE + 16; x += 1) {
            const distance = distanceToSegment([x, y], from, to);
            // On the rim itself rounding decides.
            if (Math.abs(distance - radius) < 1e-6) continue;
            const pixel = `${x},${y}`;
            if (covered.has(pixel) !== (distance < radius || ends.includes(pixel))) wrong.push(pixel);
          }
        }
        expect(wrong).toEqual([]);
      }),
      // Two places as near to each other as numbers can be.
      { numRuns: 25, examples: [[[-3e-323, 2.5e-323], [6.4e-323, -2.5e-323], 2.210526315789474]] },
    );
  });

  it("is one pixel at its smallest, when it stands on one", () => {
    expect(pixelsOf(strokeSpans([3, 4], [3, 4], 0.5))).toEqual(new Set(["3,4"]));
  });
});

describe("a polygon", () => {
  it("holds the pixels that a ray to the right leaves through an odd number of edges", () => {
    fc.assert(
      fc.property(fc.array(place, { minLength: 3, maxLength: 7 }), (corners) => {
        const covered = pixelsOf(polygonSpans(corners));
        const wrong: string[] = [];
        for (let y = -5; y < SIDE + 6; y += 1) {
          for (let x = -5; x < SIDE + 6; x += 1) {
            const crossings = corners.filter(([x0, y0], i) => {
              const [x1, y1] = corners[(i + 1) % corners.length] as Place;
              return y0 <= y !== y1 <= y && x0 + ((y - y0) / (y1 - y0)) * (x1 - x0) <= x;
            });
            if (covered.has(`${x},${y}`) !== (crossings.length % 2 === 1)) wrong.push(`${x},${y}`);
          }
        }
        expect(wrong).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  it("shares no pixel with its neighbour, and leaves none between them", () => {
    const left = pixelsOf(polygonSpans([[0, 0], [7, 0], [5, 9], [0, 9]]));
    const right = pixelsOf(polygonSpans([[7, 0], [12, 0], [12, 9], [5, 9]]));
    expect([...left].filter((pixel) => right.has(pixel))).toEqual([]);
    expect(left.size + right.size).toBe(12 * 9);
  });
});

describe("filling", () => {
  it("reaches exactly the pixels of one id that hang together by their sides", () => {
    const size = 9;
    const ids = fc.uint8Array({ minLength: size * size, maxLength: size * size, max: 1 });
    fc.assert(
      fc.property(ids, fc.nat(size - 1), fc.nat(size - 1), (map, x, y) => {
        const wanted = map[y * size + x];
        const reached = new Set([y * size + x]);
        for (const at of reached) {
          const column = at % size;
          const next = [column > 0 && at - 1, column < size - 1 && at + 1, at - size, at + size];
          for (const each of next) if (each !== false && map[each] === wanted) reached.add(each);
        }
        const spans = floodFill({ width: size, height: size, ids: map }, x, y);
        const filled = spans.flatMap(([row, first, last]) => {
          return Array.from({ length: last - first + 1 }, (_, i) => row * size + first + i);
        });
        expect([...filled].sort((a, b) => a - b)).toEqual([...reached].sort((a, b) => a - b));
      }),
      { numRuns: 60 },
    );
  });

  it("fills nothing from beside the map", () => {
    expect(floodFill({ width: 2, height: 2, ids: new Uint8Array(4) }, 2, 0)).toEqual([]);
    expect(floodFill({ width: 2, height: 2, ids: new Uint8Array(4) }, 0, -1)).toEqual([]);
  });
});

describe("the brush that keeps to edges", () => {
  /** Dark to the left of column `edge`, bright from there on, with noise that repeats. */
  function photo(edge: number): PhotoPixels {
    const [width, height] = [31, 31];
    const rgba = new Uint8ClampedArray(4 * width * height);
    for (let i = 0; i < width * height; i += 1) {
      const value = (i % width < edge ? 70 : 150) + ((i * 7) % 5);
      rgba.set([value, value - 10, value - 20, 255], 4 * i);
    }
    return { left: 100, top: 200, width, height, rgba };
  }

  it.each([
    [112, 0],
    [118, 1],
  ])("paints from x = %i on its own side alone", (x, side) => {
    const covered = [...pixelsOf(edgeSpans(photo(15), [x, 215], 9))].map((pixel) => Number(pixel.split(",")[0]));
    const disc = pixelsOf(strokeSpans([x, 215], [x, 215], 9)).size;
    expect(covered.every((column) => (column < 115 ? 0 : 1) === side)).toBe(true);
    expect(covered.length).toBeGreaterThan(0.6 * disc);
    expect(covered.length).toBeLessThan(disc);
  });

  it("paints the whole disc where there is no edge, and nothing beside the photo", () => {
    const disc = pixelsOf(strokeSpans([115, 215], [115, 215], 9));
    expect(pixelsOf(edgeSpans(photo(0), [115, 215], 9))).toEqual(disc);
    expect(edgeSpans(photo(0), [99, 215], 9)).toEqual([]);
  });

  it("paints over a freckle", () => {
    const freckled = photo(0);
    freckled.rgba.set([20, 20, 20, 255], 4 * (12 * 31 + 18));
    expect(pixelsOf(edgeSpans(freckled, [115, 215], 9))).toContain("118,212");
  });
});
