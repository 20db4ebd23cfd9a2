import { describe, expect, it } from "vitest";
import { CATEGORIES } from "../../schema/schema.generated";
import { coloursOf, type PaletteName, type Rgb } from "./categoryColours";

/** What is left of linear red, green and blue to somebody who lacks one kind of cone (Machado et al. 2009, severity 1). */
const SIGHTS: Readonly<Record<string, readonly (readonly [number, number, number])[]>> = {
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** L, a, b of a colour as somebody with this sight sees it. */
function seen(colour: Rgb, sight: readonly (readonly [number, number, number])[]): number[] {
  const linear = colour.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  const dot = (row: readonly number[], values: readonly number[]) =>
    row.reduce((sum, weight, i) => sum + weight * (values[i] as number), 0);
  const left = sight.map((row) => Math.min(1, Math.max(0, dot(row, linear))));
  const xyz = [
    dot([0.4124, 0.3576, 0.1805], left) / 0.9505,
    dot([0.2126, 0.7152, 0.0722], left),
    dot([0.0193, 0.1192, 0.9505], left) / 1.089,
  ].map((t) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116)) as [number, number, number];
  return [116 * xyz[1] - 16, 500 * (xyz[0] - xyz[1]), 200 * (xyz[1] - xyz[2])];
}

/** The least difference between two categories, in steps of which 2 are just seen. */
function nearest(palette: PaletteName, sight: string): number {
  const colours = coloursOf(palette).slice(1).map((colour) => seen(colour, SIGHTS[sight] ?? []));
  const differences = colours.flatMap((a, i) => {
    return colours.slice(i + 1).map((b) => Math.hypot(...a.map((value, c) => value - (b[c] as number))));
  });
  return Math.min(...differences);
}

describe("the palettes", () => {
  it("have a colour for every category, all different", () => {
    for (const palette of ["lapa", "safe"] as const) {
      expect(new Set(coloursOf(palette).map(String)).size).toBe(CATEGORIES.length);
    }
    expect(coloursOf("lapa")[10]).toEqual([255, 0, 102]);
  });

  it.each(Object.keys(SIGHTS))("keep all categories apart for %s sight, twice as far as LaPa's colours do", (sight) => {
    expect(nearest("safe", sight)).toBeGreaterThan(30);
    expect(nearest("safe", sight)).toBeGreaterThan(2 * nearest("lapa", sight));
  });
});
