/**
 * The one type of change. It is undo, draft, autosave, time tracking and merge at once: a revision's points plus the
 * operations since then are the annotation, and the server replays the same list.
 */
import type { PaintedLayer } from "./paintedLayer";
import {
  CONFIRMED,
  MOVED,
  pointAt,
  type Origin,
  type Origins,
  type Points,
  PROPOSED,
  type Visibilities,
  type Visibility,
} from "./points";
import type { PaintedPixels } from "./runs";

interface OperationBase {
  /** A UUID made where the change was made; sending an operation twice applies it once. */
  readonly op_id: string;
  /** Number of the revision that the operation was made on. */
  readonly base_revision: number;
  /** ISO 8601 in UTC. */
  readonly at: string;
}

/** By the point's index, image pixels. */
export type Places = Readonly<Record<string, readonly [number, number]>>;

/** New places, by why the points are there. No point is in two of them. */
export interface PlacedPoints {
  /** Put there by the person; from then on they stay put when others are moved. */
  readonly points: Places;
  /** Led there by the shape model, or back to where the proposal had them. */
  readonly carried?: Places;
  /** Found right by the person where they are; they stay put, too. */
  readonly confirmed?: Places;
}

export interface MovePoints extends OperationBase {
  readonly kind: "move_points";
  readonly payload: PlacedPoints & { readonly undoes?: string };
}

export interface SetVisibility extends OperationBase {
  readonly kind: "set_visibility";
  readonly payload: { readonly visibility: Readonly<Record<string, Visibility>>; readonly undoes?: string };
}

export interface Paint extends OperationBase {
  readonly kind: "paint";
  readonly payload: PaintedPixels & { readonly undoes?: string };
}

export type Operation = MovePoints | SetVisibility | Paint;

/** What an operation does, without who, when and on what. */
export type Change =
  | Pick<MovePoints, "kind" | "payload">
  | Pick<SetVisibility, "kind" | "payload">
  | Pick<Paint, "kind" | "payload">;

export interface AnnotationState {
  readonly points: Points;
  readonly visibility: Visibilities;
  readonly origins: Origins;
  /** What was painted by hand on the label map. */
  readonly painting: PaintedLayer;
}

export function copyState(state: AnnotationState): AnnotationState {
  const { points, visibility, origins, painting } = state;
  return {
    points: points.slice(),
    visibility: visibility.slice(),
    origins: origins.slice(),
    painting: painting.copy(),
  };
}

const NAMES = { [MOVED]: "points", [PROPOSED]: "carried", [CONFIRMED]: "confirmed" } as const;
const ORIGINS = [MOVED, PROPOSED, CONFIRMED] as const;

/** Every place that `placed` names, with the origin that it gives its point. */
export function* placesOf(placed: PlacedPoints): Generator<[key: string, place: readonly [number, number], Origin]> {
  for (const origin of ORIGINS) {
    for (const [key, place] of Object.entries(placed[NAMES[origin]] ?? {})) yield [key, place, origin];
  }
}

/** A payload out of single places; what it has none of is left out. */
export function placedPoints(places: Iterable<readonly [key: string, place: readonly [number, number], Origin]>): PlacedPoints {
  const placed: { [name in "points" | "carried" | "confirmed"]?: Record<string, readonly [number, number]> } = {};
  for (const [key, place, origin] of places) (placed[NAMES[origin]] ??= {})[key] = place;
  return { points: {}, ...placed };
}

export function createOperation(change: Change, baseRevision: number, at: Date): Operation {
  return { op_id: randomUuid(), base_revision: baseRevision, at: at.toISOString(), ...change };
}

/** Applies `change` to `state` in place. Raises RangeError for a point or a pixel that does not exist. */
export function applyChange(state: AnnotationState, change: Change): void {
  if (change.kind === "move_points") {
    for (const [key, [x, y], origin] of placesOf(change.payload)) {
      const index = checkedIndex(key, state);
      state.points[2 * index] = x;
      state.points[2 * index + 1] = y;
      state.origins[index] = origin;
    }
  } else if (change.kind === "paint") {
    state.painting.paint(change.payload);
  } else {
    for (const [key, value] of Object.entries(change.payload.visibility)) {
      state.visibility[checkedIndex(key, state)] = value;
    }
  }
}

/** The change that puts back what `change` is about to overwrite in `state`. */
export function invertChange(state: AnnotationState, change: Change): Change {
  if (change.kind === "move_points") {
    const before = [...placesOf(change.payload)].map(([key]) => {
      const index = checkedIndex(key, state);
      return [key, pointAt(state.points, index), state.origins[index] as Origin] as const;
    });
    return { kind: "move_points", payload: placedPoints(before) };
  }
  if (change.kind === "paint") return { kind: "paint", payload: state.painting.invert(change.payload) };
  const visibility: Record<string, Visibility> = {};
  for (const key of Object.keys(change.payload.visibility)) {
    visibility[key] = state.visibility[checkedIndex(key, state)] as Visibility;
  }
  return { kind: "set_visibility", payload: { visibility } };
}

/** `change`, marked as the undoing of the operation `opId`. */
export function asUndoOf(change: Change, opId: string): Change {
  if (change.kind === "move_points") return { kind: change.kind, payload: { ...change.payload, undoes: opId } };
  if (change.kind === "paint") return { kind: change.kind, payload: { ...change.payload, undoes: opId } };
  return { kind: change.kind, payload: { ...change.payload, undoes: opId } };
}

/** The state after `operations`, leaving `base` as it is. */
export function replay(base: AnnotationState, operations: readonly Operation[]): AnnotationState {
  const state = copyState(base);
  for (const operation of operations) applyChange(state, operation);
  return state;
}

function checkedIndex(key: string, state: AnnotationState): number {
  const index = Number(key);
  if (!Number.isInteger(index) || index < 0 || index >= state.visibility.length) {
    throw new RangeError(`no point ${key}`);
  }
  return index;
}

/** Version 4. `crypto.randomUUID` is missing on pages served over plain HTTP from another machine; this is not. */
function randomUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
