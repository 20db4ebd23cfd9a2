import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { api, must } from "../../api/client";
import { keys } from "../../api/keys";
import { loadFittedMap } from "../../editor/canvas/loadFittedMap";
import type { EditorController } from "../../editor/controller";
import { AnnotationDocument } from "../../editor/core/document";
import type { CategoryIds } from "../../editor/core/labelMap";
import { PaintedLayer } from "../../editor/core/paintedLayer";
import { type Points, pointsFromPairs } from "../../editor/core/points";
import { type Assignment, baselineOf } from "../../editor/session/apiTypes";
import { taskApi } from "../../editor/session/taskApi";
import { useController } from "../../editor/ui/useController";
import { mapOfRevision } from "./comparedMap";

export interface Previous {
  readonly number: number;
  /** Whether a reviewer sent it back. */
  readonly rejected: boolean;
  readonly points: Points;
}

export type ComparedMap = "drawing" | "there" | "none";

/** The revision that was rejected last, else the one on which this one was made; null where that is the proposal. */
export function usePrevious({ task, revision, initial }: Assignment): Previous | null {
  const query = useQuery({
    queryKey: [...keys.task(task.project_id, task.id), "previous", revision.number],
    queryFn: async (): Promise<Previous | null> => {
      const path = { task_id: task.id };
      const { items } = await must(api.GET("/api/v1/tasks/{task_id}/reviews", { params: { path } }));
      const rejected = items.map((review) => review.revision).filter((number) => number < revision.number);
      const number = rejected.at(-1) ?? revision.parent ?? initial.number;
      if (number <= initial.number) return null;
      const { points } = await taskApi.revision(task.id, number);
      return { number, rejected: rejected.length > 0, points: pointsFromPairs(points) };
    },
  });
  return query.data ?? null;
}

/** The label that rests beside the task's, as the editor shows one; null where there is none. */
export function useOtherDocument({ other, initial, task }: Assignment): AnnotationDocument | null {
  return useMemo(() => {
    if (other === null) return null;
    const { width, height } = task.photo;
    // What its annotator painted is in its label map.
    const base = baselineOf(other.revision, new PaintedLayer(width, height));
    return new AnnotationDocument({ initial: pointsFromPairs(initial.points), base });
  }, [other, initial, task]);
}

/** Gives the difference layer what it shows; `otherInFront`: the photo shows the label that rests beside the task's. */
export function useComparison(
  controller: EditorController,
  assignment: Assignment,
  previous: Previous | null,
  otherInFront: boolean,
): ComparedMap {
  const { task, initial, revision, other, label_map_url } = assignment;
  useController(controller);
  const { against } = controller.comparison;
  useEffect(() => {
    const beside = otherInFront ? revision : other?.revision;
    controller.comparison.offer({
      proposal: pointsFromPairs(initial.points),
      ...(previous !== null && !otherInFront && { previous: previous.points }),
      ...(beside && { other: pointsFromPairs(beside.points) }),
    });
  }, [controller, initial, revision, other, previous, otherInFront]);

  const previousNumber = previous?.number ?? null;
  const besideUrl = otherInFront ? label_map_url : (other?.label_map_url ?? null);
  const number = against === "previous" ? previousNumber : initial.number;
  const query = useQuery({
    queryKey: [...keys.task(task.project_id, task.id), "compared map", against, number, besideUrl],
    queryFn: async ({ signal }): Promise<CategoryIds | null> => {
      // Where a map cannot be had, points are compared all the same.
      if (against === "other") return besideUrl === null ? null : loadFittedMap(besideUrl, signal).catch(() => null);
      return number === null ? null : mapOfRevision(task.id, number, signal).catch(() => null);
    },
    enabled: against !== null,
    gcTime: 0,
  });
  const found = query.data ?? null;
  useEffect(() => controller.comparison.showMap(found), [controller, found]);
  if (found !== null) return "there";
  return query.isFetching ? "drawing" : "none";
}
