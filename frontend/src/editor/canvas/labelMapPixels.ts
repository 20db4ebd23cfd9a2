/** The pixels of a label map as it is shown: coloured, filled or outlined, and reduced by halvings. */
import type { CategoryIds } from "../core/labelMap";
import { coloursOf, type PaletteName } from "./categoryColours";

export interface MapStyle {
  readonly palette: PaletteName;
  /** Ids of categories that are not drawn. */
  readonly hiddenCategories: readonly number[];
  /** Whether a category's area is filled, or only its border drawn. */
  readonly shape: "fill" | "outline";
}

/** In pixels of a level: from `left` and `top` up to, not including, `right` and `bottom`. */
export interface LevelBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Of a reduced pixel so many times so many are looked at: enough for a smooth edge, however large the photo. */
const SAMPLES = 4;

/**
 * The pixels of `box` on the level of a map that `level` halvings make, row by row. A reduced pixel has the mean colour of
 * those under it that are drawn, and their share as opacity. Beyond the photo its outermost pixels go on.
 */
export function levelPixels(map: CategoryIds, style: MapStyle, level: number, box: LevelBox): ImageDataArray {
  const { width, height, ids } = map;
  const { left, top, right, bottom } = box;
  const colours = colourTable(style);
  const drawn = style.shape === "fill" ? () => true : onBorder(map);
  const cell = 2 ** level;
  const step = Math.max(1, cell / SAMPLES);
  const samples = (cell / step) ** 2;
  const pixels = new Uint8ClampedArray(4 * (right - left) * (bottom - top));
  let to = 0;
  for (let y = top; y < bottom; y += 1) {
    for (let x = left; x < right; x += 1, to += 4) {
      let [count, red, green, blue] = [0, 0, 0, 0];
      for (let v = y * cell + (step >> 1); v < (y + 1) * cell; v += step) {
        const row = Math.min(height - 1, Math.max(0, v)) * width;
        for (let u = x * cell + (step >> 1); u < (x + 1) * cell; u += step) {
          const at = row + Math.min(width - 1, Math.max(0, u));
          const colour = 4 * (ids[at] as number);
          if (colours[colour + 3] === 0 || !drawn(at)) continue;
          count += 1;
          red += colours[colour] as number;
          green += colours[colour + 1] as number;
          blue += colours[colour + 2] as number;
        }
      }
      if (count === 0) continue;
      pixels[to] = red / count;
      pixels[to + 1] = green / count;
      pixels[to + 2] = blue / count;
      pixels[to + 3] = (255 * count) / samples;
    }
  }
  return pixels;
}

/** Whether the pixel at a place in `ids` has one of another category beside it. */
function onBorder({ width, height, ids }: CategoryIds): (at: number) => boolean {
  const border = borderWidth(width, height);
  const [above, below] = [border * width, (height - border) * width];
  return (at) => {
    const id = ids[at];
    const x = at % width;
    return (
      (x >= border && ids[at - border] !== id) ||
      (x + border < width && ids[at + border] !== id) ||
      (at >= above && ids[at - border * width] !== id) ||
      (at < below && ids[at + border * width] !== id)
    );
  };
}

/** In image pixels, so that the border shows while the whole photo is on the screen. */
export function borderWidth(width: number, height: number): number {
  return Math.max(1, Math.round(Math.max(width, height) / 700));
}

/** Red, green, blue and opacity for every id. */
function colourTable({ palette, hiddenCategories }: MapStyle): Uint8Array {
  const table = new Uint8Array(4 * 256);
  coloursOf(palette).forEach((colour, id) => {
    if (id > 0 && !hiddenCategories.includes(id)) table.set([...colour, 255], 4 * id);
  });
  return table;
}

export function sameStyle(a: MapStyle, b: MapStyle | null): boolean {
  if (b === null || a.palette !== b.palette || a.shape !== b.shape) return false;
  return a.hiddenCategories.join() === b.hiddenCategories.join();
}
