import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, must } from "../../api/client";
import { keys } from "../../api/keys";

export function useModels(projectId: number) {
  return useQuery({
    queryKey: keys.models(projectId),
    queryFn: () =>
      must(api.GET("/api/v1/projects/{project_id}/models", { params: { path: { project_id: projectId } } })),
  });
}

export function useActivateModel(projectId: number) {
  const client = useQueryClient();
  return useMutation({
    /** No `modelId`: back to what the project started from. */
    mutationFn: async ({ modelId, reason }: { modelId: number | null; reason: string }): Promise<void> => {
      if (modelId === null) {
        await must(
          api.POST("/api/v1/projects/{project_id}/models/start/activate", {
            params: { path: { project_id: projectId } },
            body: { reason },
          }),
        );
        return;
      }
      await must(
        api.POST("/api/v1/projects/{project_id}/models/{model_id}/activate", {
          params: { path: { project_id: projectId, model_id: modelId } },
          body: { reason },
        }),
      );
    },
    onSuccess: () => client.invalidateQueries({ queryKey: keys.project(projectId) }),
  });
}

export function useTrainNow(projectId: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      must(api.POST("/api/v1/projects/{project_id}/training", { params: { path: { project_id: projectId } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.project(projectId) }),
  });
}
