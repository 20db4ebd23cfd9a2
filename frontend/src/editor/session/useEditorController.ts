import { useEffect, useState, useSyncExternalStore } from "react";
import { EditorController, type EditorMode } from "../controller";
import type { SessionState, TaskSession } from "./taskSession";
import { useShapeModel } from "./useShapeModel";

/** The controller of one session's editor; for a component that is mounted anew for every session. */
export function useEditorController(session: TaskSession, state: SessionState, mode: EditorMode): EditorController {
  const { task, initial } = session.assignment;
  const editable = mode === "edit" && state.access === "editing";
  const confidence = mode === "edit" ? initial.confidence : null;
  const [controller] = useState(() => {
    const { width, height } = task.photo;
    const created = new EditorController(state.document, { width, height }, mode);
    // Else the first effects would change it, and the whole editor would be rendered twice before a photo is drawn.
    created.setEditable(editable);
    created.attention.setConfidence(confidence);
    return created;
  });
  useEffect(() => controller.showDocument(state.document), [controller, state.document]);
  useEffect(() => controller.setEditable(editable), [controller, editable]);
  // Only a drag asks for the shape model: it must not hold up the photo.
  const photoShown = useSyncExternalStore(controller.subscribe, () => controller.photoShown);
  const shape = useShapeModel(task.project_id, mode === "edit" && photoShown);
  useEffect(() => controller.setShape(shape), [controller, shape]);
  useEffect(() => controller.attention.setConfidence(confidence), [controller, confidence]);
  return controller;
}
