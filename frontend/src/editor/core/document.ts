/**
 * One task's annotation while it is being edited: the revision that it stands on, the operations since then, the
 * history, and the place of every point. A drag previews points in `live` and becomes one operation when it ends.
 */
import { History, type HistoryEntry } from "./history";
import {
  applyChange,
  type AnnotationState,
  type Change,
  copyState,
  createOperation,
  invertChange,
  type Operation,
} from "./operations";
import { correctedIndices, pointAt, type Points, type Visibilities, type Visibility } from "./points";

export interface Baseline extends AnnotationState {
  readonly revision: number;
}

export interface DocumentOptions {
  /** Where the proposal put the points; corrections are counted against it. */
  readonly initial: Points;
  readonly base: Baseline;
  /** Since `base`, oldest first. */
  readonly operations?: readonly Operation[];
  /** What can be undone from before `base`, oldest first. */
  readonly past?: readonly HistoryEntry[];
  readonly now?: () => Date;
}

/** "live": points are being dragged. "operations": the log grew. "base": the annotation stands on another revision. */
export type DocumentEvent = "live" | "operations" | "base";

export class AnnotationDocument {
  readonly initial: Points;
  /** The points as they are to be drawn: those of the log, and of a drag that has not ended. */
  readonly live: Points;
  private baseline: Baseline;
  private state: AnnotationState;
  private log: Operation[] = [];
  private pastAtBase: readonly HistoryEntry[];
  private history: History;
  private readonly previewed = new Set<number>();
  private readonly listeners = new Set<(event: DocumentEvent) => void>();
  private readonly now: () => Date;

  constructor({ initial, base, operations = [], past = [], now = () => new Date() }: DocumentOptions) {
    this.initial = initial;
    this.baseline = base;
    this.state = copyState(base);
    this.pastAtBase = past;
    this.history = History.from(past);
    this.now = now;
    for (const operation of operations) this.append(operation);
    this.live = this.state.points.slice();
  }

  get base(): Baseline {
    return this.baseline;
  }

  /** Since `base`, oldest first. */
  get operations(): readonly Operation[] {
    return this.log;
  }

  /** Without a drag that has not ended. */
  get points(): Points {
    return this.state.points;
  }

  get visibility(): Visibilities {
    return this.state.visibility;
  }

  /** What can be undone from before `base`; together with the log it rebuilds the history. */
  get past(): readonly HistoryEntry[] {
    return this.pastAtBase;
  }

  get canUndo(): boolean {
    return this.history.canUndo || this.previewed.size > 0;
  }

  get canRedo(): boolean {
    return this.history.canRedo;
  }

  get previewing(): boolean {
    return this.previewed.size > 0;
  }

  corrected(): number[] {
    return correctedIndices(this.initial, this.state.points);
  }

  subscribe(listener: (event: DocumentEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Shows point `index` at (x, y) image pixels without making an operation of it yet. */
  preview(index: number, x: number, y: number): void {
    // Adding 0 turns -0 into 0: JSON has no -0, and a log reads back as it was written.
    this.live[2 * index] = x + 0;
    this.live[2 * index + 1] = y + 0;
    this.previewed.add(index);
    this.emit("live");
  }

  /** Puts the previewed points back where the log has them. */
  cancelPreview(): void {
    if (this.previewed.size === 0) return;
    this.previewed.clear();
    this.live.set(this.state.points);
    this.emit("live");
  }

  /** Makes one operation of everything previewed; none if every point is back where it was. */
  commitPreview(): Operation | null {
    const points: Record<string, [number, number]> = {};
    for (const index of this.previewed) {
      const [x, y] = pointAt(this.live, index);
      const [x0, y0] = pointAt(this.state.points, index);
      if (x !== x0 || y !== y0) points[index] = [x, y];
    }
    this.previewed.clear();
    return Object.keys(points).length > 0 ? this.change({ kind: "move_points", payload: { points } }) : null;
  }

  setVisibility(indices: readonly number[], value: Visibility): Operation | null {
    const changed = indices.filter((index) => this.state.visibility[index] !== value);
    if (changed.length === 0) return null;
    return this.change({
      kind: "set_visibility",
      payload: { visibility: Object.fromEntries(changed.map((index) => [index, value])) },
    });
  }

  undo(): Operation | null {
    this.commitPreview();
    const change = this.history.undoChange();
    return change && this.change(change);
  }

  redo(): Operation | null {
    this.commitPreview();
    const change = this.history.redoChange();
    return change && this.change(change);
  }

  change(change: Change): Operation {
    const operation = createOperation(change, this.baseline.revision, this.now());
    this.append(operation);
    this.settleLive();
    this.emit("operations");
    return operation;
  }

  /**
   * The server made revision `revision` of the first `count` operations: stand on it, and keep what came after as
   * operations on it. The history goes on across the save.
   */
  advanceBase(revision: number, count: number): void {
    const saved = this.log.slice(0, count);
    const rest = this.log.slice(count).map((operation) => ({ ...operation, base_revision: revision }));
    const history = History.from(this.pastAtBase);
    const state = copyState(this.baseline);
    for (const operation of saved) recordAndApply(history, state, operation);
    this.baseline = { revision, ...state };
    this.pastAtBase = [...history.entries()];
    this.log = rest;
    this.emit("base");
  }

  private append(operation: Operation): void {
    recordAndApply(this.history, this.state, operation);
    this.log.push(operation);
  }

  /** Live points follow the log, except those that are in someone's hand. */
  private settleLive(): void {
    for (let index = 0; index < this.live.length / 2; index += 1) {
      if (this.previewed.has(index)) continue;
      this.live[2 * index] = this.state.points[2 * index] as number;
      this.live[2 * index + 1] = this.state.points[2 * index + 1] as number;
    }
  }

  private emit(event: DocumentEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}

function recordAndApply(history: History, state: AnnotationState, operation: Operation): void {
  history.record({ operation, inverse: invertChange(state, operation) });
  applyChange(state, operation);
}
