import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { API_BASE, api, must } from "../../api/client";
import { keys } from "../../api/keys";

export function useSnapshots(projectId: number) {
  return useQuery({
    queryKey: keys.snapshots(projectId),
    queryFn: () =>
      must(api.GET("/api/v1/projects/{project_id}/snapshots", { params: { path: { project_id: projectId } } })),
    // The live events tell it sooner; this is for when they are cut off.
    refetchInterval: (query) => (query.state.data?.items.some((item) => item.state === "freezing") ? 5000 : false),
  });
}

export function useCreateSnapshot(projectId: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) =>
      must(
        api.POST("/api/v1/projects/{project_id}/snapshots", {
          params: { path: { project_id: projectId } },
          body: name ? { name } : {},
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.snapshots(projectId) }),
  });
}

/** Where the browser downloads a snapshot from; the cookie signs it, so that a plain link works. */
export function downloadUrl(projectId: number, snapshotId: number): string {
  return `${API_BASE}/projects/${projectId}/snapshots/${snapshotId}/download?format=lapa`;
}
