/** What a person can do with a part of the face, or with all of it at once; part of the registry. */
import { widened } from "../core/proportional";
import type { Action, ActionContext } from "./registry";

const canChangePart = ({ controller }: ActionContext) => controller.canEdit && controller.parts.selected !== null;

/** Degrees, and shares of the size, that one key press turns and scales a part by. */
const TURN = 1;
const GROWTH = 0.02;

function stepPart(step: 1 | -1) {
  return {
    group: "part" as const,
    modes: ["edit" as const],
    repeats: true,
    enabled: ({ controller }: ActionContext) => controller.mode === "edit",
    run: ({ controller }: ActionContext) => controller.parts.selectNext(step),
  };
}

function reshape(change: (context: ActionContext) => void) {
  return { group: "part" as const, modes: ["edit" as const], repeats: true, enabled: canChangePart, run: change };
}

function neighbourhood(step: 1 | -1) {
  return {
    group: "point" as const,
    modes: ["edit" as const],
    repeats: true,
    enabled: () => true,
    run: ({ controller }: ActionContext) =>
      controller.setView({ neighbourhood: widened(controller.view.neighbourhood, step) }),
  };
}

export const PART_ACTIONS: readonly Action[] = [
  { id: "next-part", keys: ["G"], ...stepPart(1) },
  { id: "previous-part", keys: ["Shift+G"], ...stepPart(-1) },
  { id: "turn-right", keys: ["Mod+ArrowRight"], ...reshape(({ controller }) => controller.parts.rotate(TURN)) },
  { id: "turn-left", keys: ["Mod+ArrowLeft"], ...reshape(({ controller }) => controller.parts.rotate(-TURN)) },
  { id: "larger", keys: ["Mod+ArrowUp"], ...reshape(({ controller }) => controller.parts.scale(GROWTH)) },
  // Exactly what takes one step of growth back.
  { id: "smaller", keys: ["Mod+ArrowDown"], ...reshape(({ controller }) => controller.parts.scale(1 / (1 + GROWTH) - 1)) },
  {
    id: "mirror-part",
    group: "part",
    modes: ["edit"],
    keys: ["X"],
    enabled: (context) => canChangePart(context) && context.controller.parts.canMirror,
    run: ({ controller }) => controller.parts.mirror(),
  },
  {
    id: "place-face",
    group: "part",
    modes: ["edit"],
    keys: ["T"],
    enabled: ({ controller }) => controller.canEdit,
    run: ({ controller }) => (controller.placing.active ? controller.placing.cancel() : controller.placing.begin()),
    on: ({ controller }) => controller.placing.active,
  },
  {
    id: "next-mistake",
    group: "point",
    modes: ["edit", "view", "review"],
    keys: ["J"],
    repeats: true,
    enabled: ({ controller }) => controller.attention.mistakes.length > 0,
    run: ({ controller }) => controller.attention.selectNextMistake(),
  },
  { id: "wider-circle", keys: ["'", "Mod+'"], ...neighbourhood(1) },
  { id: "narrower-circle", keys: [";", "Mod+;"], ...neighbourhood(-1) },
];
