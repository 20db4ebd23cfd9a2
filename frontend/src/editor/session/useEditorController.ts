import { useEffect, useState, useSyncExternalStore } from "react";
import { EditorController, type EditorMode } from "../controller";
import type { SessionState, TaskSession } from "./taskSession";
import { useShapeModel } from "./useShapeModel";

/** The controller of one session's editor; for a component that is mounted anew for every session. */
export function useEditorController(session: TaskSession, state: SessionState, mode: EditorMode): EditorController {
  const [controller] = useState(() => {
    const { width, height } = session.assignment.task.photo;
    return new EditorController(state.document, { width, height }, mode);
  });
  useEffect(() => controller.showDocument(state.document), [controller, state.document]);
  useEffect(() => {
    controller.setEditable(mode === "edit" && state.access === "editing");
  }, [controller, mode, state.access]);
  // Only a drag asks for the shape model: it must not hold up the photo.
  const photoShown = useSyncExternalStore(controller.subscribe, () => controller.photoShown);
  const shape = useShapeModel(session.assignment.task.project_id, mode === "edit" && photoShown);
  useEffect(() => controller.setShape(shape), [controller, shape]);
  const { confidence } = session.assignment.initial;
  useEffect(() => controller.attention.setConfidence(mode === "edit" ? confidence : null), [controller, confidence, mode]);
  return controller;
}
