/**
 * The three stacked canvases: photo, label map, points. Each is redrawn only when what it shows has changed, at most
 * once a frame. The parts' outlines lie on the points' canvas, because they move with every point; so a drag redraws
 * nothing else.
 */
import type { EditorController, RedrawLayer } from "../controller";
import type { FacePartName } from "../core/faceParts";
import { outlineUnder, pointUnder } from "../core/hits";
import { type Handle, handleUnder } from "../core/partFrame";
import { pointAt, type Points, PROPOSED } from "../core/points";
import {
  type Box,
  fit,
  fitBox,
  keepInView,
  MAX_SCALE,
  minimumScale,
  panBy,
  type Size,
  toScreen,
  type Viewport,
  zoomAt,
} from "../core/viewport";
import type { PhotoPixels } from "../core/edgeBrush";
import type { StageHandle } from "../stageHandle";
import { drawCircle, drawGhost, drawMistakes, drawPlaced } from "./drawGuides";
import { DifferenceImage } from "./differenceImage";
import { drawComparison } from "./drawComparison";
import { drawLoupe } from "./drawLoupe";
import { drawMerge } from "./drawMerge";
import { drawOutlines } from "./drawOutlines";
import { drawPaintTool } from "./drawPaintTool";
import { drawPartFrame, drawPartGlow } from "./drawPart";
import { drawPoints, pointColour } from "./drawPoints";
import { Gestures, type GestureStage } from "./gestures";
import type { PhotoImage } from "./fetchedAhead";
import { LabelMapLayer } from "./labelMapLayer";
import { PhotoLevels } from "./photoLevels";
import { PhotoTone } from "./photoTone";

export interface StageCanvases {
  readonly photo: HTMLCanvasElement;
  readonly labelMap: HTMLCanvasElement;
  readonly points: HTMLCanvasElement;
}

/** Above this many screen pixels an image pixel, pixels show as squares: one sees what is there, not what is guessed. */
const CRISP_FROM = 5;

/**
 * A point that is stepped to comes at least this far inside the edges, in CSS pixels, so that its surroundings show
 * too.
 */
const REVEAL_MARGIN = 96;

/** Enough to stand out from any category's colour, and to let the photo through. */
const DIFFERENCE_OPACITY = 0.7;

/** Around a face that fills the screen, in CSS pixels. */
const FACE_MARGIN = 40;

/** One point is judged at this many times the scale at which the face fills the screen: an eye, or half a mouth. */
const CLOSER_THAN_FACE = 2;

export class Stage implements StageHandle, GestureStage {
  #viewport: Viewport = { scale: 1, x: 0, y: 0 };
  #size: Size = { width: 0, height: 0 };
  /** Until the person zooms or pans, the photo stays fitted when the window changes. */
  #fitted = true;
  #levels: PhotoLevels | null = null;
  #difference: DifferenceImage | null = null;
  #photoReader: OffscreenCanvasRenderingContext2D | null = null;
  #frame: number | null = null;
  readonly #dirty = new Set<RedrawLayer>();
  readonly #observer: ResizeObserver;
  readonly #abort = new AbortController();
  readonly #gestures: Gestures;
  readonly #tone: PhotoTone;
  readonly #labelMap: LabelMapLayer;

