/** The API's types as the editor uses them, and the way from its loose operations to the editor's strict ones. */
import type { components } from "../../api/contract";
import type { Baseline } from "../core/document";
import type { Operation as EditorOperation } from "../core/operations";
import { pointsFromPairs } from "../core/points";

type Schemas = components["schemas"];

export type Assignment = Schemas["Assignment"];
export type Comment = Schemas["Comment"];
export type CommentCreate = Schemas["CommentCreate"];
export type DraftSaved = Schemas["DraftSaved"];
export type Lease = Schemas["Lease"];
export type Operation = Schemas["Operation"];
export type Revision = Schemas["Revision"];
export type Saved = Schemas["Saved"];

export function baselineOf(revision: Revision): Baseline {
  return {
    revision: revision.number,
    points: pointsFromPairs(revision.points),
    visibility: Uint8Array.from(revision.visibility),
  };
}

/** Raises TypeError for an operation that carries nothing for its kind. */
export function operationsFromApi(operations: readonly Operation[]): EditorOperation[] {
  return operations.map(({ op_id, base_revision, kind, payload, at }) => {
    const shared = { op_id, base_revision, at };
    const undoes = payload.undoes == null ? {} : { undoes: payload.undoes };
    if (kind === "move_points" && payload.points) {
      const points = Object.entries(payload.points).map(([index, pair]): [string, [number, number]] => {
        const [x, y] = pair;
        if (x === undefined || y === undefined) throw new TypeError(`operation ${op_id} moves point ${index} nowhere`);
        return [index, [x, y]];
      });
      return { ...shared, kind, payload: { points: Object.fromEntries(points), ...undoes } };
    }
    if (kind === "set_visibility" && payload.visibility) {
      return { ...shared, kind, payload: { visibility: payload.visibility, ...undoes } };
    }
    throw new TypeError(`operation ${op_id} of kind ${kind} is empty`);
  });
}

export function operationsToApi(operations: readonly EditorOperation[]): Operation[] {
  return operations.map((operation) => {
    const { op_id, base_revision, at, kind } = operation;
    if (kind === "set_visibility") return { op_id, base_revision, at, kind, payload: { ...operation.payload } };
    const points = Object.entries(operation.payload.points).map(([index, [x, y]]): [string, number[]] => [index, [x, y]]);
    return { op_id, base_revision, at, kind, payload: { ...operation.payload, points: Object.fromEntries(points) } };
  });
}
