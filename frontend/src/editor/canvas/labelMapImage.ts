/** A label map as pixels on a canvas of the photo's size, kept up tile by tile while somebody paints. */
import type { LabelMap } from "../core/labelMap";
import { TILE, tileBox } from "../core/paintedLayer";
import { coloursOf, type PaletteName } from "./categoryColours";

export interface MapStyle {
  readonly palette: PaletteName;
  /** Ids of categories that are not drawn. */
  readonly hiddenCategories: readonly number[];
  /** Whether a category's area is filled, or only its border drawn. */
  readonly shape: "fill" | "outline";
}

export class LabelMapImage {
  readonly canvas: OffscreenCanvas;
  readonly #context: OffscreenCanvasRenderingContext2D;
  readonly #tile = new ImageData(TILE, TILE);
  readonly #pixels = new Uint32Array(this.#tile.data.buffer);
  readonly #columns: number;
  readonly #rows: number;
  #style: MapStyle | null = null;
  /** One 32-bit pixel, in memory order red, green, blue, alpha, for every id. */
  #colours = new Uint32Array(256);

  constructor(readonly map: LabelMap) {
    this.canvas = new OffscreenCanvas(map.width, map.height);
    const context = this.canvas.getContext("2d");
    if (context === null) throw new Error("this browser gives no 2D canvas");
    this.#context = context;
    this.#columns = Math.ceil(map.width / TILE);
    this.#rows = Math.ceil(map.height / TILE);
  }

  /** Draws these tiles anew, all of them when the style is another one. Returns the tiles that may look different. */
  show(style: MapStyle, tiles: Iterable<number>): readonly number[] {
    const restyled = !sameStyle(style, this.#style);
    if (restyled) {
      this.#style = style;
      this.#colours = colourTable(style);
    }
    const stale = restyled ? [...Array(this.#columns * this.#rows).keys()] : this.#withNeighbours(tiles, style);
    for (const index of stale) this.#draw(index, style);
    return stale;
  }

  /** A border changes also where only the pixel beyond it did. */
  #withNeighbours(tiles: Iterable<number>, { shape }: MapStyle): number[] {
    if (shape === "fill") return [...tiles];
    const near = new Set<number>();
    for (const index of tiles) {
      const column = index % this.#columns;
      const row = Math.floor(index / this.#columns);
      const sides = [[column - 1, row], [column + 1, row], [column, row - 1], [column, row + 1]] as const;
      for (const [x, y] of [[column, row] as const, ...sides]) {
        if (x >= 0 && y >= 0 && x < this.#columns && y < this.#rows) near.add(y * this.#columns + x);
      }
    }
    return [...near];
  }

  #draw(index: number, { shape }: MapStyle): void {
    const { width, height, ids } = this.map;
    const { left, top, right, bottom } = tileBox(index, this.map);
    const border = borderWidth(width, height);
    for (let y = top; y < bottom; y += 1) {
      for (let x = left; x < right; x += 1) {
        const at = y * width + x;
        const id = ids[at] as number;
        const drawn =
          shape === "fill" ||
          (x >= border && ids[at - border] !== id) ||
          (x + border < width && ids[at + border] !== id) ||
          (y >= border && ids[at - border * width] !== id) ||
          (y + border < height && ids[at + border * width] !== id);
        this.#pixels[(y - top) * TILE + x - left] = drawn ? (this.#colours[id] as number) : 0;
      }
    }
    this.#context.putImageData(this.#tile, left, top, 0, 0, right - left, bottom - top);
  }
}

/** In image pixels, so that the border shows while the whole photo is on the screen. */
function borderWidth(width: number, height: number): number {
  return Math.max(1, Math.round(Math.max(width, height) / 700));
}

function colourTable({ palette, hiddenCategories }: MapStyle): Uint32Array<ArrayBuffer> {
  const table = new Uint32Array(256);
  coloursOf(palette).forEach((colour, id) => {
    if (id === 0 || hiddenCategories.includes(id)) return;
    table[id] = new Uint32Array(Uint8Array.of(...colour, 255).buffer)[0] as number;
  });
  return table;
}

function sameStyle(a: MapStyle, b: MapStyle | null): boolean {
  if (b === null || a.palette !== b.palette || a.shape !== b.shape) return false;
  return a.hiddenCategories.join() === b.hiddenCategories.join();
}
