/** From one task to the next: which session is open, and what is shown while the server is asked. */
import { fetchAhead } from "../canvas/fetchedAhead";
import type { Assignment } from "./apiTypes";
import { type AskAhead, Lookahead } from "./lookahead";
import { type SessionPorts, TaskSession } from "./taskSession";

/** "empty": there is nothing to do now. */
export type TaskFlow =
  | { readonly stage: "loading" }
  | { readonly stage: "empty" }
  | { readonly stage: "failed"; readonly error: unknown }
  | { readonly stage: "open"; readonly session: TaskSession };

export interface TaskFlowOptions {
  /** The next assignment, leased; null when there is none. */
  readonly fetch: () => Promise<Assignment | null>;
  /** Without it nothing is made ready. */
  readonly lookAhead?: AskAhead | undefined;
  readonly onFlow: (flow: TaskFlow) => void;
}

export class TaskFlowMachine {
  readonly #lookahead: Lookahead | null;
  #open: TaskSession | null = null;
  /** The newest request; answers to older ones are dropped. */
  #newest = 0;
  /** Requests go one after the other: of two leases taken at once, only the server knows which one holds. */
  #queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly ports: SessionPorts,
    private readonly options: TaskFlowOptions,
  ) {
    this.#lookahead = options.lookAhead === undefined ? null : new Lookahead(options.lookAhead, ports);
  }

  /**
   * Opens what `instead` gives, or what `fetch` gives. The session that was open before goes on showing until the next
   * one is there.
   */
  advance(instead: () => Promise<Assignment | null> = this.options.fetch): void {
    this.#lookahead?.forget();
    this.#enqueue((current) => this.#openFrom(instead, current));
  }

  /**
   * Goes on when `done` resolves true: the open task is submitted or skipped. If the next one is ready it is shown at
   * once, and leased when the server has taken this one; if `done` resolves false, this one comes back.
   */
  leave(done: Promise<boolean>): void {
    const before = this.#open;
    const next = this.#lookahead?.take() ?? null;
    if (next !== null) this.#show(next);
    this.#enqueue(async (current) => {
      if (!(await done)) {
        if (next === null) return;
        next.dispose();
        if (current() && before !== null) this.#show(before);
        else before?.leave();
        return;
      }
      if (next !== null) {
        before?.dispose();
        if (!current()) return;
        if (await next.take()) {
          if (current()) this.#show(next);
          else next.leave();
          return;
        }
        next.dispose();
      }
      await this.#openFrom(this.options.fetch, current);
    });
  }

  /** The page is left. */
  end(): void {
    this.#newest += 1;
    this.#lookahead?.forget();
    this.#open?.leave();
    this.#open = null;
  }

  /** Runs `step` after all that was asked before it, with a way to know whether something was asked since. */
  #enqueue(step: (current: () => boolean) => Promise<void>): void {
    const request = ++this.#newest;
    const current = () => request === this.#newest;
    this.#queue = this.#queue.then(async () => {
      try {
        await step(current);
      } catch (error) {
        if (current()) this.options.onFlow({ stage: "failed", error });
      }
    });
  }

  async #openFrom(give: () => Promise<Assignment | null>, current: () => boolean): Promise<void> {
    if (!current()) return;
    const assignment = await give();
    if (!current()) return;
    if (assignment !== null) startPictures(assignment);
    const session = assignment === null ? null : await TaskSession.open(assignment, this.ports);
    if (!current()) {
      session?.dispose();
      return;
    }
    this.#open?.dispose();
    this.#open = null;
    if (session === null) this.options.onFlow({ stage: "empty" });
    else this.#show(session);
  }

  #show(session: TaskSession): void {
    this.#open = session;
    this.options.onFlow({ stage: "open", session });
    if (session.assignment.lease !== null) void this.#lookahead?.prepare(session.taskId);
  }
}

/** They are on their way while drafts are read and the editor is built; what fails is asked for again, and told, there. */
function startPictures({ task, fitted_map_url }: Assignment): void {
  fetchAhead(task.photo, fitted_map_url, new AbortController().signal).catch(() => undefined);
}
