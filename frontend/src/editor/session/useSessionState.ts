import { useEffect, useSyncExternalStore } from "react";
import type { SessionState, TaskSession } from "./taskSession";

/**
 * The session's state, and the session told of what happens to the page: hidden, closed, back on the network, in use.
 */
export function useSessionState(session: TaskSession): SessionState {
  const state = useSyncExternalStore(session.subscribe, () => session.state);

  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    const touch = () => session.touch();
    window.addEventListener("pointerdown", touch, { signal, capture: true });
    window.addEventListener("keydown", touch, { signal, capture: true });
    window.addEventListener("wheel", touch, { signal, capture: true, passive: true });
    window.addEventListener("online", session.online, { signal });
    window.addEventListener("pagehide", session.leavePage, { signal });
    document.addEventListener(
      "visibilitychange",
      () => {
        if (document.visibilityState === "hidden") session.leavePage();
      },
      { signal },
    );
    window.addEventListener(
      "beforeunload",
      (event) => {
        // Only where leaving would lose something: an edit that is nowhere but in this page.
        const { document, saveState } = session.state;
        if (document.previewing || saveState.where === "page") event.preventDefault();
      },
      { signal },
    );
    return () => abort.abort();
  }, [session]);

  return state;
}
