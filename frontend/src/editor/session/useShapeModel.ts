import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, must } from "../../api/client";
import { ShapeModel } from "../core/shape";

/** Changes little with a few more labels; the server says so, too. */
const STALE_AFTER = 10 * 60_000;

/** The model by which a project's points follow each other; null until it is there, and where it is not `wanted`. */
export function useShapeModel(projectId: number, wanted: boolean): ShapeModel | null {
  const { data } = useQuery({
    // Beside the project's own keys: its events come too often to fetch this anew each time.
    queryKey: ["shape-model", projectId],
    queryFn: () => must(api.GET("/api/v1/projects/{project_id}/shape-model", { params: { path: { project_id: projectId } } })),
    enabled: wanted,
    staleTime: STALE_AFTER,
    gcTime: STALE_AFTER,
  });
  return useMemo(() => (data === undefined ? null : ShapeModel.from(data)), [data]);
}
