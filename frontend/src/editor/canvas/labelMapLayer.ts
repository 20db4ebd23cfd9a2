/** The canvas of the label map: drawn whole when the view changes, and only where somebody paints while they paint. */
import type { EditorController } from "../controller";
import { TILE, tileBox } from "../core/paintedLayer";
import { toScreen, type Viewport } from "../core/viewport";
import { LabelMapImage, type MapView } from "./labelMapImage";
import type { LevelBox } from "./labelMapPixels";

export class LabelMapLayer {
  #image: LabelMapImage | null = null;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly controller: EditorController,
  ) {}

  /** What was drawn so far is made anew. */
  forget(): void {
    this.#image = null;
  }

  /** `ratio`: the canvas's pixels in a CSS pixel. */
  draw(viewport: Viewport, ratio: number, smooth: boolean): void {
    const context = this.#context();
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    const { view, paint, photoOnly } = this.controller;
    if (paint.map === null || !view.labelMap || photoOnly) return;
    if (this.#image?.map !== paint.map) this.#image = new LabelMapImage(paint.map);
    this.#image.show(this.#style(), paint.takeStale());
    this.#drawMap(context, this.#image, { viewport, canvas: this.canvas, ratio, smooth });
  }

  /** What the canvas shows of the other tiles stays. */
  drawPainted(viewport: Viewport, ratio: number, smooth: boolean): void {
    const { view, paint, photoOnly } = this.controller;
    if (this.#image === null || this.#image.map !== paint.map) {
      this.draw(viewport, ratio, smooth);
      return;
    }
    if (!view.labelMap || photoOnly) return;
    const stale = this.#image.show(this.#style(), paint.takeStale());
    if (stale.length === 0) return;
    const boxes = stale.map((index) => {
      const tile = tileBox(index, this.#image?.map ?? this.controller.photo);
      const [left, top] = toScreen(viewport, tile.left - 0.5, tile.top - 0.5);
      const side = TILE * viewport.scale;
      // Whole pixels of the screen, and one around them for smoothing, so that no seam shows.
      return {
        left: Math.floor(left * ratio) - 1,
        top: Math.floor(top * ratio) - 1,
        right: Math.ceil((left + side) * ratio) + 1,
        bottom: Math.ceil((top + side) * ratio) + 1,
      };
    });
    const context = this.#context();
    context.save();
    context.beginPath();
    for (const { left, top, right, bottom } of boxes) context.rect(left, top, right - left, bottom - top);
    context.clip();
    const around = hull(boxes);
    context.clearRect(around.left, around.top, around.right - around.left, around.bottom - around.top);
    this.#drawMap(context, this.#image, { viewport, canvas: this.canvas, ratio, smooth }, around);
    context.restore();
  }

  #drawMap(context: CanvasRenderingContext2D, image: LabelMapImage, view: MapView, within?: LevelBox): void {
    const { opacity, mapShape } = this.controller.view;
    // A border hides little, and is thin: it takes more ink to be seen.
    context.globalAlpha = mapShape === "outline" ? Math.sqrt(opacity) : opacity;
    image.draw(context, view, within);
    context.globalAlpha = 1;
  }

  #style() {
    const { palette, hiddenCategories, mapShape: shape } = this.controller.view;
    return { palette, hiddenCategories, shape };
  }

  #context(): CanvasRenderingContext2D {
    const context = this.canvas.getContext("2d");
    if (context === null) throw new Error("this browser gives no 2D canvas");
    context.setTransform(1, 0, 0, 1, 0, 0);
    return context;
  }
}

function hull(boxes: readonly LevelBox[]): LevelBox {
  return {
    left: Math.min(...boxes.map(({ left }) => left)),
    top: Math.min(...boxes.map(({ top }) => top)),
    right: Math.max(...boxes.map(({ right }) => right)),
    bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
  };
}
