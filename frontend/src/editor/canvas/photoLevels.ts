/**
 * A large photo in halving sizes. A browser keeps the decoded pixels of an image of 50 megapixels only as long as it
 * likes, and decodes it anew in the middle of a drag; and to show it whole it would read all of them in every frame.
 */
import { closePhoto, type PhotoImage } from "./fetchedAhead";

export class PhotoLevels {
  #bitmaps: readonly ImageBitmap[] = [];
  #worker: Worker | null = null;

  /** Takes `photo` over. It stands in for all levels until they are made, which `onMade` tells; pixels are all there is. */
  constructor(
    private readonly photo: PhotoImage,
    onMade: () => void,
  ) {
    if (photo instanceof ImageBitmap) return;
    // Decoding and resizing would hold the page up.
    this.#worker = new Worker(new URL("./photoLevels.worker.ts", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<ImageBitmap[]>) => {
      this.#bitmaps = data;
      this.#endWorker();
      onMade();
    };
    this.#worker.postMessage(photo.file);
  }

  /** What to draw where an image pixel takes `scale` pixels of the canvas: the smallest level that loses nothing. */
  at(scale: number): CanvasImageSource {
    const whole = this.photo instanceof ImageBitmap ? this.photo : this.photo.element;
    return this.#bitmaps[levelAt(scale, this.#bitmaps.length)] ?? whole;
  }

  dispose(): void {
    this.#endWorker();
    for (const bitmap of this.#bitmaps) bitmap.close();
    this.#bitmaps = [];
    closePhoto(this.photo);
  }

  #endWorker(): void {
    this.#worker?.terminate();
    this.#worker = null;
  }
}

/** The number of halvings, less than `count`, after which a level still has a pixel for each of the canvas. */
export function levelAt(scale: number, count: number): number {
  return Math.max(0, Math.min(count - 1, Math.floor(-Math.log2(scale))));
}
