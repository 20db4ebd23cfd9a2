/** The API's types as the editor uses them, and the way between its operations and the editor's. */
import type { components } from "../../api/schema";
import type { Baseline } from "../core/document";
import type { Operation as EditorOperation } from "../core/operations";
import { pointsFromPairs, type Visibility } from "../core/points";

type Schemas = components["schemas"];

/** What the typed client answers: it forgets that a place has exactly two numbers, so that is checked below. */
type Answered<T> = T extends (infer E)[] ? Answered<E>[] : T extends object ? { [K in keyof T]: Answered<T[K]> } : T;

export type Assignment = Answered<Schemas["Assignment"]>;
export type Comment = Schemas["CommentView"];
export type CommentCreate = Schemas["NewComment"];
export type DraftSaved = Schemas["DraftSaved"];
export type Lease = Schemas["LeaseView"];
export type Operation = Schemas["MovePointsOperation"] | Schemas["SetVisibilityOperation"];
export type AnsweredOperation = Answered<Operation>;
export type Revision = Answered<Schemas["RevisionView"]>;
export type Saved = Schemas["Saved"];

export function baselineOf(revision: Revision): Baseline {
  return {
    revision: revision.number,
    points: pointsFromPairs(revision.points),
    visibility: Uint8Array.from(revision.visibility),
  };
}

/** Raises TypeError for an operation that moves a point to something other than two numbers. */
export function operationsFromApi(operations: readonly AnsweredOperation[]): EditorOperation[] {
  return operations.map((operation) => {
    const { op_id, base_revision, at } = operation;
    const undoes = operation.payload.undoes ? { undoes: operation.payload.undoes } : {};
    if (operation.kind === "move_points") {
      const points = Object.entries(operation.payload.points).map(([index, place]): [string, [number, number]] => {
        const [x, y] = place;
        if (x === undefined || y === undefined) throw new TypeError(`operation ${op_id} moves point ${index} nowhere`);
        return [index, [x, y]];
      });
      return { op_id, base_revision, at, kind: "move_points", payload: { points: Object.fromEntries(points), ...undoes } };
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
    const points = Object.fromEntries(
      Object.entries(operation.payload.points).map(([index, [x, y]]): [string, [number, number]] => [index, [x, y]]),
    );
    return { op_id, base_revision, at, kind: "move_points", payload: { ...operation.payload, points } };
  });
}
