/** Label maps to compare with, drawn first where they never were. */
import { api, maybe, must } from "../../api/client";
import { loadFittedMap } from "../../editor/canvas/loadFittedMap";
import type { CategoryIds } from "../../editor/core/labelMap";

const POLL_MS = 1000;

/** The label map of a revision; the server draws it now if nobody submitted that revision. Null where it cannot be. */
export async function mapOfRevision(taskId: number, number: number, signal: AbortSignal): Promise<CategoryIds | null> {
  const path = { task_id: taskId, number };
  const job = await maybe(api.POST("/api/v1/tasks/{task_id}/revisions/{number}/label-map", { params: { path } }));
  if (job !== null && !(await succeeds(job.id, signal))) return null;
  return loadFittedMap(`/api/v1/tasks/${taskId}/label-map?revision=${number}`, signal);
}

async function succeeds(jobId: number, signal: AbortSignal): Promise<boolean> {
  for (;;) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    signal.throwIfAborted();
    const { state } = await must(api.GET("/api/v1/jobs/{job_id}", { params: { path: { job_id: jobId } } }));
    if (state === "succeeded" || state === "failed") return state === "succeeded";
  }
}
