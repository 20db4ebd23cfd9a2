import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, must } from "../../api/client";
import { keys } from "../../api/keys";
import type { Import, ImportItem } from "../../api/types";
import { firstPage, nextPage } from "./pages";

/** Whether an import may still change. */
export function isRunning(state: Import["state"]): boolean {
  return state === "open" || state === "unpacking";
}

export function useImports(projectId: number) {
  return useQuery({
    queryKey: keys.imports(projectId),
    queryFn: () =>
      must(api.GET("/api/v1/projects/{project_id}/imports", { params: { path: { project_id: projectId } } })),
  });
}

/** One import; asked for every two seconds while the server unpacks it, in case the live events are cut off. */
export function useImport(projectId: number, importId: number) {
  return useQuery({
    queryKey: keys.import(projectId, importId),
    queryFn: () =>
      must(
        api.GET("/api/v1/projects/{project_id}/imports/{import_id}", {
          params: { path: { project_id: projectId, import_id: importId } },
        }),
      ),
    refetchInterval: (query) => (query.state.data?.state === "unpacking" ? 2000 : false),
  });
}

export function useImportItems(projectId: number, importId: number, outcome: ImportItem["outcome"]) {
  return useInfiniteQuery({
    queryKey: [...keys.import(projectId, importId), "items", { outcome }],
    queryFn: ({ pageParam }) =>
      must(
        api.GET("/api/v1/projects/{project_id}/imports/{import_id}/items", {
          params: {
            path: { project_id: projectId, import_id: importId },
            query: { outcome, after: pageParam, limit: 100 },
          },
        }),
      ),
    initialPageParam: firstPage,
    getNextPageParam: nextPage,
  });
}
