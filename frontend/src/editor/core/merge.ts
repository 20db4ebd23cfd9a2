/** What to do when two logs, or two revisions, of one task meet. */
import { type AnnotationState, type Change, type Operation, placedPoints } from "./operations";
import { differenceOf, type PaintedLayer } from "./paintedLayer";
import { type Origin, pointAt, PROPOSED, type Visibility } from "./points";
import { decodeRuns, type PaintedPixels } from "./runs";

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
  readonly origin: Origin;
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

/** Whether both changed the point, and a person on each side stands by it: one that was only carried gives way. */
export function isConflict({ base, mine, theirs, changedByMe, changedByThem }: PointDifference): boolean {
  return changedByMe && changedByThem && !givesWay(mine, base) && !givesWay(theirs, base);
}

/** Whether a person on either side stands by the point, so that one has to be asked; others follow `proposedSide`. */
export function isToChoose({ base, mine, theirs }: PointDifference): boolean {
  return !givesWay(mine, base) || !givesWay(theirs, base);
}

/** Whoever changed the point keeps it; where both did, a person's word goes before a carried place, else mine. */
export function proposedSide({ base, mine, theirs, changedByMe, changedByThem }: PointDifference): Side {
  if (changedByThem && givesWay(mine, base) && !givesWay(theirs, base)) return "theirs";
  return changedByMe ? "mine" : "theirs";
}

/** The changes that, made on their revision, give every point the chosen side. */
export function mergeChanges(differences: readonly PointDifference[], sideOf: (index: number) => Side): Change[] {
  const chosen = differences.filter(({ index }) => sideOf(index) === "mine");
  const moved = chosen.filter(({ mine, theirs }) => !sameSpot(mine, theirs));
  const hidden = chosen.filter(({ mine, theirs }) => mine.visibility !== theirs.visibility);
  const changes: Change[] = [];
  if (moved.length > 0) {
    const places = moved.map(({ index, mine }) => [String(index), [mine.x, mine.y], mine.origin] as const);
    changes.push({ kind: "move_points", payload: placedPoints(places) });
  }
  if (hidden.length > 0) {
    const visibility = Object.fromEntries(hidden.map(({ index, mine }) => [index, mine.visibility]));
    changes.push({ kind: "set_visibility", payload: { visibility } });
  }
  return changes;
}

/**
 * `operations` without the carrying of points that a person fixed in `onto`, the state on which they are now to be
 * made.
 */
export function withoutOvercarrying(operations: readonly Operation[], onto: AnnotationState): Operation[] {
  return operations.flatMap((operation): Operation[] => {
    if (operation.kind !== "move_points" || operation.payload.carried === undefined) return [operation];
    const { carried, ...rest } = operation.payload;
    const kept = Object.entries(carried).filter(([key]) => onto.origins[Number(key)] === PROPOSED);
    const payload = { ...rest, ...(kept.length > 0 && { carried: Object.fromEntries(kept) }) };
    const empty = kept.length + Object.keys(rest.points).length + Object.keys(rest.confirmed ?? {}).length === 0;
    return empty ? [] : [{ ...operation, payload }];
  });
}

export interface PaintingDifference {
  /** What I painted or erased since `base`, where `theirs` has something else: laid over theirs, it is kept. */
  readonly mine: PaintedPixels;
  /** How many of these pixels the others have painted or erased, too. */
  readonly bothChanged: number;
}

/** The pixels of my painting that `theirs` lacks, both made from `base`; null when there are none. */
export function comparePaintings(
  base: PaintedLayer,
  mine: PaintedLayer,
  theirs: PaintedLayer,
): PaintingDifference | null {
  const tiles = new Set([...base.tiles, ...mine.tiles, ...theirs.tiles]);
  const changed = differenceOf(base, mine, tiles).pixels();
  if (changed === null) return null;
  const merged = theirs.copy();
  merged.paint(changed);
  const lacking = differenceOf(theirs, merged, tiles).pixels();
  if (lacking === null) return null;
  let bothChanged = 0;
  for (const { start, end } of decodeRuns(lacking)) {
    for (let at = start; at < end; at += 1) {
      const [x, y] = [at % base.width, Math.floor(at / base.width)];
      if (base.at(x, y) !== theirs.at(x, y)) bothChanged += 1;
    }
  }
  return { mine: lacking, bothChanged };
}

/** Nobody vouched for where it lies, or said how it is to be seen. */
function givesWay(place: Place, base: Place): boolean {
  return place.origin === PROPOSED && place.visibility === base.visibility;
}

function placeAt(state: AnnotationState, index: number): Place {
  const [x, y] = pointAt(state.points, index);
  return { x, y, visibility: state.visibility[index] as Visibility, origin: state.origins[index] as Origin };
}

function samePlace(a: Place, b: Place): boolean {
  return a.visibility === b.visibility && sameSpot(a, b);
}

function sameSpot(a: Place, b: Place): boolean {
  return a.origin === b.origin && Math.hypot(a.x - b.x, a.y - b.y) <= SAME_PLACE;
}
