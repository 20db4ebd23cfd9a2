import { expect, it } from "vitest";
import type { Disagreement } from "../../api/types";
import { furthestApart } from "./furthestApart";

function disagreement(categories: Disagreement["categories"]): Disagreement {
  return { baseline_number: 1, share: 0.1, categories, worst: null, place: null };
}

it("leaves out what is as usual or was not scored, and begins with the most unusual", () => {
  const shown = furthestApart(
    disagreement([
      { category: 1, share: 0.1, usual: 0.2 },
      { category: 5, share: 0.999, usual: 0.996 },
      { category: 2, share: 0.5, usual: 0.4 },
      { category: 6, share: 0.5, usual: 0.1 },
      { category: 8, share: 1, usual: null },
    ]),
  );
  expect(shown.map(({ category }) => category)).toEqual([6, 2]);
});

it("shows four at most", () => {
  const all = [1, 2, 3, 4, 5, 6].map((category) => ({ category, share: category / 10, usual: 0 }));
  expect(furthestApart(disagreement(all)).map(({ category }) => category)).toEqual([6, 5, 4, 3]);
});
