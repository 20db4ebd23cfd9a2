/**
 * One task's annotation while it is being edited: the revision that it stands on, the operations since then, the
 * history, and the place of every point. A drag previews points in `live` and becomes one operation when it ends.
 */
import { History, type KeptHistory, NO_HISTORY } from "./history";
import {
  applyChange,
  type AnnotationState,
  type Change,
  copyState,
  createOperation,
  invertChange,
  type Operation,
  placedPoints,
} from "./operations";
import { differenceOf, type PaintedLayer, type Span } from "./paintedLayer";
import {
  CONFIRMED,
  correctedIndices,
  MOVED,
  type Origin,
  type Origins,
  pairsTogether,
  pointAt,
  type Points,
  PROPOSED,
  type Visibilities,
  type Visibility,
} from "./points";
import { MAX_RUN_NUMBERS, type RunWriter } from "./runs";
import type { ShapeModel } from "./shape";

/** Points that the shape model would lead no farther than this stay where they are, in image pixels: nobody sees it. */
const LEAST_CARRY = 0.05;

export interface Baseline extends AnnotationState {
  readonly revision: number;
}

export interface DocumentOptions {
  /** Where the proposal put the points; corrections are counted against it. */
  readonly initial: Points;
  readonly base: Baseline;
  /** Since `base`, oldest first. */
  readonly operations?: readonly Operation[];
  /** What can be undone, and done again, from before `base`. */
  readonly past?: KeptHistory;
  readonly now?: () => Date;
}

/**
 * "live": points are being dragged, or pixels painted. "operations": the log grew. "base": the annotation stands on another
 * revision. "refused": a stroke was put back, since the server would not take it.
 */
export type DocumentEvent = "live" | "operations" | "base" | "refused";

export class AnnotationDocument {
  readonly initial: Points;
  /** The points as they are to be drawn: those of the log, and of a drag that has not ended. */
  readonly live: Points;
  /** The painted pixels as they are to be shown: those of the log, and of a stroke that has not ended. */
  readonly livePainting: PaintedLayer;
  private baseline: Baseline;
  private state: AnnotationState;
  private log: Operation[] = [];
  private pastAtBase: KeptHistory;
  private history: History;
  private readonly previewed = new Set<number>();
  /** The tiles of a stroke that has not ended. */
  private readonly stroke = new Set<number>();
  private readonly listeners = new Set<(event: DocumentEvent) => void>();
  private readonly now: () => Date;

