import { CATEGORIES } from "../../schema/schema.generated";

export type Rgb = readonly [red: number, green: number, blue: number];

/** "lapa" is the dataset's own; "safe" can be told apart without seeing all colours. */
export type PaletteName = "lapa" | "safe";

/**
 * By category id. Hues that stay apart in red-green and blue-yellow blindness, and where two are near in hue, far in
 * lightness: what lies side by side on a face (skin, nose, lips, mouth) differs in both.
 */
const SAFE: readonly Rgb[] = [
  [0, 0, 0],
  [221, 204, 119],
  [51, 34, 136],
  [136, 204, 238],
  [255, 255, 255],
  [17, 119, 51],
  [204, 102, 119],
  [170, 68, 153],
  [60, 10, 30],
  [238, 136, 102],
  [0, 68, 136],
];

export function coloursOf(palette: PaletteName): readonly Rgb[] {
  return palette === "safe" ? SAFE : CATEGORIES.map(({ colour }) => colour);
}

export function cssColour(colour: Rgb | undefined): string {
  return `rgb(${(colour ?? [255, 255, 255]).join(" ")})`;
}
