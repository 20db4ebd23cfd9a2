/** What a reviewer compares with; part of the registry. */
import type { Action } from "./registry";

export const REVIEW_ACTIONS: readonly Action[] = [
  {
    id: "differences",
    group: "seeing",
    modes: ["review"],
    keys: ["D"],
    enabled: ({ controller }) => controller.comparison.offered.length > 0,
    run: ({ controller }) => controller.comparison.step(),
    on: ({ controller }) => controller.comparison.against !== null,
  },
  {
    id: "next-difference",
    group: "seeing",
    modes: ["review"],
    keys: ["X"],
    repeats: true,
    enabled: ({ controller }) => controller.comparison.displacements.length > 0,
    run: ({ controller }) => controller.comparison.selectNext(),
  },
  {
    id: "other-label",
    group: "task",
    modes: ["review"],
    keys: ["T"],
    enabled: ({ commands }) => commands.showOther !== undefined,
    run: ({ commands }) => commands.showOther?.(),
  },
];
