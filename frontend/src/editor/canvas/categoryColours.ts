import { CATEGORIES } from "../../schema/schema.generated";

export type Rgb = readonly [red: number, green: number, blue: number];

/** "lapa" is the dataset's own; "safe" can be told apart without seeing all colours. */
export type PaletteName = "lapa" | "safe";

/**
 * By category id. Found by a search for the ten colours whose nearest two are farthest apart, to people who see all
 * colours and to those who lack any one kind of cone; the test beside this file says how far that is.
 */
const SAFE: readonly Rgb[] = [
  [0, 0, 0],
  [153, 153, 0],
  [51, 0, 255],
  [102, 0, 153],
  [204, 255, 51],
  [255, 204, 255],
  [0, 153, 102],
  [204, 102, 204],
  [0, 51, 51],
  [153, 0, 0],
  [0, 255, 153],
];

export function coloursOf(palette: PaletteName): readonly Rgb[] {
  return palette === "safe" ? SAFE : CATEGORIES.map(({ colour }) => colour);
}

export function cssColour(colour: Rgb | undefined): string {
  return `rgb(${(colour ?? [255, 255, 255]).join(" ")})`;
}
