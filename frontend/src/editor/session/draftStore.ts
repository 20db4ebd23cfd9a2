/** Unsent operations in the browser's own database: they outlive the tab, the network and the session. */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { HistoryEntry, KeptHistory } from "../core/history";
import type { Operation } from "../core/operations";

export interface KeptDraft {
  /** Two people may share a browser; neither sees the other's draft. */
  readonly userId: number;
  readonly taskId: number;
  readonly baseRevision: number;
  /** Since the base revision, oldest first. */
  readonly operations: readonly Operation[];
  /** What was in the hand, a drag that had not ended; it comes after the operations. */
  readonly inHand: Operation | null;
  /** What can be undone, and done again, from before the base revision. */
  readonly past: KeptHistory;
  /** Milliseconds since 1970. */
  readonly updatedAt: number;
}

export interface DraftStore {
  /** The task's drafts on all revisions, the newest first. */
  read(userId: number, taskId: number): Promise<KeptDraft[]>;
  write(draft: KeptDraft): Promise<void>;
  /** Removes the task's drafts, except the one on revision `except`. */
  remove(userId: number, taskId: number, except?: number): Promise<void>;
  /** All that is kept of this person's work, on whatever task. */
  readAll(userId: number): Promise<KeptDraft[]>;
}

interface Schema extends DBSchema {
  drafts: { key: [number, number, number]; value: KeptDraft };
}

/** Opened at the first use; a database that cannot be opened is tried again at the next one. */
export class BrowserDraftStore implements DraftStore {
  #database: Promise<IDBPDatabase<Schema>> | null = null;

  constructor(private readonly name = "facet-drafts") {}

  /** Opens the database before anything is asked of it; whoever asks is told where it does not open. */
  open(): void {
    this.#open().catch(() => undefined);
  }

  async read(userId: number, taskId: number): Promise<KeptDraft[]> {
    const database = await this.#open();
    const drafts = (await database.getAll("drafts", ofTask(userId, taskId))).map(asOfNow);
    return drafts.sort((a, b) => b.updatedAt - a.updatedAt);
  }

  async readAll(userId: number): Promise<KeptDraft[]> {
    const database = await this.#open();
    return (await database.getAll("drafts", IDBKeyRange.bound([userId, 0, 0], [userId, LAST, LAST]))).map(asOfNow);
  }

  async write(draft: KeptDraft): Promise<void> {
    const database = await this.#open();
    const transaction = database.transaction("drafts", "readwrite", { durability: "strict" });
    await Promise.all([
      transaction.store.put(draft, [draft.userId, draft.taskId, draft.baseRevision]),
      transaction.done,
    ]);
  }

  async remove(userId: number, taskId: number, except?: number): Promise<void> {
    const database = await this.#open();
    const transaction = database.transaction("drafts", "readwrite");
    for (const key of await transaction.store.getAllKeys(ofTask(userId, taskId))) {
      if (key[2] !== except) await transaction.store.delete(key);
    }
    await transaction.done;
  }

  #open(): Promise<IDBPDatabase<Schema>> {
    this.#database ??= openDB<Schema>(this.name, 1, {
      upgrade: (database) => {
        database.createObjectStore("drafts");
      },
      terminated: () => (this.#database = null),
    }).catch((error: unknown) => {
      this.#database = null;
      throw error;
    });
    return this.#database;
  }
}

const LAST = Number.MAX_SAFE_INTEGER;

function ofTask(userId: number, taskId: number): IDBKeyRange {
  return IDBKeyRange.bound([userId, taskId, 0], [userId, taskId, LAST]);
}

/** A browser may hold drafts of a version that kept only what can be undone. */
function asOfNow(draft: KeptDraft): KeptDraft {
  return Array.isArray(draft.past) ? { ...draft, past: { done: draft.past as HistoryEntry[], undone: [] } } : draft;
}

/** Asks the browser once not to throw drafts away when its disk runs short. */
export function askForDurableStorage(): void {
  if ("storage" in navigator && "persist" in navigator.storage) void navigator.storage.persist().catch(() => undefined);
}
