import { beforeEach, describe, expect, it } from "vitest";
import { polygonSpans, strokeSpans } from "../../editor/core/brush";
import type { AnnotationDocument } from "../../editor/core/document";
import { OCCLUDED, OUTSIDE, pointAt } from "../../editor/core/points";
import { EYE_DISTANCE, GAP, HIDDEN, LEFT_EYE, MOUTH_CORNER, NOSE_TIP, practiceDocument, TRUE_POINTS } from "./practiceFace";
import { missedBy, type Step, type StepName, stepFrom, STEPS } from "./steps";

const HAIR = 10;
const SKIN = 1;

let work: AnnotationDocument;

beforeEach(() => {
  work = practiceDocument();
});

function step(name: StepName): Step {
  return STEPS.find((each) => each.name === name) as Step;
}

/** Puts points where they belong, but for this share of the distance between the eyes. */
function put(indices: readonly number[], error = 0): void {
  work.previewPlaces(
    indices.map((index) => {
      const [x, y] = pointAt(TRUE_POINTS, index);
      return [index, x + error * EYE_DISTANCE, y] as const;
    }),
  );
  work.commitPreview();
}

function paint(category: number, radius: number): void {
  work.previewPaint(strokeSpans([GAP.x, GAP.y], [GAP.x, GAP.y], radius), category);
  work.commitPreview();
}

describe("the steps of the tour", () => {
  it("are all to be done at the start, and submitting is the last", () => {
    expect(STEPS.map((each) => each.isDone(work))).toEqual(STEPS.map(() => false));
    expect(STEPS.at(-1)?.name).toBe("submit");
    expect(stepFrom(0, work)).toBe(0);
  });

  it("takes a point that is near enough, and tells how far off another is", () => {
    const point = step("point");
    expect(missedBy(point, work)).toBeNull();
    put([MOUTH_CORNER], 0.05);
    expect(point.isDone(work)).toBe(false);
    expect(missedBy(point, work)).toBeCloseTo(0.05);
    put([MOUTH_CORNER], 0.02);
    expect(point.isDone(work)).toBe(true);
    expect(missedBy(point, work)).toBeNull();
  });

  it("takes an eye when all of it was moved", () => {
    const part = step("part");
    put(LEFT_EYE.slice(1));
    expect(part.isDone(work)).toBe(false);
    put(LEFT_EYE, 0.01);
    expect(part.isDone(work)).toBe(true);
    work.undo();
    expect(part.isDone(work)).toBe(false);
  });

  it("wants the doubtful point confirmed, which is right already, and says so when it was moved away", () => {
    const doubt = step("doubt");
    put([NOSE_TIP], 0.1);
    expect(doubt.isDone(work)).toBe(false);
    expect(missedBy(doubt, work)).toBeCloseTo(0.1);
    work.undo();
    work.confirm([NOSE_TIP]);
    expect(doubt.isDone(work)).toBe(true);
  });

  it("wants the hidden point occluded, and nothing else will do", () => {
    const hidden = step("hidden");
    work.setVisibility(HIDDEN, OUTSIDE);
    expect(hidden.isDone(work)).toBe(false);
    work.setVisibility(HIDDEN, OCCLUDED);
    expect(hidden.isDone(work)).toBe(true);
  });

  it("wants the gap painted, as hair, and most of it", () => {
    const gap = step("paint");
    paint(SKIN, GAP.radius + 3);
    expect(gap.isDone(work)).toBe(false);
    paint(HAIR, GAP.radius / 2);
    expect(gap.isDone(work)).toBe(false);
    paint(HAIR, 0.9 * GAP.radius);
    expect(gap.isDone(work)).toBe(true);
  });

  it("take a polygon as well as a brush", () => {
    const { x, y, radius: r } = GAP;
    work.previewPaint(polygonSpans([[x - r, y - r], [x + r, y - r], [x + r, y + r], [x - r, y + r]]), HAIR);
    work.commitPreview();
    expect(step("paint").isDone(work)).toBe(true);
  });

  it("pass over what was done early, and stop at submitting", () => {
    put(LEFT_EYE);
    expect(stepFrom(0, work)).toBe(0);
    put([MOUTH_CORNER]);
    expect(STEPS[stepFrom(0, work)]?.name).toBe("doubt");
    work.confirm([NOSE_TIP]);
    work.setVisibility(HIDDEN, OCCLUDED);
    paint(HAIR, GAP.radius);
    expect(stepFrom(0, work)).toBe(STEPS.length - 1);
  });
});
