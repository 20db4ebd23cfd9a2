/** The label map as it stands: what was fitted, with what was painted by hand over it. One category id a pixel. */
import { type PaintedLayer, TILE, tileBox } from "./paintedLayer";
import { UNPAINTED } from "./runs";

/** One category id, 0 to 10, for every pixel of a photo. */
export interface CategoryIds {
  readonly width: number;
  readonly height: number;
  /** In rows from the top. */
  readonly ids: Uint8Array;
}

export class LabelMap implements CategoryIds {
  readonly ids: Uint8Array;

  /** `fitted` is the server's map, width × height ids; null while there is none. Raises RangeError for another size. */
  constructor(
    readonly width: number,
    readonly height: number,
    readonly fitted: Uint8Array | null,
  ) {
    if (fitted !== null && fitted.length !== width * height) {
      throw new RangeError(`expected ${width}×${height} ids, got ${fitted.length}`);
    }
    this.ids = fitted?.slice() ?? new Uint8Array(width * height);
  }

  /** 0, background, outside the photo. */
  at(x: number, y: number): number {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return 0;
    return this.ids[y * this.width + x] as number;
  }

  /** Takes over what the layer has in `tiles`. */
  compose(layer: PaintedLayer, tiles: Iterable<number>): void {
    for (const index of tiles) {
      const { left, top, right, bottom } = tileBox(index, this);
      const bytes = layer.tile(index);
      for (let y = top; y < bottom; y += 1) {
        const offset = (y - top) * TILE - left;
        for (let x = left; x < right; x += 1) {
          const painted = bytes === undefined ? UNPAINTED : (bytes[offset + x] as number);
          const at = y * this.width + x;
          this.ids[at] = painted === UNPAINTED ? (this.fitted?.[at] ?? 0) : painted;
        }
      }
    }
  }
}
