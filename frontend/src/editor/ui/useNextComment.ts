import { useMemo, useRef } from "react";
import type { EditorController } from "../controller";
import { goToPin, type ShownComment } from "./CommentList";

/** Goes from one open comment's place to the next, round the end; undefined while there is none. */
export function useNextComment(
  controller: EditorController,
  comments: readonly ShownComment[],
): (() => void) | undefined {
  const next = useRef(0);
  return useMemo(() => {
    const open = comments.filter(({ resolved, pointIndex, x }) => !resolved && (pointIndex !== null || x !== null));
    if (open.length === 0) return undefined;
    return () => {
      const comment = open[next.current++ % open.length];
      if (comment) goToPin(controller, comment);
    };
  }, [controller, comments]);
}
