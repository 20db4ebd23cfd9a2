import { problemText } from "../../api/problem";
import type { Import } from "../../api/types";

export interface ArchiveTransport {
  open: () => Promise<Import>;
  send: (importId: number, onBytes: (sent: number) => void) => Promise<Import>;
}

export interface ArchiveState {
  phase: "idle" | "uploading" | "sent" | "failed";
  bytes: number;
  bytesSent: number;
  importId: number | null;
  trouble: string | null;
}

/** One zip on its way to the server, which unpacks it in a job of its own. */
export class ArchiveUpload {
  #state: ArchiveState;
  #listeners = new Set<() => void>();

  constructor(
    readonly name: string,
    bytes: number,
    private readonly transport: ArchiveTransport,
  ) {
    this.#state = { phase: "idle", bytes, bytesSent: 0, importId: null, trouble: null };
  }

  readonly snapshot = (): ArchiveState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Uploads the archive; after a failure it may be called again. Never rejects. */
  async run(): Promise<void> {
    if (this.#state.phase === "uploading" || this.#state.phase === "sent") return;
    this.#set({ phase: "uploading", bytesSent: 0, trouble: null });
    try {
      const importId = this.#state.importId ?? (await this.transport.open()).id;
      this.#set({ importId });
      await this.transport.send(importId, (sent) => this.#set({ bytesSent: Math.min(sent, this.#state.bytes) }));
      this.#set({ phase: "sent", bytesSent: this.#state.bytes });
    } catch (error) {
      this.#set({ phase: "failed", trouble: problemText(error) });
    }
  }

  #set(change: Partial<ArchiveState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
