import { describe, expect, it } from "vitest";
import { strings } from "../../strings/strings";
import { NO_HISTORY } from "../core/history";
import { createOperation } from "../core/operations";
import type { PaintedPixels } from "../core/runs";
import { operationsToApi } from "./apiTypes";
import { type Log, reconcile } from "./reconcile";
import { FakeTaskServer } from "./taskServer.fake";

function stroke(pixels: PaintedPixels) {
  return createOperation({ kind: "paint", payload: pixels }, 1, new Date("2026-05-01T12:00:00Z"));
}

const MINE = stroke({ painted: { 10: [0, 6] } });
const LOG: Log = { origin: "browser", baseRevision: 1, operations: [MINE], past: NO_HISTORY };

/** A server on which somebody else saved a stroke as revision 2, while mine was still unsent. */
function serverWith(theirs: PaintedPixels): FakeTaskServer {
  const server = new FakeTaskServer();
  server.saveAs(operationsToApi([stroke(theirs)]));
  return server;
}

describe("unsent paint on an older revision", () => {
  it("is carried over beside what others painted, as the operations that it was", async () => {
    const server = serverWith({ painted: { 7: [50, 5] } });
    const { document, conflict, notice } = await reconcile(server.assignment(), [LOG], server.api);
    expect(conflict).toBeNull();
    expect(notice).not.toBeNull();
    expect([document.livePainting.at(0, 0), document.livePainting.at(50, 0)]).toEqual([10, 7]);
    expect(document.operations.map(({ op_id }) => op_id)).toEqual([MINE.op_id]);
  });

  it("lies over what others painted on the same pixels, and one undo shows theirs", async () => {
    const server = serverWith({ painted: { 7: [4, 5] } });
    const { document, conflict, notice } = await reconcile(server.assignment(), [LOG], server.api);
    expect(conflict).toBeNull();
    expect(notice).not.toBeNull();
    expect([3, 5, 8].map((x) => document.livePainting.at(x, 0))).toEqual([10, 10, 7]);
    document.undo();
    expect([3, 5, 8].map((x) => document.livePainting.at(x, 0))).toEqual([255, 7, 7]);
  });

  it("is said to have arrived when it is all of the newer revision", async () => {
    const server = serverWith({ painted: { 10: [0, 6] } });
    const { document, notice } = await reconcile(server.assignment(), [LOG], server.api);
    expect([document.operations, notice]).toEqual([[], strings().session.arrived(2)]);
    expect(document.livePainting.at(5, 0)).toBe(10);
  });
});
