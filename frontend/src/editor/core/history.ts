/**
 * Undo and redo as new, inverse operations. Nothing is ever taken out of the log, so the history can be rebuilt from
 * the log alone: an operation whose `undoes` names the newest thing done is an undo, one that names the newest thing
 * undone is a redo.
 */
import { asUndoOf, type Change, type Operation } from "./operations";

export interface HistoryEntry {
  readonly operation: Operation;
  /** What puts back the state before the operation. */
  readonly inverse: Change;
}

/** What can be undone and done again, as it is kept. */
export interface KeptHistory {
  /** Oldest first. */
  readonly done: readonly HistoryEntry[];
  /** What was undone; the one that is done again first comes last. */
  readonly undone: readonly HistoryEntry[];
}

export const NO_HISTORY: KeptHistory = { done: [], undone: [] };

export class History {
  private constructor(
    private readonly done: HistoryEntry[],
    private readonly undone: HistoryEntry[],
  ) {}

  static from({ done, undone }: KeptHistory = NO_HISTORY): History {
    return new History([...done], [...undone]);
  }

  get canUndo(): boolean {
    return this.done.length > 0;
  }

  get canRedo(): boolean {
    return this.undone.length > 0;
  }

  record(entry: HistoryEntry): void {
    const undoes = entry.operation.payload.undoes;
    if (undoes !== undefined && undoes === this.done.at(-1)?.operation.op_id) {
      this.done.pop();
      this.undone.push(entry);
    } else if (undoes !== undefined && undoes === this.undone.at(-1)?.operation.op_id) {
      this.undone.pop();
      this.done.push(entry);
    } else {
      this.done.push(entry);
      this.undone.length = 0;
    }
  }

  /** The change that undoes the newest thing done, or null. */
  undoChange(): Change | null {
    return undoing(this.done.at(-1));
  }

  /** The change that does the newest undone thing again, or null. */
  redoChange(): Change | null {
    return undoing(this.undone.at(-1));
  }

  kept(): KeptHistory {
    return { done: [...this.done], undone: [...this.undone] };
  }
}

function undoing(entry: HistoryEntry | undefined): Change | null {
  return entry === undefined ? null : asUndoOf(entry.inverse, entry.operation.op_id);
}
