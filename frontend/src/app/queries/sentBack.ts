import { useQuery } from "@tanstack/react-query";
import { api, maybe } from "../../api/client";
import { keys } from "../../api/keys";
import { useUser } from "../../api/session";

export interface SentBack {
  readonly photo: string;
  readonly taskId: number;
  /** What is to be changed. */
  readonly comments: readonly string[];
  /** The queue gives other work of theirs first. */
  readonly waits: boolean;
}

/**
 * A photo of the user's that was sent back to them: the first one, since the queue gives no more. Null when there is none,
 * and while two others are in their hands, which the queue gives before it.
 */
export function useSentBack(projectId: number) {
  const userId = useUser().id;
  return useQuery({
    queryKey: keys.sentBack(projectId),
    queryFn: () => firstSentBack(projectId, userId),
    // Whoever comes back from having changed it is not to be told of it again.
    staleTime: 0,
  });
}

async function firstSentBack(projectId: number, userId: number): Promise<SentBack | null> {
  const first = await next(projectId);
  // Work that was begun comes before what was sent back.
  const waits = first?.task.state === "in_progress";
  const found = waits ? await next(projectId, first.task.id) : first;
  if (found?.task.state !== "ready" || found.author?.id !== userId) return null;
  const comments = found.comments.filter(({ resolved_at }) => resolved_at === null).map(({ body }) => body);
  return comments.length === 0 ? null : { photo: found.task.photo.name, taskId: found.task.id, comments, waits };
}

function next(projectId: number, besides?: number) {
  return maybe(
    api.GET("/api/v1/projects/{project_id}/tasks/next", {
      params: { path: { project_id: projectId }, query: { besides } },
    }),
  );
}