  constructor({ initial, base, operations = [], past = NO_HISTORY, now = () => new Date() }: DocumentOptions) {
    this.initial = initial;
    this.baseline = base;
    this.state = copyState(base);
    this.pastAtBase = past;
    this.history = History.from(past);
    this.now = now;
    for (const operation of operations) this.append(operation);
    this.live = this.state.points.slice();
    this.livePainting = this.state.painting.copy();
    this.state.painting.takeChanged();
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

  /** What can be undone, and done again, from before `base`; together with the log it rebuilds the history. */
  get past(): KeptHistory {
    return this.pastAtBase;
  }

  get canUndo(): boolean {
    return this.history.canUndo || this.previewing;
  }

  get canRedo(): boolean {
    return this.history.canRedo;
  }

  /** Whether a drag or a stroke has not ended. */
  get previewing(): boolean {
    return this.previewed.size > 0 || this.stroke.size > 0;
  }

  get dragging(): boolean {
    return this.previewed.size > 0;
  }

  /** Without a drag that has not ended. */
  get current(): AnnotationState {
    return this.state;
  }

  get origins(): Origins {
    return this.state.origins;
  }

  /** Why the point lies where it is drawn; one in the hand is being moved. */
  originOf(index: number): Origin {
    return this.previewed.has(index) ? MOVED : (this.state.origins[index] as Origin);
  }

  /** Whether a person has moved or confirmed the point: it stays put when others are moved. */
  isFixed(index: number): boolean {
    return this.originOf(index) !== PROPOSED;
  }

  corrected(): number[] {
    return correctedIndices(this.initial, this.state.points, this.state.origins);
  }

  subscribe(listener: (event: DocumentEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Shows these points at new places, image pixels, without making an operation of it yet, and puts back others that
   * were previewed before.
   */
  previewPlaces(places: readonly (readonly [index: number, x: number, y: number])[]): void {
    const kept = new Set(places.map(([index]) => index));
    for (const index of this.previewed) {
      if (kept.has(index)) continue;
      this.previewed.delete(index);
      copyPoint(this.live, index, index, this.state.points);
    }
    for (const [index, x, y] of places) {
      // Adding 0 turns -0 into 0: JSON has no -0, and a log reads back as it was written.
      this.live.set([x + 0, y + 0], 2 * index);
      this.previewed.add(index);
    }
    this.emit("live");
  }

  /**
   * Shows the points that nobody has fixed where `model` expects them, now that the previewed ones lie where they do;
   * without a model, where they lay before. What is on the screen is where that starts from: by the model, places that
   * follow from fixed points say nothing new, so this is the same as starting from the proposal, and it also holds when
   * the whole face was placed anew. All of it becomes one operation with the move.
   */
  previewCarried(model: ShapeModel | null): void {
    if (this.previewed.size === 0) return;
    const indices = [...this.state.origins.keys()];
    const fixed = indices.filter((index) => this.isFixed(index));
    const places = model?.carry(this.state.points, fixed, this.live) ?? this.state.points;
    if (model !== null) {
      // An eye's centre and its pupil are one place by definition; rounding must not take them apart.
      for (const [a, b] of pairsTogether(this.state.points)) copyPoint(places, b, a, places);
    }
    for (const index of indices) if (!this.isFixed(index)) copyPoint(this.live, index, index, places);
    this.emit("live");
  }

  /** Shows pixels as `value`, a category or UNPAINTED, without making an operation of it yet. */
  previewPaint(spans: Iterable<Span>, value: number): void {
    for (const span of spans) this.livePainting.set(span, value);
    for (const tile of this.livePainting.changed) this.stroke.add(tile);
    this.emit("live");
  }

  /** Puts what is previewed back as the log has it. */
  cancelPreview(): void {
    if (!this.previewing) return;
    this.previewed.clear();
    this.livePainting.match(this.state.painting, this.stroke);
    this.stroke.clear();
    this.live.set(this.state.points);
    this.emit("live");
  }

  /**
   * Makes one operation of everything previewed, with the points that were carried along; none if every point is back
   * where it was, or if a stroke is in more pieces than the server takes: then listeners are told "refused".
   */
  commitPreview(): Operation | null {
    const change = this.previewedChange();
    if (change === null) {
      const refused = this.stroke.size > 0 && this.strokeDifference().pixels() !== null;
      this.cancelPreview();
      if (refused) this.emit("refused");
      return null;
    }
    this.previewed.clear();
    this.stroke.clear();
    return this.change(change);
  }

  /** What `commitPreview` would make an operation of now; a browser that dies in mid-drag has it, if it is kept. */
  inHand(): Operation | null {
    const change = this.previewedChange();
    return change && createOperation(change, this.baseline.revision, this.now());
  }

  private previewedChange(): Change | null {
    if (this.stroke.size > 0) return this.strokeChange();
    const moved = [...this.previewed].filter((index) => this.distanceMoved(index) > 0);
    const free = [...this.origins.keys()].filter((index) => !this.isFixed(index));
    if (moved.length === 0) return null;
    const carried = free.filter((index) => this.distanceMoved(index) > LEAST_CARRY);
    const payload = placedPoints([
      ...moved.map((index) => [String(index), pointAt(this.live, index), MOVED] as const),
      ...carried.map((index) => [String(index), rounded(pointAt(this.live, index)), PROPOSED] as const),
    ]);
    return { kind: "move_points", payload };
  }

  /** The pixels that the stroke changed; null when there are none, or more than the server takes. */
  private strokeChange(): Change | null {
    const difference = this.strokeDifference();
    const pixels = difference.pixels();
    if (pixels === null || difference.numbers > MAX_RUN_NUMBERS) return null;
    return { kind: "paint", payload: pixels };
  }

  private strokeDifference(): RunWriter {
    return differenceOf(this.state.painting, this.livePainting, this.stroke);
  }

  /** Declares points right where they are; null when they all are fixed already. */
  confirm(indices: readonly number[]): Operation | null {
    this.commitPreview();
    const free = indices.filter((index) => !this.isFixed(index));
    if (free.length === 0) return null;
    const places = free.map((index) => [String(index), pointAt(this.state.points, index), CONFIRMED] as const);
    return this.change({ kind: "move_points", payload: placedPoints(places) });
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
    this.pastAtBase = history.kept();
    this.log = rest;
    this.emit("base");
  }

  private append(operation: Operation): void {
    recordAndApply(this.history, this.state, operation);
    this.log.push(operation);
  }

  /** What is shown follows the log, except the points that are in someone's hand. */
  private settleLive(): void {
    this.livePainting.match(this.state.painting, this.state.painting.takeChanged());
    for (let index = 0; index < this.live.length / 2; index += 1) {
      if (!this.previewed.has(index)) copyPoint(this.live, index, index, this.state.points);
    }
  }

  private distanceMoved(index: number): number {
    const [x, y] = pointAt(this.live, index);
    const [x0, y0] = pointAt(this.state.points, index);
    return Math.hypot(x - x0, y - y0);
  }

  private emit(event: DocumentEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}

function copyPoint(to: Points, toIndex: number, fromIndex: number, from: Points): void {
  to[2 * toIndex] = from[2 * fromIndex] as number;
  to[2 * toIndex + 1] = from[2 * fromIndex + 1] as number;
}

/** A thousandth of a pixel is what the server keeps, and a third of the bytes of full precision. */
export function rounded([x, y]: readonly [number, number]): [number, number] {
  return [Math.round(1000 * x) / 1000 + 0, Math.round(1000 * y) / 1000 + 0];
}

function recordAndApply(history: History, state: AnnotationState, operation: Operation): void {
  history.record({ operation, inverse: invertChange(state, operation) });
  applyChange(state, operation);
}
