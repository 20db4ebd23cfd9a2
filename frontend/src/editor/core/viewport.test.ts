import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MEAN_FACE } from "../../schema/schema.generated";
import { pointUnder } from "./hits";
import { pointsFromPairs } from "./points";
import { untouchedDocument } from "./untouched.fixture";
import { fit, keepInView, MAX_SCALE, minimumScale, panBy, toImage, toScreen, type Viewport, zoomAt } from "./viewport";

const viewport: fc.Arbitrary<Viewport> = fc.record({
  scale: fc.double({ min: 0.05, max: MAX_SCALE, noNaN: true }),
  x: fc.double({ min: -5000, max: 5000, noNaN: true }),
  y: fc.double({ min: -5000, max: 5000, noNaN: true }),
});
const screenPoint = fc.tuple(fc.double({ min: 0, max: 2000, noNaN: true }), fc.double({ min: 0, max: 1200, noNaN: true }));
const factor = fc.double({ min: 0.1, max: 10, noNaN: true });

describe("the viewport", () => {
  it("maps to the screen and back", () => {
    fc.assert(
      fc.property(viewport, screenPoint, (view, [x, y]) => {
        const [sx, sy] = toScreen(view, ...toImage(view, x, y));
        expect(sx).toBeCloseTo(x, 6);
        expect(sy).toBeCloseTo(y, 6);
      }),
    );
  });

  it("zooms on the pointer: what lies under it stays under it", () => {
    fc.assert(
      fc.property(viewport, screenPoint, factor, (view, [x, y], by) => {
        const zoomed = zoomAt(view, x, y, by, 0.05);
        const before = toImage(view, x, y);
        const after = toImage(zoomed, x, y);
        expect(after[0]).toBeCloseTo(before[0], 6);
        expect(after[1]).toBeCloseTo(before[1], 6);
        expect(zoomed.scale).toBeLessThanOrEqual(MAX_SCALE);
        expect(zoomed.scale).toBeGreaterThanOrEqual(0.05);
      }),
    );
  });

  it("leaves every point where it was: zoom, edit, zoom, pan", () => {
    const moves = fc.array(
      fc.oneof(
        fc.record({ zoom: factor, at: screenPoint }),
        fc.record({ pan: screenPoint }),
        fc.record({ drag: fc.integer({ min: 0, max: 105 }), to: screenPoint }),
      ),
      { maxLength: 25 },
    );
    fc.assert(
      fc.property(viewport, moves, (start, sequence) => {
        const points = pointsFromPairs(MEAN_FACE.map(([x, y]) => [100 + 400 * x, 100 + 400 * y]));
        const document = untouchedDocument(points);
        const expected = points.slice();
        let view = start;
        for (const move of sequence) {
          if ("zoom" in move) view = zoomAt(view, ...move.at, move.zoom, 0.05);
          else if ("pan" in move) view = panBy(view, ...move.pan);
          else {
            const [x, y] = toImage(view, ...move.to);
            document.previewPlaces([[move.drag, x, y]]);
            document.commitPreview();
            expected[2 * move.drag] = x + 0;
            expected[2 * move.drag + 1] = y + 0;
          }
          expect(document.points).toEqual(expected);
        }
      }),
    );
  });

  it("shows the whole photo when fitted, and never loses it", () => {
    const size = fc.record({ width: fc.integer({ min: 1, max: 9000 }), height: fc.integer({ min: 1, max: 9000 }) });
    const screen = fc.record({ width: fc.integer({ min: 200, max: 3000 }), height: fc.integer({ min: 200, max: 2000 }) });
    fc.assert(
      fc.property(size, screen, screenPoint, (image, room, [dx, dy]) => {
        const fitted = fit(image, room);
        const [left, top] = toScreen(fitted, -0.5, -0.5);
        const [right, bottom] = toScreen(fitted, image.width - 0.5, image.height - 0.5);
        expect(Math.min(left, top)).toBeGreaterThanOrEqual(-1e-6);
        expect(right).toBeLessThanOrEqual(room.width + 1e-6);
        expect(bottom).toBeLessThanOrEqual(room.height + 1e-6);
        expect(minimumScale(image, room)).toBeLessThanOrEqual(fitted.scale);
        const kept = keepInView(panBy(fitted, 10 * dx, -10 * dy), image, room);
        const [keptLeft, keptTop] = toScreen(kept, -0.5, -0.5);
        const [keptRight, keptBottom] = toScreen(kept, image.width - 0.5, image.height - 0.5);
        expect(keptLeft).toBeLessThan(room.width);
        expect(keptTop).toBeLessThan(room.height);
        expect(keptRight).toBeGreaterThan(0);
        expect(keptBottom).toBeGreaterThan(0);
      }),
    );
  });
});

describe("the point under the pointer", () => {
  const points = pointsFromPairs(MEAN_FACE.map(([x, y]) => [500 * x, 500 * y]));
  const view = { scale: 2, x: 30, y: -10 };

  it("is the one pressed, for every point that lies alone", () => {
    for (let index = 0; index < 106; index += 1) {
      const [sx, sy] = toScreen(view, points[2 * index] as number, points[2 * index + 1] as number);
      const hit = pointUnder(points, view, sx, sy, 8, index);
      expect(hit).toBe(index);
    }
  });

  it("is nothing beyond reach, and the selected one of two in one place", () => {
    expect(pointUnder(points, view, -500, -500, 24)).toBeNull();
    const [sx, sy] = toScreen(view, points[2 * 104] as number, points[2 * 104 + 1] as number);
    expect(pointUnder(points, view, sx, sy, 8)).toBe(74);
    expect(pointUnder(points, view, sx, sy, 8, 104)).toBe(104);
  });
});
