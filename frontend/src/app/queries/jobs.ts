import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, must } from "../../api/client";
import { keys } from "../../api/keys";
import type { Job } from "../../api/types";
import { firstPage, nextPage } from "./pages";

export function useJobs(projectId: number, state: Job["state"] | null) {
  return useInfiniteQuery({
    queryKey: [...keys.jobs(projectId), { state }],
    queryFn: ({ pageParam }) =>
      must(
        api.GET("/api/v1/projects/{project_id}/jobs", {
          params: {
            path: { project_id: projectId },
            query: { state: state ?? undefined, after: pageParam, limit: 50 },
          },
        }),
      ),
    initialPageParam: firstPage,
    getNextPageParam: nextPage,
  });
}

/** Stops a live one; what it was to make, an import or a model, has then failed. */
export function useStopJob(projectId: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (jobId: number) => must(api.POST("/api/v1/jobs/{job_id}/stop", { params: { path: { job_id: jobId } } })),
    onSuccess: () => {
      for (const stale of [keys.jobs, keys.imports, keys.models, keys.baselines]) {
        void client.invalidateQueries({ queryKey: stale(projectId) });
      }
    },
    // It may have ended by itself meanwhile: the list says so.
    onError: () => client.invalidateQueries({ queryKey: keys.jobs(projectId) }),
  });
}

export function useRetryJob(projectId: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (jobId: number) =>
      must(api.POST("/api/v1/jobs/{job_id}/retry", { params: { path: { job_id: jobId } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.jobs(projectId) }),
  });
}
