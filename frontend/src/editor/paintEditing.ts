/** Painting the label map by hand: which tool is in the hand, with which category, and what it does to the pixels. */
import type { EditorController } from "./controller";
import type { Place } from "./core/affine";
import { polygonSpans, strokeSpans } from "./core/brush";
import { edgeSpans, type PhotoPixels } from "./core/edgeBrush";
import { floodFill } from "./core/floodFill";
import { type CategoryIds, LabelMap } from "./core/labelMap";
import { UNPAINTED } from "./core/runs";

export const PAINT_TOOLS = ["brush", "edge-brush", "eraser", "polygon", "fill"] as const;
export type PaintTool = (typeof PAINT_TOOLS)[number];

/** Of the brush, in image pixels. */
export const RADIUS = { min: 0.5, max: 200, step: 1.25 } as const;

const SKIN = 1;

export class PaintEditing {
  #tool: PaintTool | null = null;
  #category = SKIN;
  #radius = 8;
  #cursor: Place | null = null;
  #corners: readonly Place[] = [];
  #stroke: Place | null = null;
  #map: LabelMap | null = null;
  readonly #stale = new Set<number>();
  /** Reads the photo's pixels in a rectangle; set by whoever holds the photo. */
  readPhoto: ((left: number, top: number, right: number, bottom: number) => PhotoPixels | null) | null = null;

  constructor(private readonly controller: EditorController) {}

  /** Null while points are in the hand. */
  get tool(): PaintTool | null {
    return this.controller.canEdit ? this.#tool : null;
  }

  /** Puts a tool into the hand, or back to the points with null. */
  choose(tool: PaintTool | null): void {
    this.dropPolygon();
    this.controller.select(null);
    this.controller.hover(null);
    this.controller.settle();
    this.#tool = tool;
    if (tool !== null) {
      this.#ensureMap();
      if (!this.controller.view.labelMap) this.controller.setView({ labelMap: true });
    }
    this.controller.changed(["labelMap", "points"]);
  }

  /** The one that is painted with. */
  get category(): number {
    return this.#category;
  }

