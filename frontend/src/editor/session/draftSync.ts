/**
 * Keeps unsent operations twice: in the browser at once, on the server within seconds. What it says about either is
 * only what that side has confirmed.
 */
import { ApiProblem, isTransient } from "../../api/problem";
import type { AnnotationDocument } from "../core/document";

/** Milliseconds. */
export const DRAFT_DELAYS = {
  /** The browser keeps what is in the hand, a drag under way, at the latest this long after it moved. */
  hand: 400,
  /** The server hears of a change when there was none for this long … */
  quiet: 2000,
  /** … or, while the browser keeps nothing, this long … */
  quietAlone: 300,
  /** … or at the latest this long after the first change that it does not have. */
  atMost: 4500,
  /** First pause after a failure; each further one doubles it, up to the last. */
  retryFirst: 2000,
  retryLast: 30_000,
} as const;

export type Kept =
  | { readonly where: "server"; readonly at: Date }
  | { readonly where: "browser"; readonly offline: boolean }
  | { readonly where: "page"; readonly browserFailed: boolean };

export interface DraftSyncPorts {
  readonly document: AnnotationDocument;
  keepInBrowser(document: AnnotationDocument): Promise<void>;
  /** Resolves with the server's time of saving. */
  sendToServer(document: AnnotationDocument, keepalive: boolean): Promise<Date>;
  /** `kept` or `offline` changed. */
  onState(): void;
  /** The server answered with something that trying again does not cure. */
  onRefused(problem: unknown): void;
}

export class DraftSync {
  readonly document: AnnotationDocument;
  /** The newest operation that the browser's database has confirmed, and the server. */
  #inBrowser: string | null = null;
  #onServer: { opId: string; at: Date } | null = null;
  #browserWriting = false;
  /** Grows with every change that the browser is to keep. */
  #changes = 0;
  #handTimer: ReturnType<typeof setTimeout> | null = null;
  #browserFailed = false;
  #serverWriting: Promise<void> | null = null;
  #failures = 0;
  #offline = false;
  #oldestUnsent: number | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #paused = false;
  #disposed = false;
  readonly #unsubscribe: () => void;

  constructor(private readonly ports: DraftSyncPorts) {
    this.document = ports.document;
    this.#unsubscribe = ports.document.subscribe((event) => {
      if (event === "live") {
        this.#handTimer ??= setTimeout(() => {
          this.#handTimer = null;
          void this.#writeBrowser();
        }, DRAFT_DELAYS.hand);
        return;
      }
      void this.#writeBrowser();
      this.#schedule();
      ports.onState();
    });
  }

  /** The server is not answering. */
  get offline(): boolean {
    return this.#offline;
  }

  /** The browser's database refused the last change: its disk is full, or it keeps nothing for this site. */
  get browserFailed(): boolean {
    return this.#browserFailed;
  }

  /** Where the newest operation is known to be. Only meaningful while the document has operations. */
  get kept(): Kept {
    const newest = this.#newest();
    if (newest !== null && this.#onServer?.opId === newest) return { where: "server", at: this.#onServer.at };
    if (newest !== null && this.#inBrowser === newest) return { where: "browser", offline: this.offline };
    return { where: "page", browserFailed: this.#browserFailed };
  }

  /** The server is known to hold the operations up to `opId`, since `at`. */
  confirmServer(opId: string, at: Date): void {
    this.#onServer = { opId, at };
  }

  /** Starts keeping operations that the document already has. */
  start(): void {
    if (this.document.operations.length === 0) return;
    void this.#writeBrowser();
    this.#schedule();
  }

  /** Sends at once what the server does not have. Never throws; the outcome shows in the state. */
  async flush(keepalive = false): Promise<void> {
    this.#clearTimer();
    while (this.#serverWriting !== null) await this.#serverWriting;
    await this.#writeServer(keepalive);
  }

  /** Waits for a request on its way and starts no other until `resume`. */
  async pause(): Promise<void> {
    this.#paused = true;
    this.#clearTimer();
    if (this.#serverWriting !== null) await this.#serverWriting;
  }

  resume(): void {
    this.#paused = false;
    this.#schedule();
  }

  /** The network is back: do not wait for the next try. */
  retryNow(): void {
    if (this.offline) void this.flush();
  }

  /** Nothing is written after this. */
  dispose(): void {
    this.#disposed = true;
    this.#clearTimer();
    if (this.#handTimer !== null) clearTimeout(this.#handTimer);
    this.#unsubscribe();
  }

  #newest(): string | null {
    return this.document.operations.at(-1)?.op_id ?? null;
  }

  async #writeBrowser(): Promise<void> {
    this.#changes += 1;
    if (this.#browserWriting) return;
    this.#browserWriting = true;
    try {
      for (let written = 0; written !== this.#changes; ) {
        written = this.#changes;
        const newest = this.#newest();
        await this.ports.keepInBrowser(this.document);
        this.#inBrowser = newest;
        this.#browserFailed = false;
      }
    } catch {
      this.#browserFailed = true;
      this.#schedule();
    } finally {
      this.#browserWriting = false;
      this.ports.onState();
    }
  }

  #schedule(): void {
    const newest = this.#newest();
    if (this.#disposed || this.#paused || newest === null || newest === this.#onServer?.opId) return;
    const now = Date.now();
    this.#oldestUnsent ??= now;
    const failing = this.#failures > 0;
    const wait = failing
      ? Math.min(DRAFT_DELAYS.retryFirst * 2 ** (this.#failures - 1), DRAFT_DELAYS.retryLast)
      : Math.min(this.#browserFailed ? DRAFT_DELAYS.quietAlone : DRAFT_DELAYS.quiet, Math.max(0, this.#oldestUnsent + DRAFT_DELAYS.atMost - now));
    if (failing && this.#timer !== null) return;
    this.#clearTimer();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.flush();
    }, wait);
  }

  async #writeServer(keepalive: boolean): Promise<void> {
    const newest = this.#newest();
    if (this.#disposed || this.#paused || newest === null || newest === this.#onServer?.opId) return;
    const write = this.#send(newest, keepalive);
    this.#serverWriting = write;
    await write;
  }

  async #send(newest: string, keepalive: boolean): Promise<void> {
    this.#oldestUnsent = null;
    try {
      const at = await this.ports.sendToServer(this.document, keepalive);
      this.#onServer = { opId: newest, at };
      this.#failures = 0;
      this.#offline = false;
    } catch (error) {
      this.#failures += 1;
      this.#offline = isTransient(error) || !(error instanceof ApiProblem);
      if (!this.#offline) this.ports.onRefused(error);
    } finally {
      this.#serverWriting = null;
      this.#schedule();
      this.ports.onState();
    }
  }

  #clearTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
