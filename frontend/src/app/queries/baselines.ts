import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, must } from "../../api/client";
import { keys } from "../../api/keys";
import type { BaselineCreate } from "../../api/types";

export function useBaselines(projectId: number) {
  return useQuery({
    queryKey: keys.baselines(projectId),
    queryFn: () =>
      must(api.GET("/api/v1/projects/{project_id}/baselines", { params: { path: { project_id: projectId } } })),
  });
}

export function useTrainBaseline(projectId: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: BaselineCreate) =>
      must(
        api.POST("/api/v1/projects/{project_id}/baselines", { params: { path: { project_id: projectId } }, body }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.project(projectId) }),
  });
}

/** Chooses the baseline that is asked about new label maps; null: none is. */
export function useActivateBaseline(projectId: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (baselineId: number | null) =>
      must(
        api.PUT("/api/v1/projects/{project_id}/baselines/active", {
          params: { path: { project_id: projectId } },
          body: { baseline_id: baselineId },
        }),
      ),
    onSuccess: (baselines) => client.setQueryData(keys.baselines(projectId), baselines),
  });
}

/** What the baseline says of a task's label map. It is asked once a visit: the map under review does not change. */
export function useSecondOpinion(projectId: number, taskId: number) {
  return useQuery({
    queryKey: [...keys.task(projectId, taskId), "second-opinion"],
    queryFn: () => must(api.GET("/api/v1/tasks/{task_id}/second-opinion", { params: { path: { task_id: taskId } } })),
  });
}
