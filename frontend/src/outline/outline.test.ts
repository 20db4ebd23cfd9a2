import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

import { outlines, type Outline } from "./outline";

interface Case {
  name: string;
  points: number[];
  outlines: { category: string; segments: number[] }[];
}

const cases = JSON.parse(readFileSync(new URL("./outline.golden.json", import.meta.url), "utf8")) as Case[];

const find = (name: string): Float64Array => {
  const found = cases.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`the fixture has no case "${name}"`);
  return Float64Array.from(found.points);
};

const categories = (fits: readonly Outline[]): string[] => fits.map(({ category }) => category);

describe("outlines", () => {
  it.each(cases)("are the server's curves: $name", ({ points, outlines: expected }) => {
    const actual = outlines(Float64Array.from(points));
    expect(categories(actual)).toEqual(expected.map(({ category }) => category));
    expected.forEach(({ category, segments }, i) => {
      const own = actual[i]?.segments ?? new Float64Array();
      expect(own.length, category).toBe(segments.length);
      const errors = segments.map((value, k) => Math.abs(value - (own[k] ?? NaN)));
      expect(Math.max(...errors), category).toBeLessThan(1e-6);
    });
  });

  it("close every part but the contour", () => {
    for (const { category, segments } of outlines(find("mean face"))) {
      const gap = Math.hypot((segments.at(-2) ?? NaN) - (segments[0] ?? NaN), (segments.at(-1) ?? NaN) - (segments[1] ?? NaN));
      if (category === "face") expect(gap).toBeGreaterThan(100);
      else expect(gap, category).toBeLessThan(1e-9);
    }
  });

  it("leave out what does not show", () => {
    expect(categories(outlines(find("shut eye")))).not.toContain("left_eye");
    expect(categories(outlines(find("shut mouth")))).not.toContain("inner_mouth");
    expect(categories(outlines(find("profile"))).filter((category) => category === "nose")).toHaveLength(1);
  });

  it("refuse points that are not a face", () => {
    expect(() => outlines(new Float64Array(210))).toThrow(RangeError);
    expect(() => outlines(find("mean face").fill(NaN, 7, 8))).toThrow(RangeError);
  });

  it("keep up with a pointer", () => {
    const points = find("half profile");
    for (let i = 0; i < 200; i++) outlines(points);
    const times = Array.from({ length: 200 }, () => {
      const start = performance.now();
      outlines(points);
      return performance.now() - start;
    }).sort((a, b) => a - b);
    expect(times[100]).toBeLessThan(1);
  });
});
