import { describe, expect, it } from "vitest";
import { coloursOf } from "./categoryColours";
import { levelPixels, type MapStyle } from "./labelMapPixels";

const FILLED: MapStyle = { palette: "lapa", hiddenCategories: [], shape: "fill" };
const OUTLINED: MapStyle = { ...FILLED, shape: "outline" };
const [, SKIN = [], BROW = []] = coloursOf("lapa");

/** A map whose ids are the digits. */
function mapOf(...rows: string[]) {
  return { width: rows[0]?.length ?? 0, height: rows.length, ids: Uint8Array.from(rows.join("")) };
}

function pixelsOf(map: ReturnType<typeof mapOf>, style: MapStyle, level = 0): number[][] {
  const [right, bottom] = [Math.ceil(map.width / 2 ** level), Math.ceil(map.height / 2 ** level)];
  const data = levelPixels(map, style, level, { left: 0, top: 0, right, bottom });
  return Array.from({ length: data.length / 4 }, (_, i) => [...data.subarray(4 * i, 4 * i + 4)]);
}

describe("the pixels of a label map", () => {
  it("are opaque in the category's colour, and nothing where the background or a hidden category is", () => {
    expect(pixelsOf(mapOf("012"), { ...FILLED, hiddenCategories: [2] })).toEqual([[0, 0, 0, 0], [...SKIN, 255], [0, 0, 0, 0]]);
  });

  it("are the border alone in an outline", () => {
    const opacities = pixelsOf(mapOf("00000", "01110", "01110", "01110", "00000"), OUTLINED).map(([, , , alpha]) => alpha);
    const border = opacities.flatMap((alpha, i) => (alpha === 255 ? [i] : []));
    expect(border).toEqual([6, 7, 8, 11, 13, 16, 17, 18]);
  });

  it("have on a reduced level the mean of the colours under them, and their share as opacity", () => {
    const [first, second] = pixelsOf(mapOf("1122", "1100"), FILLED, 1);
    expect(first).toEqual([...SKIN, 255]);
    expect(second).toEqual([...BROW, 128]);
    const [mixed] = pixelsOf(mapOf("12", "12"), FILLED, 1);
    const mean = SKIN.map((each, i) => (each + (BROW[i] ?? 0)) / 2);
    expect(mixed?.slice(0, 3).every((each, i) => Math.abs(each - (mean[i] ?? 0)) <= 0.5)).toBe(true);
  });

  it("go on beyond the photo as they end in it", () => {
    const map = mapOf("01", "02");
    const data = levelPixels(map, FILLED, 0, { left: 1, top: -1, right: 3, bottom: 3 });
    const opaque = Array.from({ length: 8 }, (_, i) => [...data.subarray(4 * i, 4 * i + 4)]);
    expect(opaque).toEqual([SKIN, SKIN, SKIN, SKIN, BROW, BROW, BROW, BROW].map((colour) => [...colour, 255]));
  });

  it("look at no more pixels of a large map than of one a quarter its size on a level less", () => {
    const uniform = (side: number) => ({ width: side, height: side, ids: new Uint8Array(side * side).fill(1) });
    const box = { left: 0, top: 0, right: 4, bottom: 4 };
    expect(levelPixels(uniform(64), FILLED, 4, box)).toEqual(levelPixels(uniform(32), FILLED, 3, box));
  });
});
