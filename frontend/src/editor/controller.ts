/**
 * What the editor is doing: which point is selected, how the photo is shown, what may be changed. React, the canvas and
 * the actions all speak to this; a drag goes to the document and the canvas only, and React hears of it when it ends.
 */
import { POINTS } from "../schema/schema.generated";
import { Attention } from "./attention";
import type { MergeScene } from "./canvas/drawMerge";
import { Comparison } from "./comparison";
import type { AnnotationDocument } from "./core/document";
import { FACE_PARTS } from "./core/faceParts";
import { type Operation, placesOf } from "./core/operations";
import { movedTogether, pointAt, type Points, type Visibility } from "./core/points";
import type { ShapeModel } from "./core/shape";
import type { Size } from "./core/viewport";
import { PaintEditing } from "./paintEditing";
import { FacePlacing } from "./facePlacing";
import { PartEditing } from "./partEditing";
import type { StageHandle } from "./stageHandle";
import { loadViewSettings, steppedTone, storeViewSettings, type Tone, type ViewSettings } from "./viewSettings";

export type EditorMode = "edit" | "view" | "review";

/** Where a comment is pinned. */
export interface Pin {
  readonly id: number;
  readonly number: number;
  readonly pointIndex: number | null;
  /** Image pixels; used when there is no point. */
  readonly x: number | null;
  readonly y: number | null;
  readonly resolved: boolean;
}

/** "painting" is the label map where somebody paints, and no more of it. */
export type RedrawLayer = "photo" | "labelMap" | "painting" | "points";

/** A pause of this many milliseconds ends a run of arrow keys; the run is one operation. */
const NUDGE_PAUSE = 350;

export class EditorController {
  readonly mode: EditorMode;
  readonly paint = new PaintEditing(this);
  readonly parts = new PartEditing(this);
  readonly placing = new FacePlacing(this);
  readonly attention = new Attention(this);
  readonly comparison = new Comparison(this);
  stage: StageHandle | null = null;
  /** Called by whatever changes something that the canvas shows. */
  redraw: (layers: readonly RedrawLayer[]) => void = () => undefined;
  #document: AnnotationDocument;
  #unsubscribe: () => void;
  #view: ViewSettings;
  #selected: number | null = null;
  #hovered: number | null = null;
  #editable = true;
  #photoShown = false;
  #photoOnly = false;
  #panning = false;
  #before = false;
  #pins: readonly Pin[] = [];
  #place: readonly [number, number] | null = null;
  #shape: ShapeModel | null = null;
  #merge: MergeScene | null = null;
  #nudgeTimer: ReturnType<typeof setTimeout> | null = null;
  #version = 0;
  readonly #listeners = new Set<() => void>();

  constructor(
    document: AnnotationDocument,
    readonly photo: Size,
    mode: EditorMode,
  ) {
    this.mode = mode;
    this.#document = document;
    this.paint.showDocument();
    this.#unsubscribe = this.#follow(document);
    this.#view = loadViewSettings({ labelMap: mode === "review" }, mode);
    this.#editable = mode === "edit";
  }

