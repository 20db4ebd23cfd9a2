/** What to do when two logs, or two revisions, of one task meet. */
import { type AnnotationState, type Change, type Operation } from "./operations";
import { pointAt, type Visibility } from "./points";

export interface Continuation {
  readonly operations: readonly Operation[];
  /**
   * "same": equal lists. "first" / "second": the one that goes on where the other ends. "diverged": neither; the first
   * is kept.
   */
  readonly verdict: "same" | "first" | "second" | "diverged";
}

/**
 * The longer of two logs on one base revision if it starts with all of the shorter; else the first. Matched by op_id.
 */
export function longerContinuation(first: readonly Operation[], second: readonly Operation[]): Continuation {
  const common = Math.min(first.length, second.length);
  for (let i = 0; i < common; i += 1) {
    if (first[i]?.op_id !== second[i]?.op_id) return { operations: first, verdict: "diverged" };
  }
  if (first.length === second.length) return { operations: first, verdict: "same" };
  return first.length > second.length
    ? { operations: first, verdict: "first" }
    : { operations: second, verdict: "second" };
}

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly visibility: Visibility;
}

export interface PointDifference {
  readonly index: number;
  readonly base: Place;
  readonly mine: Place;
  readonly theirs: Place;
  readonly changedByMe: boolean;
  readonly changedByThem: boolean;
}

export type Side = "mine" | "theirs";

/** The server stores single precision; a difference below this, in image pixels, is nobody's edit. */
const SAME_PLACE = 1e-3;

/** The points on which `mine` and `theirs` disagree, both made from `base`; those that both changed come first. */
export function compareStates(base: AnnotationState, mine: AnnotationState, theirs: AnnotationState): PointDifference[] {
  const differences: PointDifference[] = [];
  for (let index = 0; index < base.visibility.length; index += 1) {
    const places = { base: placeAt(base, index), mine: placeAt(mine, index), theirs: placeAt(theirs, index) };
    if (samePlace(places.mine, places.theirs)) continue;
    differences.push({
      index,
      ...places,
      changedByMe: !samePlace(places.base, places.mine),
      changedByThem: !samePlace(places.base, places.theirs),
    });
  }
  return differences.sort((a, b) => Number(isConflict(b)) - Number(isConflict(a)) || a.index - b.index);
}

export function isConflict(difference: PointDifference): boolean {
  return difference.changedByMe && difference.changedByThem;
}

/** Whoever changed the point keeps it; where both did, mine is proposed. */
export function proposedSide(difference: PointDifference): Side {
  return difference.changedByMe ? "mine" : "theirs";
}

/** The changes that, made on their revision, give every point the chosen side. */
export function mergeChanges(differences: readonly PointDifference[], sideOf: (index: number) => Side): Change[] {
  const points: Record<string, [number, number]> = {};
  const visibility: Record<string, Visibility> = {};
  for (const { index, mine, theirs } of differences) {
    if (sideOf(index) === "theirs") continue;
    if (Math.hypot(mine.x - theirs.x, mine.y - theirs.y) > SAME_PLACE) points[index] = [mine.x, mine.y];
    if (mine.visibility !== theirs.visibility) visibility[index] = mine.visibility;
  }
  const changes: Change[] = [];
  if (Object.keys(points).length > 0) changes.push({ kind: "move_points", payload: { points } });
  if (Object.keys(visibility).length > 0) changes.push({ kind: "set_visibility", payload: { visibility } });
  return changes;
}

function placeAt(state: AnnotationState, index: number): Place {
  const [x, y] = pointAt(state.points, index);
  return { x, y, visibility: state.visibility[index] as Visibility };
}

function samePlace(a: Place, b: Place): boolean {
  return a.visibility === b.visibility && Math.hypot(a.x - b.x, a.y - b.y) <= SAME_PLACE;
}
