import { useSyncExternalStore } from "react";
import type { EditorController } from "../controller";

/** Renders the component again whenever something that it may show has changed; not while a point is being dragged. */
export function useController(controller: EditorController): EditorController {
  useSyncExternalStore(controller.subscribe, controller.version);
  return controller;
}
