/** The API's types as the editor uses them, and the way between its operations and the editor's. */
import type { components } from "../../api/schema";
import type { Baseline } from "../core/document";
import type { Operation as EditorOperation, Places, PlacedPoints } from "../core/operations";
import type { PaintedLayer } from "../core/paintedLayer";
import { pointsFromPairs, type Visibility } from "../core/points";

type Schemas = components["schemas"];

/** What the typed client answers: it forgets that a place has exactly two numbers, so that is checked below. */
type Answered<T> = T extends (infer E)[] ? Answered<E>[] : T extends object ? { [K in keyof T]: Answered<T[K]> } : T;

export type Assignment = Answered<Schemas["Assignment"]>;
export type Comment = Schemas["CommentView"];
export type CommentCreate = Schemas["NewComment"];
export type DraftSaved = Schemas["DraftSaved"];
export type Lease = Schemas["LeaseView"];
export type Operation = Schemas["MovePointsOperation"] | Schemas["SetVisibilityOperation"] | Schemas["PaintOperation"];
export type AnsweredOperation = Answered<Operation>;
export type Painting = Answered<Schemas["PaintingView"]>;
export type Revision = Answered<Schemas["RevisionView"]>;
export type Saved = Schemas["Saved"];

/** A revision as the editor stands on it; `painting` is what is painted by hand up to it. */
export function baselineOf(revision: Revision, painting: PaintedLayer): Baseline {
  return {
    revision: revision.number,
    points: pointsFromPairs(revision.points),
    visibility: Uint8Array.from(revision.visibility),
    origins: Uint8Array.from(revision.origins),
    painting,
  };
}

/** Raises TypeError for an operation that moves a point to something other than two numbers. */
export function operationsFromApi(operations: readonly AnsweredOperation[]): EditorOperation[] {
  return operations.map((operation) => {
    const { op_id, base_revision, at } = operation;
    const undoes = operation.payload.undoes ? { undoes: operation.payload.undoes } : {};
    if (operation.kind === "move_points") {
      const { points, carried, confirmed } = operation.payload;
      const payload: PlacedPoints & { undoes?: string } = {
        points: checkedPlaces(points, op_id),
        ...(some(carried) && { carried: checkedPlaces(carried, op_id) }),
        ...(some(confirmed) && { confirmed: checkedPlaces(confirmed, op_id) }),
        ...undoes,
      };
      return { op_id, base_revision, at, kind: "move_points", payload };
    }
    if (operation.kind === "paint") {
      const { painted, erased } = operation.payload;
      return { op_id, base_revision, at, kind: "paint", payload: { painted, erased, ...undoes } };
    }
    const visibility = operation.payload.visibility as Record<string, Visibility>;
    return { op_id, base_revision, at, kind: "set_visibility", payload: { visibility, ...undoes } };
  });
}

export function operationsToApi(operations: readonly EditorOperation[]): Operation[] {
  return operations.map((operation) => {
    const { op_id, base_revision, at } = operation;
    if (operation.kind === "set_visibility") {
      return { op_id, base_revision, at, kind: "set_visibility", payload: { ...operation.payload } };
    }
    if (operation.kind === "paint") {
      const { painted = {}, erased = [], ...rest } = operation.payload;
      const sent = Object.fromEntries(Object.entries(painted).map(([category, runs]) => [category, [...runs]]));
      return { op_id, base_revision, at, kind: "paint", payload: { painted: sent, erased: [...erased], ...rest } };
    }
    const { points, carried, confirmed, ...rest } = operation.payload;
    const payload = {
      points: sentPlaces(points),
      carried: sentPlaces(carried ?? {}),
      confirmed: sentPlaces(confirmed ?? {}),
      ...rest,
    };
    return { op_id, base_revision, at, kind: "move_points", payload };
  });
}

function some<T>(places: Record<string, T> | undefined): places is Record<string, T> {
  return places !== undefined && Object.keys(places).length > 0;
}

function checkedPlaces(places: Readonly<Record<string, readonly number[]>>, opId: string): Places {
  const checked = Object.entries(places).map(([index, place]): [string, [number, number]] => {
    const [x, y] = place;
    if (x === undefined || y === undefined) throw new TypeError(`operation ${opId} moves point ${index} nowhere`);
    return [index, [x, y]];
  });
  return Object.fromEntries(checked);
}

function sentPlaces(places: Places): Record<string, [number, number]> {
  return Object.fromEntries(Object.entries(places).map(([index, [x, y]]): [string, [number, number]] => [index, [x, y]]));
}
