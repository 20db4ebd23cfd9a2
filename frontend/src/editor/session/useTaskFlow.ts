import { useCallback, useEffect, useRef, useState } from "react";
import { useUser } from "../../api/session";
import type { Assignment } from "./apiTypes";
import { askForDurableStorage, BrowserDraftStore } from "./draftStore";
import { browserTabs } from "./tabs";
import { taskApi } from "./taskApi";
import { type SessionPorts, TaskSession } from "./taskSession";

/** From one task to the next. "empty": there is nothing to do now. */
export type TaskFlow =
  | { readonly stage: "loading" }
  | { readonly stage: "empty" }
  | { readonly stage: "failed"; readonly error: unknown }
  | { readonly stage: "open"; readonly session: TaskSession };

const store = new BrowserDraftStore();

/**
 * Opens the assignment that `fetch` gives, at once and again on every `advance`; null means that there is none. The
 * session that was open before goes on showing until the next one is there.
 */
export function useTaskFlow(fetch: () => Promise<Assignment | null>): {
  flow: TaskFlow;
  /** Opens what `instead` gives, or what `fetch` gives. */
  advance: (instead?: () => Promise<Assignment | null>) => void;
} {
  const userId = useUser().id;
  const [flow, setFlow] = useState<TaskFlow>({ stage: "loading" });
  const open = useRef<TaskSession | null>(null);
  /** The newest request; answers to older ones are dropped. */
  const newest = useRef(0);
  /** Requests go one after the other: of two leases taken at once, only the server knows which one holds. */
  const queue = useRef(Promise.resolve());

  const advance = useCallback(
    (instead?: () => Promise<Assignment | null>) => {
      const request = ++newest.current;
      const ports: SessionPorts = { api: taskApi, store, tabs: browserTabs, userId };
      queue.current = queue.current.then(async () => {
        if (request !== newest.current) return;
        try {
          const assignment = await (instead ?? fetch)();
          if (request !== newest.current) return;
          const session = assignment === null ? null : await TaskSession.open(assignment, ports);
          if (request !== newest.current) {
            session?.dispose();
            return;
          }
          open.current?.dispose();
          open.current = session;
          setFlow(session === null ? { stage: "empty" } : { stage: "open", session });
        } catch (error) {
          if (request === newest.current) setFlow({ stage: "failed", error });
        }
      });
    },
    [fetch, userId],
  );

  useEffect(() => {
    askForDurableStorage();
    advance();
    return () => {
      newest.current += 1;
      open.current?.leave();
      open.current = null;
    };
  }, [advance]);

  return { flow, advance };
}
