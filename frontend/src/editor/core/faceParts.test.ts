import { describe, expect, it } from "vitest";
import { DUPLICATES, FLIP, N_POINTS } from "../../schema/schema.generated";
import { FACE_PART_NAMES, FACE_PARTS, mirrorPoint, partOfPoint } from "./faceParts";

describe("the parts that are taken as one", () => {
  it("have every point once", () => {
    const all = FACE_PART_NAMES.flatMap((name) => FACE_PARTS[name].indices);
    expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: N_POINTS }, (_, index) => index));
    expect(() => partOfPoint(106)).toThrow(RangeError);
    expect(() => mirrorPoint(-1)).toThrow(RangeError);
  });

  it("hold together what is one place, and lie across from their mirror part", () => {
    for (const [a, b] of DUPLICATES) expect(partOfPoint(a)).toBe(partOfPoint(b));
    for (let index = 0; index < N_POINTS; index += 1) {
      expect(mirrorPoint(index)).toBe(FLIP[index]);
      expect(partOfPoint(mirrorPoint(index))).toBe(FACE_PARTS[partOfPoint(index)].mirror);
    }
  });

  it("have ends of their own", () => {
    for (const { indices, ends } of Object.values(FACE_PARTS)) for (const end of ends.flat()) expect(indices).toContain(end);
  });
});
