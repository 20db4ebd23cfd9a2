/** What the tour asks for, one thing after the other, and when each is done: the annotation itself tells. */
import type { ActionId } from "../../editor/actions/registry";
import type { AnnotationDocument } from "../../editor/core/document";
import { CONFIRMED, MOVED, OCCLUDED, PROPOSED } from "../../editor/core/points";
import { GAP, HIDDEN, LEFT_EYE, MOUTH_CORNER, NOSE_TIP } from "./practiceFace";
import { meanErrorOf, RIGHT_WITHIN } from "./score";

export type StepName = "point" | "part" | "doubt" | "hidden" | "paint" | "submit";

export interface Step {
  readonly name: StepName;
  /** The points that it is about; the first one carries its number on the photo. */
  readonly points: readonly number[];
  /** Whose keys it teaches. */
  readonly actions: readonly ActionId[];
  readonly isDone: (work: AnnotationDocument) => boolean;
}

const HAIR = 10;
/** A gap is closed when this share of it is hair: the rim is nobody's business. */
const CLOSED_FROM = 0.75;

/** The last one ends the tour, and is done by submitting. */
export const STEPS: readonly Step[] = [
  {
    name: "point",
    points: [MOUTH_CORNER],
    actions: ["next-point", "nudge", "nudge-far"],
    isDone: (work) => isInPlace(work, [MOUTH_CORNER]),
  },
  { name: "part", points: LEFT_EYE, actions: ["next-part", "nudge"], isDone: (work) => isInPlace(work, LEFT_EYE) },
  {
    name: "doubt",
    points: [NOSE_TIP],
    actions: ["next-doubtful", "confirm"],
    isDone: (work) => work.origins[NOSE_TIP] === CONFIRMED || isInPlace(work, [NOSE_TIP]),
  },
  {
    name: "hidden",
    points: HIDDEN,
    actions: ["occluded"],
    isDone: ({ visibility }) => HIDDEN.every((index) => visibility[index] === OCCLUDED),
  },
  { name: "paint", points: [], actions: ["brush", "undo"], isDone: (work) => paintedShare(work) >= CLOSED_FROM },
  { name: "submit", points: [], actions: ["submit"], isDone: () => false },
];

/** The step that is to be done next, from the one at `at` on; what was done early is not asked for again. */
export function stepFrom(at: number, work: AnnotationDocument): number {
  let next = at;
  while (STEPS[next]?.isDone(work)) next += 1;
  return next;
}

/**
 * How far the step's points still are from where they belong, as a share of the distance between the eyes; null until
 * somebody has moved one of them, and when they are there.
 */
export function missedBy({ points }: Step, work: AnnotationDocument): number | null {
  const moved = points.some((index) => work.origins[index] === MOVED);
  if (!moved || isInPlace(work, points)) return null;
  return meanErrorOf(work.points, points);
}

/** Whether a person has put them there. */
function isInPlace({ origins, points }: AnnotationDocument, indices: readonly number[]): boolean {
  return indices.every((index) => origins[index] !== PROPOSED) && meanErrorOf(points, indices) <= RIGHT_WITHIN;
}

/** Of the gap in the hair: 0 to 1. */
function paintedShare({ current }: AnnotationDocument): number {
  let [hair, all] = [0, 0];
  for (let y = GAP.y - GAP.radius; y <= GAP.y + GAP.radius; y += 1) {
    for (let x = GAP.x - GAP.radius; x <= GAP.x + GAP.radius; x += 1) {
      if (Math.hypot(x - GAP.x, y - GAP.y) > GAP.radius) continue;
      all += 1;
      if (current.painting.at(x, y) === HAIR) hair += 1;
    }
  }
  return hair / all;
}
