import { isProblem, isTransient, problemText } from "../../api/problem";
import type { ImportItem } from "../../api/types";
import { strings } from "../../strings/strings";
import { reasonOf, type FileNote, type QueuedFile } from "./files";

/** How the queue reaches the server; a test gives another one. */
export interface Transport {
  /** Opens the import that all files go into. Called once, before the first file. */
  open: (expected: number) => Promise<void>;
  /** Sends some files in one request and answers with what became of each, in order. */
  send: (files: QueuedFile[], onBytes: (sent: number) => void) => Promise<ImportItem[]>;
  /** Resolves when the person is signed in again. */
  signedIn: () => Promise<void>;
  wait: (seconds: number) => Promise<void>;
}

export interface UploadState {
  /** `stopped`: the server cannot be reached, or the person stopped it; `run` goes on from the same file. */
  phase: "idle" | "running" | "stopped" | "done";
  expected: number;
  /** Files of which it is known what became of them. */
  settled: number;
  imported: number;
  duplicates: number;
  bytes: number;
  bytesSent: number;
  notes: readonly FileNote[];
  /** Why it waits or has stopped, in words. */
  trouble: string | null;
}

/** Few enough that one failed request costs little, many enough that latency does not rule. */
const BATCH = 4;
/** Seconds before the second, third, ... try of a request. */
const PAUSES = [1, 2, 4, 8, 16];
/** A server fault on a single photo is most likely that photo's own: fewer tries. */
const PAUSES_ALONE = [1, 4];

/**
 * Uploads photos a few at a time, one request after the other.
 *
 * A request that fails for a passing reason is sent again. A batch that the server cannot take is sent file by file,
 * so that one bad photo does not take its neighbours along. When the server stays out of reach, the queue stops where
 * it is.
 */
export class UploadQueue {
  #pending: QueuedFile[];
  #opened = false;
  #stopAsked = false;
  #state: UploadState;
  #listeners = new Set<() => void>();

  constructor(
    files: readonly QueuedFile[],
    passedOver: readonly FileNote[],
    private readonly transport: Transport,
  ) {
    this.#pending = [...files];
    this.#state = {
      phase: files.length === 0 ? "done" : "idle",
      expected: files.length,
      settled: 0,
      imported: 0,
      duplicates: 0,
      bytes: files.reduce((sum, { file }) => sum + file.size, 0),
      bytesSent: 0,
      notes: passedOver,
      trouble: null,
    };
  }

  readonly snapshot = (): UploadState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Uploads until nothing is left, or until it has to stop. Never rejects: what goes wrong is in the state. */
  async run(): Promise<void> {
    if (this.#state.phase === "running" || this.#state.phase === "done") return;
    this.#stopAsked = false;
    this.#set({ phase: "running", trouble: null });
    try {
      if (!this.#opened) {
        await this.#persist(() => this.transport.open(this.#state.expected), PAUSES);
        this.#opened = true;
      }
      while (this.#pending.length > 0 && !this.#isStopAsked()) {
        const batch = this.#pending.slice(0, BATCH);
        await this.#sendBatch(batch);
        this.#pending.splice(0, batch.length);
      }
      this.#set({ phase: this.#pending.length === 0 ? "done" : "stopped", trouble: null });
    } catch (error) {
      this.#set({ phase: "stopped", trouble: problemText(error) });
    }
  }

  /** Stops after the request that is under way. */
  stop(): void {
    this.#stopAsked = true;
  }

  // A method, because the flag changes while the loop awaits.
  #isStopAsked(): boolean {
    return this.#stopAsked;
  }

  async #sendBatch(batch: QueuedFile[]): Promise<void> {
    try {
      await this.#sendTogether(batch, PAUSES);
    } catch (error) {
      if (isOutOfReach(error)) throw error;
      if (batch.length === 1) this.#giveUp(batch, error);
      else for (const single of batch) await this.#sendAlone(single);
    }
  }

  async #sendAlone(single: QueuedFile): Promise<void> {
    try {
      await this.#sendTogether([single], PAUSES_ALONE);
    } catch (error) {
      if (isOutOfReach(error)) throw error;
      this.#giveUp([single], error);
    }
  }

  async #sendTogether(batch: QueuedFile[], pauses: readonly number[]): Promise<void> {
    const before = this.#state.bytesSent;
    const size = batch.reduce((sum, { file }) => sum + file.size, 0);
    try {
      const items = await this.#persist(
        // The request is a little longer than its files; the count of bytes is of files.
        () => this.transport.send(batch, (sent) => this.#set({ bytesSent: before + Math.min(sent, size) })),
        pauses,
      );
      this.#set({
        settled: this.#state.settled + batch.length,
        imported: this.#state.imported + items.filter((item) => item.outcome === "imported").length,
        duplicates: this.#state.duplicates + items.filter((item) => item.outcome === "duplicate").length,
        bytesSent: before + size,
        notes: [...this.#state.notes, ...notesOf(batch, items)],
      });
    } catch (error) {
      this.#set({ bytesSent: before });
      throw error;
    }
  }

  #giveUp(batch: QueuedFile[], error: unknown): void {
    const outcome = isTransient(error) ? "failed" : "refused";
    const reason = problemText(error);
    const size = batch.reduce((sum, { file }) => sum + file.size, 0);
    this.#set({
      settled: this.#state.settled + batch.length,
      bytesSent: this.#state.bytesSent + size,
      notes: [...this.#state.notes, ...batch.map<FileNote>(({ path }) => ({ path, outcome, reason }))],
    });
  }

  /** Tries again what may succeed later, with growing pauses; a sign-in in between costs no try. */
  async #persist<T>(request: () => Promise<T>, pauses: readonly number[]): Promise<T> {
    for (let failures = 0; ; ) {
      try {
        const answer = await request();
        this.#set({ trouble: null });
        return answer;
      } catch (error) {
        if (isProblem(error) && error.status === 401) {
          this.#set({ trouble: strings().imports.waitingForSignIn });
          await this.transport.signedIn();
          continue;
        }
        const pause = pauses[failures];
        if (!isTransient(error) || pause === undefined || this.#stopAsked) throw error;
        failures += 1;
        const what = isProblem(error) ? error.title : problemText(error);
        this.#set({ trouble: strings().imports.tryingAgain(what, failures, pauses.length) });
        await this.transport.wait(Math.max(pause, isProblem(error) ? (error.retryAfter ?? 0) : 0));
      }
    }
  }

  #set(change: Partial<UploadState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

/** Faults of the way to the server, not of any one photo. */
function isOutOfReach(error: unknown): boolean {
  return isProblem(error) && [0, 401, 403, 404, 409, 429, 502, 503, 504].includes(error.status);
}

function notesOf(batch: QueuedFile[], items: ImportItem[]): FileNote[] {
  return items.flatMap((item, index) => {
    if (item.outcome === "imported") return [];
    // Answers keep the order of the request; the server may have shortened a name.
    return [{ path: batch[index]?.path ?? item.name, outcome: item.outcome, reason: reasonOf(item) }];
  });
}
