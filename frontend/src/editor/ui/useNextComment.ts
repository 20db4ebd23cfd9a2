import { useMemo, useRef } from "react";
import type { EditorController } from "../controller";
import { goToPin, type ShownComment } from "./CommentList";

/** Goes from one comment's place to the next, round the end; undefined while there is none. */
export function useNextComment(
  controller: EditorController,
  comments: readonly ShownComment[],
): (() => void) | undefined {
  const next = useRef(0);
  return useMemo(() => {
    if (comments.length === 0) return undefined;
    return () => {
      const comment = comments[next.current++ % comments.length];
      if (comment) goToPin(controller, comment);
    };
  }, [controller, comments]);
}
