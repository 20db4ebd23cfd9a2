/** The pixels on which two label maps differ, on a canvas of the photo's size. */
import type { CategoryIds } from "../core/labelMap";
import { PALETTE } from "./palette";

/** Rows drawn at once: a photo of 50 megapixels would take 200 MB in one piece. */
const STRIP = 256;

export class DifferenceImage {
  readonly canvas: OffscreenCanvas;

  /** Raises RangeError for maps of different size. */
  constructor(
    readonly one: CategoryIds,
    readonly other: CategoryIds,
  ) {
    const { width, height } = one;
    if (width !== other.width || height !== other.height) throw new RangeError("the label maps are not of one size");
    this.canvas = new OffscreenCanvas(width, height);
    const context = this.canvas.getContext("2d");
    if (context === null) throw new Error("this browser gives no 2D canvas");
    const colour = parseInt(PALETTE.difference.slice(1), 16);
    for (let top = 0; top < height; top += STRIP) {
      const image = new ImageData(width, Math.min(STRIP, height - top));
      for (let i = 0; i < width * image.height; i += 1) {
        const at = top * width + i;
        if (one.ids[at] === other.ids[at]) continue;
        image.data.set([colour >> 16, (colour >> 8) & 255, colour & 255, 255], 4 * i);
      }
      context.putImageData(image, 0, top);
    }
  }
}
