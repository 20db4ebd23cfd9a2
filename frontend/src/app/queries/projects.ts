import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, must } from "../../api/client";
import { keys } from "../../api/keys";
import type { ProjectCreate, ProjectPatch } from "../../api/types";

export function useProjects() {
  return useQuery({ queryKey: keys.projects, queryFn: () => must(api.GET("/api/v1/projects")) });
}

export function useProject(id: number) {
  return useQuery({
    queryKey: keys.detail(id),
    queryFn: () => must(api.GET("/api/v1/projects/{project_id}", { params: { path: { project_id: id } } })),
  });
}

export function useCreateProject() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ProjectCreate) => must(api.POST("/api/v1/projects", { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.projects }),
  });
}

export function useUpdateProject(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ProjectPatch) =>
      must(api.PATCH("/api/v1/projects/{project_id}", { params: { path: { project_id: id } }, body })),
    onSuccess: (project) => {
      client.setQueryData(keys.detail(id), project);
      return client.invalidateQueries({ queryKey: keys.projects });
    },
  });
}

export function useInsights(id: number) {
  return useQuery({
    queryKey: keys.insights(id),
    queryFn: () => must(api.GET("/api/v1/projects/{project_id}/insights", { params: { path: { project_id: id } } })),
  });
}
