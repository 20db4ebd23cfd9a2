import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AnnotationDocument } from "./document";
import { compareStates, isConflict, isToChoose, longerContinuation, mergeChanges, proposedSide, withoutOvercarrying } from "./merge";
import { copyState, createOperation, type AnnotationState, type Operation, type PlacedPoints } from "./operations";
import { MOVED, pointAt, PROPOSED, type Visibility } from "./points";
import { untouchedBaseline } from "./untouched.fixture";

const base = untouchedBaseline(Float64Array.from({ length: 212 }, (_, i) => i), 4);

function log(length: number): Operation[] {
  return Array.from({ length }, (_, i) =>
    createOperation({ kind: "move_points", payload: { points: { [i]: [i, i] } } }, 4, new Date(0)),
  );
}

const edits = fc.array(
  fc.record({
    index: fc.integer({ min: 0, max: 105 }),
    x: fc.integer({ min: 1000, max: 2000 }),
    visibility: fc.constantFrom<Visibility>(0, 1, 2),
  }),
  { maxLength: 12 },
);

function edited(changes: readonly { index: number; x: number; visibility: Visibility }[]): AnnotationState {
  const state = copyState(base);
  for (const { index, x, visibility } of changes) {
    state.points[2 * index] = x;
    state.origins[index] = MOVED;
    state.visibility[index] = visibility;
  }
  return state;
}

describe("two logs of one revision", () => {
  it("the longer wins where it continues the shorter, whichever side it is on", () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(20), (a, b) => {
        const whole = log(Math.max(a, b));
        const result = longerContinuation(whole.slice(0, a), whole.slice(0, b));
        expect(result.operations).toHaveLength(Math.max(a, b));
        expect(result.verdict).toBe(a === b ? "same" : a > b ? "first" : "second");
      }),
    );
  });

  it("the first is kept where they diverge, even if it is shorter", () => {
    fc.assert(
      fc.property(fc.nat(10), fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 10 }), (shared, a, b) => {
        const common = log(shared);
        const first = [...common, ...log(a)];
        const result = longerContinuation(first, [...common, ...log(b)]);
        expect(result).toEqual({ operations: first, verdict: "diverged" });
      }),
    );
  });
});

describe("a merge of two revisions", () => {
  it("lists exactly the points that differ, conflicts first", () => {
    fc.assert(
      fc.property(edits, edits, (mineEdits, theirEdits) => {
        const mine = edited(mineEdits);
        const theirs = edited(theirEdits);
        const differences = compareStates(base, mine, theirs);
        const listed = new Set(differences.map((difference) => difference.index));
        for (let index = 0; index < 106; index += 1) {
          const same =
            pointAt(mine.points, index)[0] === pointAt(theirs.points, index)[0] &&
            mine.visibility[index] === theirs.visibility[index];
          expect(listed.has(index)).toBe(!same);
        }
        const conflicts = differences.map(isConflict);
        expect(conflicts).toEqual([...conflicts].sort((a, b) => Number(b) - Number(a)));
      }),
    );
  });

  it("gives every point the side that was chosen", () => {
    fc.assert(
      fc.property(edits, edits, fc.infiniteStream(fc.boolean()), (mineEdits, theirEdits, coin) => {
        const mine = edited(mineEdits);
        const theirs = edited(theirEdits);
        const differences = compareStates(base, mine, theirs);
        const sides = new Map(differences.map(({ index }) => [index, coin.next().value ? "mine" : "theirs"] as const));
        const document = new AnnotationDocument({ initial: base.points, base: { revision: 5, ...copyState(theirs) } });
        for (const change of mergeChanges(differences, (index) => sides.get(index) ?? "theirs")) document.change(change);
        for (let index = 0; index < 106; index += 1) {
          const chosen = sides.get(index) === "mine" ? mine : theirs;
          expect(pointAt(document.points, index)).toEqual(pointAt(chosen.points, index));
          expect(document.visibility[index]).toBe(chosen.visibility[index]);
        }
      }),
    );
  });

  it("proposes to keep whatever only one side changed, and mine where both did", () => {
    const differences = compareStates(
      base,
      edited([{ index: 1, x: 1500, visibility: 2 }, { index: 2, x: 1500, visibility: 2 }]),
      edited([{ index: 2, x: 1700, visibility: 2 }, { index: 3, x: 1700, visibility: 2 }]),
    );
    expect(differences.map((each) => [each.index, isConflict(each), proposedSide(each)])).toEqual([
      [2, true, "mine"],
      [1, false, "mine"],
      [3, false, "theirs"],
    ]);
  });

  it("lets a carried point give way to a person's, and asks nobody about it", () => {
    const mine = edited([{ index: 1, x: 1500, visibility: 2 }, { index: 2, x: 1500, visibility: 2 }]);
    mine.origins[2] = PROPOSED;
    const theirs = edited([{ index: 2, x: 1700, visibility: 2 }]);
    const [first, second] = compareStates(base, mine, theirs);
    expect([first, second].map((each) => each && [each.index, isConflict(each), proposedSide(each)])).toEqual([
      [1, false, "mine"],
      [2, false, "theirs"],
    ]);
    theirs.origins[2] = PROPOSED;
    expect(compareStates(base, mine, theirs).map((each) => [each.index, isToChoose(each)])).toEqual([
      [1, true],
      [2, false],
    ]);
  });

  it("asks about a point that one calls occluded and the other outside, wherever it was carried", () => {
    const mine = edited([{ index: 2, x: 1500, visibility: 1 }]);
    const theirs = edited([{ index: 2, x: 1700, visibility: 0 }]);
    mine.origins[2] = theirs.origins[2] = PROPOSED;
    expect(compareStates(base, mine, theirs).map(isConflict)).toEqual([true]);
  });

  it("leaves out of operations the carrying of points that a person has fixed meanwhile, and nothing else", () => {
    const theirs = edited([{ index: 2, x: 1700, visibility: 2 }]);
    const make = (payload: PlacedPoints) => createOperation({ kind: "move_points", payload }, 4, new Date(0));
    const both = make({ points: { 1: [5, 5] }, carried: { 2: [6, 6], 3: [7, 7] } });
    const only = make({ points: {}, carried: { 2: [6, 6] } });
    const [kept, ...rest] = withoutOvercarrying([both, only], theirs);
    expect(kept?.payload).toEqual({ points: { 1: [5, 5] }, carried: { 3: [7, 7] } });
    expect(rest).toEqual([]);
  });
});
