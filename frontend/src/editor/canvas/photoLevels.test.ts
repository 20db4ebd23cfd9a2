import { describe, expect, test } from "vitest";
import { levelAt } from "./photoLevels";

describe("the level that is drawn", () => {
  test("has a pixel for every pixel of the canvas, and not four", () => {
    for (let scale = 0.01; scale < 40; scale *= 1.07) {
      const size = 0.5 ** levelAt(scale, 20);
      expect(size).toBeGreaterThanOrEqual(Math.min(1, scale));
      expect(size / 2).toBeLessThan(scale);
    }
  });

  test("is the smallest there is when the photo is smaller still on the screen", () => {
    expect(levelAt(0.001, 4)).toBe(3);
    expect(levelAt(0.25, 4)).toBe(2);
    expect(levelAt(32, 4)).toBe(0);
    expect(levelAt(0.1, 0)).toBe(0);
  });
});
