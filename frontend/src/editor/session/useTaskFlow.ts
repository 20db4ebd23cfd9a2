import { notifications } from "@mantine/notifications";
import { useCallback, useEffect, useRef, useState } from "react";
import { useUser } from "../../api/session";
import { strings } from "../../strings/strings";
import type { Assignment } from "./apiTypes";
import { askForDurableStorage, BrowserDraftStore } from "./draftStore";
import { letGoOfOldDrafts } from "./oldDrafts";
import type { AskAhead } from "./lookahead";
import { browserTabs } from "./tabs";
import { taskApi } from "./taskApi";
import { TaskFlowMachine, type TaskFlow } from "./taskFlow";

const store = new BrowserDraftStore();

/** Milliseconds: the first photo comes first. */
const TIDY_AFTER = 20_000;

/** A browser whose database does not open has nothing to tidy up. */
async function tidyUp(userId: number): Promise<void> {
  const lost = await letGoOfOldDrafts(store, userId, (taskId) => taskApi.view(taskId)).catch(() => []);
  if (lost.length > 0) notifications.show({ autoClose: false, message: strings().session.draftsLetGo(lost) });
}

/**
 * The flow from one task to the next for as long as the page is open. `fetch` gives the next assignment, leased, or
 * null; with `lookAhead`, what comes next is made ready while one is worked on. Both must be stable.
 */
export function useTaskFlow(
  fetch: () => Promise<Assignment | null>,
  lookAhead?: AskAhead,
): {
  flow: TaskFlow;
  /** Opens what `instead` gives, or what `fetch` gives. */
  advance: (instead?: () => Promise<Assignment | null>) => void;
  /** Goes on to the next task when `done` resolves true, and shows it before, if it is ready. */
  leave: (done: Promise<boolean>) => void;
} {
  const userId = useUser().id;
  const [flow, setFlow] = useState<TaskFlow>({ stage: "loading" });
  const machine = useRef<TaskFlowMachine | null>(null);

  useEffect(() => {
    askForDurableStorage();
    // Beside the lease: the photo waits for both.
    store.open();
    const ports = { api: taskApi, store, tabs: browserTabs, userId };
    const started = new TaskFlowMachine(ports, { fetch, lookAhead, onFlow: setFlow });
    machine.current = started;
    started.advance();
    return () => started.end();
  }, [fetch, lookAhead, userId]);

  useEffect(() => {
    const tidying = setTimeout(() => void tidyUp(userId), TIDY_AFTER);
    return () => clearTimeout(tidying);
  }, [userId]);

  const advance = useCallback((instead?: () => Promise<Assignment | null>) => machine.current?.advance(instead), []);
  const leave = useCallback((done: Promise<boolean>) => machine.current?.leave(done), []);
  return { flow, advance, leave };
}
