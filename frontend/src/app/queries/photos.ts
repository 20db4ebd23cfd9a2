import { useInfiniteQuery } from "@tanstack/react-query";
import { api, must } from "../../api/client";
import { keys } from "../../api/keys";
import type { TaskState } from "../../api/types";
import { firstPage, nextPage } from "./pages";

export function usePhotos(projectId: number, state: TaskState | null) {
  return useInfiniteQuery({
    queryKey: [...keys.photos(projectId), { state }],
    queryFn: ({ pageParam }) =>
      must(
        api.GET("/api/v1/projects/{project_id}/photos", {
          params: {
            path: { project_id: projectId },
            query: { state: state ?? undefined, after: pageParam, limit: 60 },
          },
        }),
      ),
    initialPageParam: firstPage,
    getNextPageParam: nextPage,
  });
}
