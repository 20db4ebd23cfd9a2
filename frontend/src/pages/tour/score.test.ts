import { describe, expect, it } from "vitest";
import { pointAt } from "../../editor/core/points";
import { EYE_DISTANCE, HIDDEN, JAW, LEFT_EYE, MOUTH_CORNER, practiceDocument, TRUE_POINTS, TRUE_VISIBILITY } from "./practiceFace";
import { errorOf, meanErrorOf, RIGHT_WITHIN, scoreOf } from "./score";

/** The truth with some points moved to the right by shares of the distance between the eyes. */
function shifted(...moves: readonly (readonly [index: number, share: number])[]): Float64Array {
  const points = TRUE_POINTS.slice();
  for (const [index, share] of moves) {
    const [x, y] = pointAt(points, index);
    points.set([x + share * EYE_DISTANCE, y], 2 * index);
  }
  return points;
}

describe("the score", () => {
  it("is full for the truth", () => {
    expect(scoreOf(TRUE_POINTS, TRUE_VISIBILITY)).toEqual({ meanError: 0, right: 106, off: [], misjudged: [] });
  });

  it("names what the tour's proposal gets wrong, and nothing else", () => {
    const { initial, visibility } = practiceDocument();
    const score = scoreOf(initial, visibility);
    expect(new Set(score.off)).toEqual(new Set([MOUTH_CORNER, JAW, ...LEFT_EYE]));
    expect(score.right).toBe(106 - score.off.length);
    expect(score.misjudged).toEqual(HIDDEN);
  });

  it("measures by the distance between the eyes, and has the worst first", () => {
    const points = shifted([3, 0.04], [50, 0.2], [90, 0.02]);
    expect(errorOf(points, 50)).toBeCloseTo(0.2);
    expect(meanErrorOf(points, [3, 90])).toBeCloseTo(0.03);
    const score = scoreOf(points, TRUE_VISIBILITY);
    expect(score.off).toEqual([50, 3]);
    expect(score.right).toBe(104);
    expect(score.meanError).toBeCloseTo(0.26 / 106);
  });

  it("draws the line where it says", () => {
    expect(scoreOf(shifted([7, RIGHT_WITHIN - 0.001]), TRUE_VISIBILITY).off).toEqual([]);
    expect(scoreOf(shifted([7, RIGHT_WITHIN + 0.001]), TRUE_VISIBILITY).off).toEqual([7]);
  });
});