  constructor(
    private readonly host: HTMLElement,
    private readonly canvases: StageCanvases,
    private readonly controller: EditorController,
  ) {
    this.#observer = new ResizeObserver(() => this.#resize());
    this.#observer.observe(host);
    // Another screen or browser zoom may change the pixel ratio and leave the element's size as it is.
    window.addEventListener("resize", () => this.#resize(), { signal: this.#abort.signal });
    for (const canvas of Object.values(canvases) as HTMLCanvasElement[]) {
      canvas.addEventListener("contextrestored", () => this.#drawAnew(), { signal: this.#abort.signal });
    }
    this.#tone = new PhotoTone(canvases.photo);
    this.#labelMap = new LabelMapLayer(canvases.labelMap, controller);
    this.#gestures = new Gestures(host, this, controller);
    controller.stage = this;
    controller.redraw = (layers) => this.#redraw(layers);
    controller.paint.readPhoto = (...box) => this.#readPhoto(...box);
    this.#resize();
  }

  set image(image: PhotoImage | null) {
    this.#levels?.dispose();
    this.#levels = image && new PhotoLevels(image, () => this.#redraw(["photo"]));
    this.#photoReader = null;
    this.#redraw(["photo"]);
  }

  get viewport(): Viewport {
    return this.#viewport;
  }

  get minimumScale(): number {
    return minimumScale(this.controller.photo, this.#size);
  }

  dispose(): void {
    this.#observer.disconnect();
    this.#abort.abort();
    this.#gestures.dispose();
    this.#levels?.dispose();
    this.#tone.dispose();
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.controller.stage = null;
    this.controller.redraw = () => undefined;
    this.controller.paint.readPhoto = null;
  }

  /** Null also while points are hidden. */
  pointAt(x: number, y: number, reach: number): number | null {
    if (!this.#pointsShown()) return null;
    return pointUnder(this.controller.document.live, this.#viewport, x, y, reach, this.controller.selected);
  }

  /** Null also while outlines are hidden, and where parts are only looked at. */
  partAt(x: number, y: number, reach: number): FacePartName | null {
    const { view, mode, document } = this.controller;
    if (!view.outlines || !this.#pointsShown() || mode !== "edit") return null;
    return outlineUnder(document.live, this.#viewport, x, y, reach);
  }

  handleAt(x: number, y: number, reach: number): Handle | null {
    const { parts, canEdit } = this.controller;
    if (parts.selected === null || !canEdit || !this.#pointsShown()) return null;
    return handleUnder(parts.frame(parts.selected), this.#viewport, x, y, reach);
  }

  setViewport(viewport: Viewport): void {
    this.#fitted = false;
    this.#move(keepInView(viewport, this.controller.photo, this.#size));
  }

  zoomBy(factor: number): void {
    const { width, height } = this.#size;
    this.setViewport(zoomAt(this.#viewport, width / 2, height / 2, factor, this.minimumScale));
  }

  fitPhoto(): void {
    this.#fitted = true;
    this.#move(fit(this.controller.photo, this.#size));
  }

  fitFace(): void {
    this.setViewport(fitBox(this.#faceBox(), this.#size, FACE_MARGIN));
  }

  lookAt(x: number, y: number): void {
    const { width, height } = this.#size;
    const closer = CLOSER_THAN_FACE * fitBox(this.#faceBox(), this.#size, FACE_MARGIN).scale;
    const scale = Math.max(this.#viewport.scale, Math.min(MAX_SCALE, closer));
    this.setViewport({ scale, x: width / 2 - x * scale, y: height / 2 - y * scale });
  }

  #faceBox(): Box {
    const { points } = this.controller.document;
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i < points.length; i += 2) {
      left = Math.min(left, points[i] as number);
      right = Math.max(right, points[i] as number);
      top = Math.min(top, points[i + 1] as number);
      bottom = Math.max(bottom, points[i + 1] as number);
    }
    return { x: left, y: top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) };
  }

  panBy(dx: number, dy: number): void {
    this.setViewport(panBy(this.#viewport, dx, dy));
  }

  reveal(x: number, y: number): void {
    const [sx, sy] = toScreen(this.#viewport, x, y);
    const { width, height } = this.#size;
    const margin = Math.min(REVEAL_MARGIN, width / 3, height / 3);
    const dx = Math.min(Math.max(sx, margin), width - margin) - sx;
    const dy = Math.min(Math.max(sy, margin), height - margin) - sy;
    if (dx !== 0 || dy !== 0) this.setViewport(panBy(this.#viewport, dx, dy));
  }

  endGesture(): void {
    this.#gestures.end();
  }

  cancelGesture(): boolean {
    return this.#gestures.cancel();
  }

  focus(): void {
    this.host.focus({ preventScroll: true });
  }

  imageToScreen(x: number, y: number): [number, number] {
    const { left, top } = this.host.getBoundingClientRect();
    const [sx, sy] = toScreen(this.#viewport, x, y);
    return [left + sx, top + sy];
  }

  #pointsShown(): boolean {
    return this.controller.view.points && !this.controller.photoOnly && this.controller.paint.tool === null;
  }

  #move(viewport: Viewport): void {
    this.#viewport = viewport;
    this.#redraw(["photo", "labelMap", "points"]);
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.host;
    const { width: oldWidth, height: oldHeight } = this.#size;
    this.#size = { width, height };
    const ratio = window.devicePixelRatio;
    for (const canvas of Object.values(this.canvases) as HTMLCanvasElement[]) {
      canvas.width = Math.max(1, Math.round(width * ratio));
      canvas.height = Math.max(1, Math.round(height * ratio));
    }
    if (this.#fitted) this.fitPhoto();
    else {
      const moved = panBy(this.#viewport, (width - oldWidth) / 2, (height - oldHeight) / 2);
      this.#move(keepInView(moved, this.controller.photo, this.#size));
    }
  }

  /** The graphics card was reset, and took along what was drawn, also on the canvases that lie behind the screen. */
  #drawAnew(): void {
    this.#labelMap.forget();
    this.#difference = null;
    this.#photoReader = null;
    this.#redraw(["photo", "labelMap", "points"]);
  }

  #redraw(layers: readonly RedrawLayer[]): void {
    for (const layer of layers) this.#dirty.add(layer);
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      if (this.#dirty.has("photo")) {
        this.#drawPhoto();
        // Once it is on the screen: what the panels make of that must not hold it up.
        setTimeout(() => this.controller.setPhotoShown(this.#levels !== null));
      }
      const ratio = this.canvases.labelMap.width / Math.max(1, this.#size.width);
      const smooth = this.#viewport.scale < CRISP_FROM;
      if (this.#dirty.has("labelMap")) {
        this.#labelMap.draw(this.#viewport, ratio, smooth);
        this.#drawDifference(ratio);
      } else if (this.#dirty.has("painting")) this.#labelMap.drawPainted(this.#viewport, ratio, smooth);
      if (this.#dirty.has("points")) this.#drawPoints();
      this.#dirty.clear();
    });
  }

  /** A cleared canvas whose unit is the CSS pixel. */
  #context(layer: keyof StageCanvases): CanvasRenderingContext2D {
    const canvas = this.canvases[layer];
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("this browser gives no 2D canvas");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    const ratio = canvas.width / Math.max(1, this.#size.width);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return context;
  }

  #drawPhoto(): void {
    const context = this.#context("photo");
    this.#tone.show(this.controller.view);
    if (this.#levels !== null) {
      const ratio = this.canvases.photo.width / Math.max(1, this.#size.width);
      this.#drawOverPhoto(context, this.#levels.at(this.#viewport.scale * ratio));
    }
  }

  /** Over the label map, or without it, where the one that is compared with is another. */
  #drawDifference(ratio: number): void {
    const { comparison, paint, photoOnly } = this.controller;
    if (comparison.differingPixels === null || paint.map === null || comparison.map === null) {
      this.#difference = null;
      return;
    }
    if (this.#difference?.one !== paint.map || this.#difference.other !== comparison.map) {
      this.#difference = new DifferenceImage(paint.map, comparison.map);
    }
    const context = this.canvases.labelMap.getContext("2d");
    if (context === null || photoOnly) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.globalAlpha = DIFFERENCE_OPACITY;
    this.#drawOverPhoto(context, this.#difference.canvas);
    context.globalAlpha = 1;
  }

  /** The photo's pixels in a rectangle, cut to the photo; null before it is there, or beside it. */
  #readPhoto(left: number, top: number, right: number, bottom: number): PhotoPixels | null {
    const { width, height } = this.controller.photo;
    if (this.#levels === null) return null;
    if (this.#photoReader === null) {
      this.#photoReader = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
      this.#photoReader?.drawImage(this.#levels.at(1), 0, 0, width, height);
    }
    const [x, y] = [Math.max(0, left), Math.max(0, top)];
    const [w, h] = [Math.min(width, right + 1) - x, Math.min(height, bottom + 1) - y];
    if (this.#photoReader === null || w <= 0 || h <= 0) return null;
    return { left: x, top: y, width: w, height: h, rgba: this.#photoReader.getImageData(x, y, w, h).data };
  }

  #drawOverPhoto(context: CanvasRenderingContext2D, image: CanvasImageSource): void {
    const { width, height } = this.controller.photo;
    const { scale } = this.#viewport;
    const [left, top] = toScreen(this.#viewport, -0.5, -0.5);
    context.imageSmoothingEnabled = scale < CRISP_FROM;
    context.imageSmoothingQuality = "high";
    context.drawImage(image, left, top, width * scale, height * scale);
  }

  #drawPoints(): void {
    const context = this.#context("points");
    const { controller } = this;
    const { document, view } = controller;
    const points = controller.before ? document.initial : document.live;
    if (controller.photoOnly) return;
    if (controller.placing.active) {
      // The points that are to go would only hide the eyes.
      drawPlaced(context, this.#viewport, controller.placing.places);
      return;
    }
    if (view.outlines) drawOutlines(context, this.#viewport, points, view.palette);
    if (view.ghost) drawGhost(context, this.#viewport, points);
    if (controller.paint.tool !== null) drawPaintTool(context, this.#viewport, controller.paint, view.palette);
    if (!this.#pointsShown()) return;
    const compared = controller.before ? null : controller.comparison.points;
    if (compared !== null) {
      drawComparison(context, this.#viewport, points, compared, controller.comparison.displacements);
    }
    this.#drawPart(context, points);
    if (!controller.before) drawMistakes(context, this.#viewport, points, controller.attention.mistakesNow);
    drawPoints(context, this.#viewport, {
      points,
      initial: document.initial,
      visibility: document.visibility,
      originOf: controller.before ? () => PROPOSED : (index) => document.originOf(index),
      doubtful: controller.attention.doubts.open.filter((index) => !document.isFixed(index)),
      arrows: compared === null,
      selected: controller.selected,
      pins: controller.pins,
      place: controller.place,
      // While a point is in the hand, nothing may hide what lies around it.
      named: document.dragging ? null : (controller.hovered ?? controller.selected),
      width: this.#size.width,
    });
    const { circle } = this.#gestures;
    if (circle !== null) drawCircle(context, this.#viewport, pointAt(points, circle.point), circle.radius);
    if (controller.merge !== null) drawMerge(context, this.#viewport, controller.merge, controller.selected);
    this.#drawLoupe(context);
  }

  #drawPart(context: CanvasRenderingContext2D, points: Points): void {
    const { parts, canEdit } = this.controller;
    if (parts.hovered !== null) drawPartGlow(context, this.#viewport, points, parts.hovered);
    if (parts.selected === null) return;
    drawPartGlow(context, this.#viewport, points, parts.selected);
    drawPartFrame(context, this.#viewport, points, parts.selected, canEdit);
  }

  #drawLoupe(context: CanvasRenderingContext2D): void {
    const { document, selected } = this.controller;
    if (!document.dragging || selected === null || this.#levels === null) return;
    drawLoupe(context, this.#viewport, {
      image: this.#levels.at(1),
      filter: this.canvases.photo.style.filter,
      screen: this.#size,
      at: pointAt(document.live, selected),
      colour: pointColour(document.initial, document.live, selected, document.originOf(selected)),
    });
  }
}
