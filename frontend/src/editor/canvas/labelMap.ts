/** The server's label map: one category id, 0 to 10, for every pixel of the photo. */
import { CATEGORIES } from "../../schema/schema.generated";

export class LabelMap {
  readonly #painted: OffscreenCanvas;
  #hidden = "";

  /** `ids` in rows from the top, width × height of them. Raises RangeError otherwise. */
  constructor(
    readonly width: number,
    readonly height: number,
    readonly ids: Uint8Array,
  ) {
    if (ids.length !== width * height) throw new RangeError(`expected ${width}×${height} ids, got ${ids.length}`);
    this.#painted = new OffscreenCanvas(width, height);
    this.#paint([]);
  }

  /** The map in its categories' colours, transparent where a category is hidden. */
  image(hiddenCategories: readonly number[]): OffscreenCanvas {
    if (hiddenCategories.join() !== this.#hidden) this.#paint(hiddenCategories);
    return this.#painted;
  }

  #paint(hiddenCategories: readonly number[]): void {
    const context = this.#painted.getContext("2d");
    if (context === null) throw new Error("this browser gives no 2D canvas");
    const image = context.createImageData(this.width, this.height);
    new Uint32Array(image.data.buffer).set(this.#colours(hiddenCategories));
    context.putImageData(image, 0, 0);
    this.#hidden = hiddenCategories.join();
  }

  /** One 32-bit pixel, in memory order red, green, blue, alpha, for every id. */
  #colours(hiddenCategories: readonly number[]): Uint32Array {
    const table = new Uint32Array(256);
    for (const { id, colour } of CATEGORIES) {
      if (id === 0 || hiddenCategories.includes(id)) continue;
      table[id] = new Uint32Array(Uint8Array.of(...colour, 255).buffer)[0] as number;
    }
    return Uint32Array.from(this.ids, (id) => table[id] as number);
  }
}

/** Loads an 8-bit grey PNG whose grey values are ids. Null where the task has no label map yet. */
export async function loadLabelMap(url: string, signal: AbortSignal): Promise<LabelMap | null> {
  const response = await fetch(url, { credentials: "same-origin", signal });
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`The label map could not be loaded (${response.status}).`);
  // Neither colour management nor alpha may touch the ids.
  const bitmap = await createImageBitmap(await response.blob(), {
    colorSpaceConversion: "none",
    premultiplyAlpha: "none",
  });
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("this browser gives no 2D canvas");
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const pixels = context.getImageData(0, 0, width, height).data;
  const ids = new Uint8Array(width * height);
  for (let i = 0; i < ids.length; i += 1) ids[i] = pixels[4 * i] as number;
  return new LabelMap(width, height, ids);
}
