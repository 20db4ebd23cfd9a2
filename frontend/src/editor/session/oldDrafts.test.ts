import "fake-indexeddb/auto";
import { expect, it } from "vitest";
import { ApiProblem, networkProblem } from "../../api/problem";
import { NO_HISTORY } from "../core/history";
import { createOperation } from "../core/operations";
import { BrowserDraftStore } from "./draftStore";
import { letGoOfOldDrafts, OLD } from "./oldDrafts";
import { FakeTaskServer } from "./taskServer.fake";

const NOW = Date.parse("2026-11-28T12:00:00Z");
const EDIT = createOperation({ kind: "set_visibility", payload: { visibility: { 3: 1 } } }, 1, new Date(NOW));

const [SAVED, YOUNG, APPROVED, GONE, OPEN, SILENT] = [1, 2, 3, 4, 5, 6];

/** Tasks as the server tells of them. */
function view(taskId: number) {
  if (taskId === GONE) return Promise.reject(new ApiProblem(404, "not-found", "Gone", "There is none."));
  if (taskId === SILENT) return Promise.reject(networkProblem());
  const assignment = new FakeTaskServer().assignment();
  assignment.task.state = taskId === APPROVED ? "approved" : "ready";
  return Promise.resolve(assignment);
}

it("lets go of what is old and can never be sent, tells of unsent edits in it, and keeps the rest", async () => {
  const store = new BrowserDraftStore("old-drafts");
  const write = (taskId: number, age: number, unsent: boolean, userId = 1, baseRevision = 1) =>
    store.write({
      userId,
      taskId,
      baseRevision,
      operations: unsent ? [EDIT] : [],
      inHand: null,
      past: NO_HISTORY,
      updatedAt: NOW - age,
    });
  await write(SAVED, OLD, false);
  await write(YOUNG, OLD, true, 1, 1);
  await write(YOUNG, OLD - 1, false, 1, 2);
  for (const taskId of [APPROVED, GONE, OPEN, SILENT]) await write(taskId, OLD, true);
  await write(SAVED, OLD, true, 2);

  expect(await letGoOfOldDrafts(store, 1, view, NOW)).toEqual(["a.jpg", `#${GONE}`]);
  expect((await store.readAll(1)).map(({ taskId }) => taskId)).toEqual([YOUNG, YOUNG, OPEN, SILENT]);
  // Another person's are theirs.
  expect(await store.readAll(2)).toHaveLength(1);
});
