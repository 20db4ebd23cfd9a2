import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MEAN_FACE } from "../../schema/schema.generated";
import type { AnnotationDocument } from "./document";
import { replay, type Operation } from "./operations";
import { CONFIRMED, isDisplaced, MOVED, pointAt, pointsFromPairs, PROPOSED } from "./points";
import { ShapeModel } from "./shape";
import { untouchedDocument } from "./untouched.fixture";

/** One component that moves the whole face together. */
const model = ShapeModel.from({
  version: 1,
  components: 2,
  basis: Array.from({ length: 424 }, (_, i) => (i % 4 === 0 || i % 4 === 3 ? 0.05 : 0)),
  noise: Array.from({ length: 212 }, () => 0.01),
});

function opened(operations: readonly Operation[] = []): AnnotationDocument {
  const points = pointsFromPairs(MEAN_FACE.map(([x, y]) => [40 + 300 * x, 60 + 300 * y]));
  return untouchedDocument(points, undefined, operations);
}

function drag(document: AnnotationDocument, index: number, dx: number, dy: number, by: ShapeModel | null = model): void {
  const [x, y] = pointAt(document.points, index);
  for (const part of [0.3, 0.7, 1]) {
    document.previewPlaces([[index, x + part * dx, y + part * dy]]);
    document.previewCarried(by);
  }
  document.commitPreview();
}

function displaced(document: AnnotationDocument): number {
  return Array.from({ length: 106 }, (_, i) => i).filter((i) => isDisplaced(document.initial, document.points, i)).length;
}

const drags = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 105 }), fc.integer({ min: -40, max: 40 }), fc.integer({ min: -40, max: 40 })),
  { minLength: 1, maxLength: 6 },
);

describe("carrying points along", () => {
  it("shows them during the drag, and makes one operation of the drag and what it carried", () => {
    const document = opened();
    const [x, y] = pointAt(document.points, 16);
    document.previewPlaces([[16, x + 20, y + 10]]);
    document.previewCarried(model);
    const [x0, y0] = pointAt(document.initial, 40);
    expect(pointAt(document.live, 40)[0]).toBeGreaterThan(x0 + 15);
    expect(pointAt(document.live, 40)[1]).toBeGreaterThan(y0 + 7);
    expect(pointAt(document.points, 40)).toEqual([x0, y0]);
    document.commitPreview();
    expect(document.operations).toHaveLength(1);
    const [{ payload }] = document.operations as [Extract<Operation, { kind: "move_points" }>];
    expect(payload.points).toEqual({ 16: [x + 20, y + 10] });
    expect(Object.keys(payload.carried ?? {})).toHaveLength(105);
    expect(document.corrected()).toEqual([16]);
    expect([document.originOf(16), document.originOf(40)]).toEqual([MOVED, PROPOSED]);
  });

  it("leaves every fixed point exactly where it is, moved or confirmed", () => {
    fc.assert(
      fc.property(drags, (moves) => {
        const document = opened();
        document.confirm([20]);
        const fixed = new Map([[20, pointAt(document.points, 20)]]);
        for (const [index, dx, dy] of moves) {
          drag(document, index, dx, dy);
          if (dx !== 0 || dy !== 0) fixed.set(index, pointAt(document.points, index));
          for (const [each, place] of fixed) expect(pointAt(document.points, each)).toEqual(place);
        }
      }),
    );
  });

  it("takes a move and its carrying back in one undo, and does both again in one redo, also after a reload", () => {
    fc.assert(
      fc.property(drags, (moves) => {
        let document = opened();
        const states = [document.points.slice()];
        for (const [index, dx, dy] of moves) {
          const before = document.operations.length;
          drag(document, index, dx, dy);
          if (document.operations.length > before) states.push(document.points.slice());
        }
        const after = states.at(-1);
        document = opened(JSON.parse(JSON.stringify(document.operations)) as Operation[]);
        const origins = document.origins.slice();
        for (const state of states.slice(0, -1).reverse()) {
          document.undo();
          expect(document.points).toEqual(state);
        }
        expect(document.canUndo).toBe(false);
        expect([...document.origins.keys()].filter((index) => document.isFixed(index))).toEqual([]);
        while (document.redo() !== null);
        expect(document.points).toEqual(after);
        expect(document.origins).toEqual(origins);
        expect(replay(document.base, document.operations).points).toEqual(document.points);
      }),
    );
  });

  it("moves a point alone without a model, and puts back what a drag had carried until then", () => {
    const document = opened();
    drag(document, 16, 20, 0, null);
    expect(displaced(document)).toBe(1);
    const [x, y] = pointAt(document.points, 50);
    document.previewPlaces([[50, x + 30, y]]);
    document.previewCarried(model);
    document.previewCarried(null);
    document.commitPreview();
    expect(displaced(document)).toBe(2);
    expect(document.corrected()).toEqual([16, 50]);
  });

  it("carries nothing when the point ends where it began, or the drag is cancelled", () => {
    const document = opened();
    const [x, y] = pointAt(document.points, 16);
    document.previewPlaces([[16, x + 20, y]]);
    document.previewCarried(model);
    document.previewPlaces([[16, x, y]]);
    document.previewCarried(model);
    expect(document.commitPreview()).toBeNull();
    expect(document.live).toEqual(document.points);
    document.previewPlaces([[16, x + 20, y]]);
    document.previewCarried(model);
    document.cancelPreview();
    expect(document.live).toEqual(document.initial);
  });

  it("keeps an eye's centre and its pupil one place", () => {
    const document = opened();
    for (const [a, b] of [[74, 104], [83, 105]] as const) document.live.set(document.live.slice(2 * a, 2 * a + 2), 2 * b);
    drag(document, 16, 33, 7);
    expect(pointAt(document.points, 104)).toEqual(pointAt(document.points, 74));
    expect(pointAt(document.points, 105)).toEqual(pointAt(document.points, 83));
  });
});

describe("confirming", () => {
  it("fixes a point without moving it, once, and can be undone", () => {
    const document = opened();
    expect(document.confirm([7])).not.toBeNull();
    expect(document.confirm([7])).toBeNull();
    expect(document.originOf(7)).toBe(CONFIRMED);
    expect(document.corrected()).toEqual([]);
    expect(displaced(document)).toBe(0);
    document.undo();
    expect(document.isFixed(7)).toBe(false);
  });

  it("does not make a carried point a corrected one", () => {
    const document = opened();
    drag(document, 16, 20, 0);
    document.confirm([40]);
    expect(document.corrected()).toEqual([16]);
    expect(document.isFixed(40)).toBe(true);
  });
});
