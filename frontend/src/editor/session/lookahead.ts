/** Keeps the next photo ready while one is annotated: its points and history opened, its picture and map decoded. */
import { fetchAhead } from "../canvas/fetchedAhead";
import type { Assignment } from "./apiTypes";
import { type SessionPorts, TaskSession } from "./taskSession";

/** Milliseconds for the photo on the screen to come first, also on a slow line. */
const HEAD_START = 500;

/** What probably comes after a task, without a lease; null when nothing waits. */
export type AskAhead = (taskId: number) => Promise<Assignment | null>;

export class Lookahead {
  #ready: TaskSession | null = null;
  #fetching: AbortController | null = null;

  constructor(
    private readonly ask: AskAhead,
    private readonly ports: SessionPorts,
  ) {}

  /** Makes ready what comes after `taskId`. Never throws: what cannot be had now is fetched when it is needed. */
  async prepare(taskId: number): Promise<void> {
    this.forget();
    const fetching = new AbortController();
    this.#fetching = fetching;
    const forgotten = () => fetching.signal.aborted;
    try {
      await new Promise((resolve) => setTimeout(resolve, HEAD_START));
      if (forgotten()) return;
      const assignment = await this.ask(taskId);
      if (assignment === null || forgotten()) return;
      const { task, fitted_map_url } = assignment;
      const [session] = await Promise.all([
        TaskSession.ahead(assignment, this.ports),
        fetchAhead(task.photo, fitted_map_url, fetching.signal),
      ]);
      if (forgotten()) session.dispose();
      else this.#ready = session;
    } catch {
      // Offline, or the photo does not load: the way without a lookahead tells the person, if it is still so then.
    }
  }

  /** Hands over what is ready, or null. */
  take(): TaskSession | null {
    const session = this.#ready;
    this.#ready = null;
    this.forget();
    return session;
  }

  forget(): void {
    this.#fetching?.abort();
    this.#fetching = null;
    this.#ready?.dispose();
    this.#ready = null;
  }
}