  /** For useSyncExternalStore: a number that grows with every change that React may show. */
  readonly version = (): number => this.#version;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  get document(): AnnotationDocument {
    return this.#document;
  }

  /** The annotation was merged or taken again: show that one from now on. */
  showDocument(document: AnnotationDocument): void {
    if (document === this.#document) return;
    this.placing.cancel();
    this.#unsubscribe();
    this.#document = document;
    this.paint.showDocument();
    this.#unsubscribe = this.#follow(document);
    this.changed(["points"]);
  }

  get view(): ViewSettings {
    return this.#view;
  }

  setView(change: Partial<ViewSettings>): void {
    this.#view = { ...this.#view, ...change };
    storeViewSettings(this.#view, this.mode);
    this.changed(["photo", "labelMap", "points"]);
  }

  /** By tenths. */
  stepTone(which: Tone, steps: number): void {
    this.setView(steppedTone(this.#view, which, steps));
  }

  toggleCategory(id: number): void {
    const hidden = this.#view.hiddenCategories;
    this.setView({ hiddenCategories: hidden.includes(id) ? hidden.filter((each) => each !== id) : [...hidden, id] });
  }

  get selected(): number | null {
    return this.#selected;
  }

  select(index: number | null, reveal = false): void {
    // Whoever turns to a point has done with the brush.
    if (index !== null && this.paint.tool !== null) this.paint.choose(null);
    if (index !== this.#selected || this.parts.selected !== null) {
      this.settle();
      if (this.parts.selected !== null) this.parts.letGo();
      this.#selected = index;
      if (index !== null) this.#place = null;
      this.changed(["points"]);
    }
    // Whoever steps with the keyboard means the selected point, not the one that the mouse was left on.
    if (reveal) this.hover(null);
    if (index !== null && reveal) this.stage?.reveal(...pointAt(this.#document.live, index));
  }

  /** Goes `step` points on from the selected one, round the end. */
  selectNext(step: 1 | -1): void {
    const count = POINTS.length;
    const [first] = this.parts.indices;
    const from = this.#selected ?? (first === undefined ? (step === 1 ? -1 : count) : first - step);
    this.select((from + step + count) % count, true);
  }

  get hovered(): number | null {
    return this.#hovered;
  }

  hover(index: number | null): void {
    if (index === this.#hovered) return;
    this.#hovered = index;
    this.redraw(["points"]);
  }

  setEditable(editable: boolean): void {
    if (editable === this.#editable) return;
    this.#editable = editable;
    if (!editable) {
      this.#document.cancelPreview();
      this.placing.cancel();
    }
    this.changed(["points"]);
  }

  /** Whether the photo is on the screen. */
  get photoShown(): boolean {
    return this.#photoShown;
  }

  setPhotoShown(photoShown: boolean): void {
    if (photoShown === this.#photoShown) return;
    this.#photoShown = photoShown;
    this.changed([]);
  }

  /** While true, only the photo shows. */
  get photoOnly(): boolean {
    return this.#photoOnly;
  }

  setPhotoOnly(photoOnly: boolean): void {
    if (photoOnly === this.#photoOnly) return;
    this.#photoOnly = photoOnly;
    this.changed(["labelMap", "points"]);
  }

  /** While true, dragging anywhere moves the photo. */
  get panning(): boolean {
    return this.#panning;
  }

  setPanning(panning: boolean): void {
    this.#panning = panning;
    this.changed([]);
  }

  /** Whether the points are shown where the proposal put them. */
  get before(): boolean {
    return this.#before;
  }

  setBefore(before: boolean): void {
    this.settle();
    this.#before = before;
    this.changed(["points"]);
  }

  get pins(): readonly Pin[] {
    return this.#pins;
  }

  showPins(pins: readonly Pin[]): void {
    if (pins === this.#pins || (pins.length === 0 && this.#pins.length === 0)) return;
    this.#pins = pins;
    this.changed(["points"]);
  }

  /** The place, in image pixels, that the next comment is about when no point is selected. */
  get place(): readonly [number, number] | null {
    return this.#place;
  }

  markPlace(place: readonly [number, number] | null): void {
    this.#place = place;
    this.changed(["points"]);
  }

  /** The model by which points follow the moved ones, or null while there is none. */
  get shape(): ShapeModel | null {
    return this.#shape;
  }

  setShape(shape: ShapeModel | null): void {
    if (shape === this.#shape) return;
    this.#shape = shape;
    this.changed(["points"]);
  }

  /** The two versions between which the person is choosing, or null. */
  get merge(): MergeScene | null {
    return this.#merge;
  }

  showMerge(merge: MergeScene | null): void {
    this.#merge = merge;
    this.changed(["points"]);
  }

  /** What keys act on: the selected part, or the selected point with what lies on it by definition. */
  get targets(): readonly number[] {
    if (this.parts.selected !== null) return FACE_PARTS[this.parts.selected].indices;
    return this.#selected === null ? [] : movedTogether(this.#document.live, this.#selected);
  }

  /** Fixes what is selected where it is; from a doubtful point it goes on to the next. */
  confirm(): void {
    if (!this.canEdit) return;
    this.settle();
    const doubtful = this.#selected !== null && this.attention.doubts.open.includes(this.#selected);
    this.#document.confirm(this.targets);
    if (doubtful) this.attention.selectNextDoubtful();
  }

  /**
   * Shows these points in the hand, and no others, at new places, in image pixels; those that are not in the hand follow,
   * unless `alone`.
   */
  preview(places: readonly (readonly [index: number, x: number, y: number])[], alone = false): void {
    this.#document.previewPlaces(places);
    this.#document.previewCarried(this.#view.carry && !alone ? this.#shape : null);
  }

  /** Whether points may be changed right now. */
  get canEdit(): boolean {
    return this.#editable && !this.#before;
  }

  /** Moves what is selected by image pixels. A run of nudges becomes one operation. */
  nudge(dx: number, dy: number): void {
    const { live } = this.#document;
    this.step(
      this.targets.map((index) => {
        const [x, y] = pointAt(live, index);
        return [index, x + dx, y + dy] as const;
      }),
    );
  }

  /** One key of a run that becomes one operation: shows what is selected at new places. */
  step(places: readonly (readonly [index: number, x: number, y: number])[]): void {
    if (places.length === 0 || !this.canEdit) return;
    this.preview(places);
    if (this.#selected !== null) this.stage?.reveal(...pointAt(this.#document.live, this.#selected));
    if (this.#nudgeTimer !== null) clearTimeout(this.#nudgeTimer);
    this.#nudgeTimer = setTimeout(() => this.settle(), NUDGE_PAUSE);
  }

  setVisibility(value: Visibility): void {
    if (!this.canEdit) return;
    this.settle();
    this.#document.setVisibility(this.targets, value);
  }

  undo(): void {
    this.settle();
    const before = this.#document.points.slice();
    this.#reveal(this.#document.undo(), before);
  }

  redo(): void {
    this.settle();
    const before = this.#document.points.slice();
    this.#reveal(this.#document.redo(), before);
  }

  /** Makes an operation of whatever is in the hand: a drag, or a run of arrow keys. */
  settle(): void {
    if (this.#nudgeTimer !== null) clearTimeout(this.#nudgeTimer);
    this.#nudgeTimer = null;
    this.stage?.endGesture();
    this.#document.commitPreview();
  }

  /** Shows what an undo or redo was about: of points that moved together, the one that went farthest. */
  #reveal(operation: Operation | null, before: Points): void {
    if (operation === null || operation.kind === "paint") return;
    const moved = operation.kind === "move_points";
    const touched = moved ? [...placesOf(operation.payload)].map(([key]) => key) : Object.keys(operation.payload.visibility);
    // A part that was changed as one stays selected as one.
    if (this.parts.selected !== null && touched.some((key) => this.parts.indices.includes(Number(key)))) return;
    const farthest = touched.map(Number).sort((a, b) => this.#way(before, b) - this.#way(before, a) || a - b)[0];
    if (farthest !== undefined) this.select(farthest, true);
  }

  #way(before: Points, index: number): number {
    const [x0, y0] = pointAt(before, index);
    const [x, y] = pointAt(this.#document.points, index);
    return Math.hypot(x - x0, y - y0);
  }

  #follow(document: AnnotationDocument): () => void {
    let previewing = document.previewing;
    return document.subscribe((event) => {
      if (this.paint.followDocument()) this.redraw(["painting"]);
      // React sleeps while a hand moves, but must hear of a drag that was taken back: it may have been woken in the midst.
      const ended = previewing && !document.previewing;
      previewing = document.previewing;
      if (event === "live" && !ended) this.redraw(["points"]);
      else this.changed(["points"]);
    });
  }

  /** To be called after every change of what React or, on these layers, the canvas shows. */
  changed(layers: readonly RedrawLayer[]): void {
    this.#version += 1;
    this.attention.forget();
    this.comparison.forget();
    if (layers.length > 0) this.redraw(layers);
    for (const listener of this.#listeners) listener();
  }
}
