import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MEAN_FACE } from "../../schema/schema.generated";
import { AnnotationDocument, type Baseline } from "./document";
import { type Operation, replay } from "./operations";
import { pairsFromPoints, pointAt, pointsFromPairs, type Visibility } from "./points";
import { untouchedBaseline } from "./untouched.fixture";

function meanFaceBaseline(revision = 1): Baseline {
  return untouchedBaseline(pointsFromPairs(MEAN_FACE.map(([x, y]) => [40 + 300 * x, 60 + 300 * y])), revision);
}

function newDocument(operations: readonly Operation[] = [], base = meanFaceBaseline()): AnnotationDocument {
  return new AnnotationDocument({ initial: meanFaceBaseline().points, base, operations });
}

const index = fc.integer({ min: 0, max: 105 });
const coordinate = fc.double({ min: -2000, max: 60_000, noNaN: true });

type Step =
  | { do: "drag"; index: number; path: [number, number][] }
  | { do: "visibility"; indices: number[]; value: Visibility }
  | { do: "undo" }
  | { do: "redo" };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("drag" as const),
      index,
      path: fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 5 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("visibility" as const),
      indices: fc.array(index, { minLength: 1, maxLength: 4 }),
      value: fc.constantFrom<Visibility>(0, 1, 2),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ do: "undo" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "redo" as const }) },
);

function run(document: AnnotationDocument, steps: readonly Step[]): void {
  for (const each of steps) {
    if (each.do === "undo") document.undo();
    else if (each.do === "redo") document.redo();
    else if (each.do === "visibility") document.setVisibility(each.indices, each.value);
    else {
      for (const [x, y] of each.path) document.previewPlaces([[each.index, x, y]]);
      document.commitPreview();
    }
  }
}

function undoAll(document: AnnotationDocument): number {
  let count = 0;
  while (document.undo()) count += 1;
  return count;
}

describe("the document", () => {
  it("is always what replaying its log on its base gives", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const document = newDocument();
        run(document, steps);
        const again = replay(document.base, document.operations);
        expect(again.points).toEqual(document.points);
        expect(again.visibility).toEqual(document.visibility);
        expect(document.live).toEqual(document.points);
      }),
    );
  });

  it("undoes everything back to the first bit, and redoes it all", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const document = newDocument();
        run(document, steps);
        const points = document.points.slice();
        const visibility = document.visibility.slice();
        const undone = undoAll(document);
        expect(document.points).toEqual(meanFaceBaseline().points);
        expect(document.visibility).toEqual(meanFaceBaseline().visibility);
        expect(document.corrected()).toEqual([]);
        for (let i = 0; i < undone; i += 1) expect(document.redo()).not.toBeNull();
        expect(document.points).toEqual(points);
        expect(document.visibility).toEqual(visibility);
      }),
    );
  });

  it("has the same undo and redo steps after a reload from its log", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const document = newDocument();
        run(document, steps);
        const reloaded = newDocument(JSON.parse(JSON.stringify(document.operations)) as Operation[]);
        expect(reloaded.canUndo).toBe(document.canUndo);
        expect(reloaded.canRedo).toBe(document.canRedo);
        while (document.canRedo) {
          document.redo();
          reloaded.redo();
          expect(reloaded.points).toEqual(document.points);
        }
        while (document.canUndo) {
          document.undo();
          reloaded.undo();
          expect(reloaded.points).toEqual(document.points);
        }
        expect(reloaded.canUndo).toBe(false);
      }),
    );
  });

  it("keeps points, later operations and the undo history across a save", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), fc.array(step, { maxLength: 8 }), (before, during) => {
        const document = newDocument();
        run(document, before);
        const sent = document.operations.length;
        run(document, during);
        const points = document.points.slice();
        document.advanceBase(2, sent);
        expect(document.points).toEqual(points);
        expect(document.operations.every((operation) => operation.base_revision === 2)).toBe(true);
        const reloaded = new AnnotationDocument({
          initial: document.initial,
          base: document.base,
          operations: document.operations,
          past: document.past,
        });
        undoAll(reloaded);
        expect(reloaded.points).toEqual(meanFaceBaseline().points);
      }),
    );
  });

  it("makes one operation of a drag, however many moves it had", () => {
    const document = newDocument();
    for (let i = 0; i <= 120; i += 1) document.previewPlaces([[70, 100 + i, 200]]);
    expect(document.operations).toHaveLength(0);
    expect(document.points).toEqual(meanFaceBaseline().points);
    document.commitPreview();
    expect(document.operations).toHaveLength(1);
    const payload = { points: { 70: [220, 200] } };
    expect(document.operations[0]).toMatchObject({ kind: "move_points", base_revision: 1, payload });
    expect(document.corrected()).toEqual([70]);
  });

  it("has no negative zero, which JSON would not bring back", () => {
    const document = newDocument();
    document.previewPlaces([[0, -0, -0]]);
    const operation = document.commitPreview();
    expect(JSON.parse(JSON.stringify(operation))).toEqual(operation);
  });

  it("makes no operation of a drag that ends where it began or is cancelled", () => {
    const document = newDocument();
    const [x, y] = pointAt(document.points, 16);
    document.previewPlaces([[16, x + 5, y]]);
    document.previewPlaces([[16, x, y]]);
    expect(document.commitPreview()).toBeNull();
    document.previewPlaces([[16, x + 5, y]]);
    document.cancelPreview();
    expect(document.commitPreview()).toBeNull();
    expect(document.live).toEqual(document.points);
  });

  it("forgets what was undone once something new is done", () => {
    const document = newDocument();
    run(document, [{ do: "drag", index: 3, path: [[1, 2]] }, { do: "undo" }, { do: "drag", index: 4, path: [[5, 6]] }]);
    expect(document.canRedo).toBe(false);
    expect(document.redo()).toBeNull();
  });

  it("names the operation that an undo undoes, and gives every operation its own id", () => {
    const document = newDocument();
    run(document, [{ do: "drag", index: 3, path: [[1, 2]] }, { do: "undo" }, { do: "redo" }]);
    const [first, undo, redo] = document.operations;
    expect(undo?.payload.undoes).toBe(first?.op_id);
    expect(redo?.payload.undoes).toBe(undo?.op_id);
    expect(new Set(document.operations.map((operation) => operation.op_id)).size).toBe(3);
    expect(first?.op_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("counts a point as corrected beyond a hundredth of a pixel", () => {
    const document = newDocument();
    const [x, y] = pointAt(document.points, 20);
    document.previewPlaces([[20, x + 0.009, y]]);
    document.commitPreview();
    expect(document.corrected()).toEqual([]);
    document.previewPlaces([[20, x + 0.02, y]]);
    document.commitPreview();
    expect(document.corrected()).toEqual([20]);
  });

  it("moves nothing but what was dragged", () => {
    fc.assert(
      fc.property(index, coordinate, coordinate, (k, x, y) => {
        const document = newDocument();
        document.previewPlaces([[k, x, y]]);
        document.commitPreview();
        const expected = meanFaceBaseline().points;
        expected[2 * k] = x + 0;
        expected[2 * k + 1] = y + 0;
        expect(pairsFromPoints(document.points)).toEqual(pairsFromPoints(expected));
      }),
    );
  });

  it("refuses an operation on a point that does not exist", () => {
    const document = newDocument();
    expect(() => document.change({ kind: "move_points", payload: { points: { 106: [0, 0] } } })).toThrow(RangeError);
    expect(document.operations).toHaveLength(0);
  });
});
