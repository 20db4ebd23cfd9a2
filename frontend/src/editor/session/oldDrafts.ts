/** Drafts of tasks that nobody opened again do not stay in the browser for ever, and no unsent work goes without a word. */
import { isProblem } from "../../api/problem";
import type { Assignment } from "./apiTypes";
import type { DraftStore, KeptDraft } from "./draftStore";
import type { TaskApi } from "./taskApi";

/** Milliseconds without a change after which a draft is old. */
export const OLD = 60 * 24 * 3600_000;

/**
 * Removes this person's old drafts: those in which nothing is unsent, and those that can never be sent, since the task is
 * approved or gone. Resolves with the photos, or tasks, whose unsent edits were let go, for the person to be told. What
 * may still be sent stays, however old.
 */
export async function letGoOfOldDrafts(
  store: DraftStore,
  userId: number,
  view: TaskApi["view"],
  now = Date.now(),
): Promise<string[]> {
  const byTask = new Map<number, KeptDraft[]>();
  for (const draft of await store.readAll(userId)) {
    byTask.set(draft.taskId, [...(byTask.get(draft.taskId) ?? []), draft]);
  }
  const lost: string[] = [];
  for (const [taskId, drafts] of byTask) {
    if (drafts.some(({ updatedAt }) => now - updatedAt < OLD)) continue;
    if (drafts.some(hasUnsent)) {
      const settled = await settledAs(taskId, view);
      if (settled === null) continue;
      lost.push(settled);
    }
    await store.remove(userId, taskId);
  }
  return lost;
}

function hasUnsent({ operations, inHand }: KeptDraft): boolean {
  return operations.length > 0 || inHand !== null;
}

/** What a task that takes no edits any more is called; null while it takes some, and while the server does not answer. */
async function settledAs(taskId: number, view: TaskApi["view"]): Promise<string | null> {
  let assignment: Assignment;
  try {
    assignment = await view(taskId);
  } catch (error) {
    return isProblem(error) && error.status === 404 ? `#${taskId}` : null;
  }
  return assignment.task.state === "approved" ? assignment.task.photo.name : null;
}