  /** With the points or the eraser in the hand it takes the brush. */
  pick(category: number): void {
    this.#category = category;
    if (this.#tool === null || this.#tool === "eraser") this.choose("brush");
    this.controller.changed(["points"]);
  }

  get radius(): number {
    return this.#radius;
  }

  setRadius(radius: number): void {
    const fineness = radius < 2 ? 0.5 : 1;
    this.#radius = Math.min(RADIUS.max, Math.max(RADIUS.min, fineness * Math.round(radius / fineness)));
    this.controller.changed(["points"]);
  }

  /** To the next size, each a quarter more than the last, and at least half a pixel. */
  stepRadius(step: 1 | -1): void {
    const least = this.#radius < 2 || (step === -1 && this.#radius === 2) ? 0.5 : 1;
    const way = Math.max(least, Math.abs(this.#radius * RADIUS.step ** step - this.#radius));
    this.setRadius(this.#radius + step * way);
  }

  /** Where the brush hovers, in image pixels. */
  get cursor(): Place | null {
    return this.#cursor;
  }

  hover(at: Place | null): void {
    this.#cursor = at;
    this.controller.redraw(["points"]);
  }

  /** Of the polygon that is being drawn, in image pixels. */
  get corners(): readonly Place[] {
    return this.#corners;
  }

  /** What is shown; null while nothing is fitted, and nothing was painted. */
  get map(): LabelMap | null {
    return this.#map;
  }

  /** The server's map, without what was painted. */
  showFitted(fitted: CategoryIds | null): void {
    const { width, height } = this.controller.photo;
    const usable = fitted !== null && fitted.width === width && fitted.height === height;
    this.#map = usable ? new LabelMap(width, height, fitted.ids) : null;
    this.showDocument();
  }

  /** The annotation is another one: takes over all that is painted in it. */
  showDocument(): void {
    const { livePainting } = this.controller.document;
    const map = this.#map;
    this.#map = map === null ? null : new LabelMap(map.width, map.height, map.fitted);
    if (livePainting.tiles.length > 0) this.#ensureMap();
    this.#map?.compose(livePainting, livePainting.tiles);
    livePainting.takeChanged();
    this.#stale.clear();
    this.controller.changed(["labelMap"]);
  }

  /** Takes over the tiles that were painted since; true when there were any. */
  followDocument(): boolean {
    const { livePainting } = this.controller.document;
    const tiles = livePainting.takeChanged();
    if (tiles.length === 0) return false;
    this.#ensureMap().compose(livePainting, tiles);
    for (const tile of tiles) this.#stale.add(tile);
    return true;
  }

  /** The tiles of `map` that changed since this was last asked. */
  takeStale(): number[] {
    const stale = [...this.#stale];
    this.#stale.clear();
    return stale;
  }

  /** The pointer came down at `at`, image pixels. With `sample` the category there is taken, and nothing painted. */
  begin(at: Place, sample: boolean): void {
    const map = this.#ensureMap();
    const [x, y] = [Math.round(at[0]), Math.round(at[1])];
    this.#cursor = at;
    if (sample) this.pick(map.at(x, y));
    else if (this.tool === "fill") this.#stroke = at;
    else if (this.tool === "polygon") {
      this.#corners = [...this.#corners, at];
      this.controller.changed(["points"]);
    } else {
      this.#stroke = at;
      this.#paintTo(at);
    }
  }

  /** The pointer went on to `at`, held down. */
  extend(at: Place): void {
    this.#cursor = at;
    if (this.#stroke !== null && this.tool !== "fill") this.#paintTo(at);
  }

  /** The pointer was let go: what was painted is one operation. An area is filled only now: it may become a pinch. */
  end(): void {
    const at = this.#stroke;
    if (at === null) return;
    this.#stroke = null;
    const { document } = this.controller;
    if (this.tool === "fill") {
      document.previewPaint(floodFill(this.#ensureMap(), Math.round(at[0]), Math.round(at[1])), this.#category);
    }
    document.commitPreview();
  }

  /** Forgets what the pointer that is down has done. */
  cancel(): void {
    if (this.tool === "polygon") this.dropCorner();
    this.#stroke = null;
    this.controller.document.cancelPreview();
  }

  /** Paints the inside of the polygon. */
  closePolygon(): void {
    const corners = this.#corners;
    this.#corners = [];
    if (corners.length >= 3 && this.controller.canEdit) {
      this.controller.document.previewPaint(polygonSpans(corners), this.#category);
      this.controller.document.commitPreview();
    }
    this.controller.changed(["points"]);
  }

  /** Takes the last corner back. */
  dropCorner(): void {
    this.#corners = this.#corners.slice(0, -1);
    this.controller.changed(["points"]);
  }

  /** Drops the polygon, else the tool; false when neither was in the hand. */
  letGo(): boolean {
    if (this.tool === null) return false;
    if (this.#corners.length > 0) this.dropPolygon();
    else this.choose(null);
    return true;
  }

  dropPolygon(): void {
    if (this.#corners.length === 0) return;
    this.#corners = [];
    this.controller.changed(["points"]);
  }

  #paintTo(at: Place): void {
    const { document } = this.controller;
    const from = this.#stroke ?? at;
    this.#stroke = at;
    const value = this.tool === "eraser" ? UNPAINTED : this.#category;
    const along = this.tool === "edge-brush" ? this.#alongEdges(at) : strokeSpans(from, at, this.#radius);
    document.previewPaint(along, value);
  }

  #alongEdges(at: Place) {
    const reach = Math.ceil(this.#radius) + 1;
    const [x, y] = [Math.round(at[0]), Math.round(at[1])];
    const pixels = this.readPhoto?.(x - reach, y - reach, x + reach, y + reach) ?? null;
    return pixels === null ? strokeSpans(at, at, this.#radius) : edgeSpans(pixels, at, this.#radius);
  }

  #ensureMap(): LabelMap {
    const { width, height } = this.controller.photo;
    this.#map ??= new LabelMap(width, height, null);
    return this.#map;
  }
}
