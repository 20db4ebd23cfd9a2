// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { EditorController, type EditorMode } from "../controller";
import { pointAt } from "../core/points";
import { ShapeModel } from "../core/shape";
import { untouchedDocument } from "../core/untouched.fixture";
import { Keymap } from "./keymap";
import { ariaStroke, strokeName, strokeParts, strokeText } from "./keys";
import { action, type ActionContext, ACTIONS, actionsOf, groupedActions } from "./registry";

const MODES: readonly EditorMode[] = ["edit", "view", "review"];

function contextIn(mode: EditorMode): ActionContext {
  const points = Float64Array.from({ length: 212 }, (_, i) => 10 * i);
  return { controller: new EditorController(untouchedDocument(points), { width: 2200, height: 2200 }, mode), commands: {} };
}

function press(context: ActionContext, stroke: string): void {
  const found = new Keymap(1).find(context.controller.mode, stroke);
  if (found?.action.enabled(context)) found.action.run(context, found.stroke);
}

describe("the registry of actions", () => {
  it("gives every action a key, or says why it has none", () => {
    for (const each of ACTIONS) {
      expect(each.keys.length > 0 || (each.noKey ?? "").length > 0, each.id).toBe(true);
    }
  });

  it("has every id once", () => {
    expect(new Set(ACTIONS.map(({ id }) => id)).size).toBe(ACTIONS.length);
    expect(() => action("no-such-action")).toThrow(RangeError);
  });

  it.each(MODES)("has no key twice in mode %s", (mode) => {
    const keys = actionsOf(mode).flatMap((each) => each.keys);
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
  });

  it.each(MODES)("lists every action of mode %s under its heading, once", (mode) => {
    const groups = [...groupedActions(mode)];
    expect(groups.flatMap(([, actions]) => actions.map(({ id }) => id)).sort()).toEqual(actionsOf(mode).map(({ id }) => id).sort());
    for (const [group, actions] of groups) expect(actions.every((each) => each.group === group)).toBe(true);
  });

  it("offers nothing that changes points while viewing or reviewing", () => {
    for (const mode of ["view", "review"] as const) {
      const context = contextIn(mode);
      context.controller.select(5);
      for (const each of actionsOf(mode)) {
        if (each.enabled(context)) each.run(context, each.keys[0]);
        each.release?.(context);
      }
      context.controller.settle();
      expect(context.controller.document.operations).toEqual([]);
    }
  });

  it("disables what the page cannot do, and runs what it can", () => {
    const context = contextIn("edit");
    expect(action("save").enabled(context)).toBe(false);
    const save = vi.fn();
    press({ ...context, commands: { save } }, "Mod+S");
    expect(save).toHaveBeenCalledOnce();
  });

  it.each([
    ["ArrowLeft", -1, 0],
    ["Shift+ArrowDown", 0, 10],
    ["Alt+ArrowUp", 0, -0.1],
  ])("nudges the selected point on %s, a run of them as one operation", (stroke, dx, dy) => {
    const context = contextIn("edit");
    const { controller } = context;
    press(context, stroke);
    expect(controller.document.previewing).toBe(false);
    controller.select(5);
    for (let i = 0; i < 3; i += 1) press(context, stroke);
    controller.settle();
    const [x, y] = pointAt(controller.document.points, 5);
    expect(x).toBeCloseTo(100 + 3 * dx);
    expect(y).toBeCloseTo(110 + 3 * dy);
    expect(controller.document.operations).toHaveLength(1);
  });

  it("makes one operation of a run of arrow keys after a pause", () => {
    vi.useFakeTimers();
    const context = contextIn("edit");
    context.controller.select(5);
    press(context, "ArrowLeft");
    vi.advanceTimersByTime(1000);
    expect(context.controller.document.operations).toHaveLength(1);
    vi.useRealTimers();
  });

  it("walks through all points and round the end", () => {
    const context = contextIn("edit");
    press(context, "Shift+Tab");
    expect(context.controller.selected).toBe(105);
    press(context, "Tab");
    expect(context.controller.selected).toBe(0);
    press(context, "Escape");
    expect(context.controller.selected).toBeNull();
  });

  it("sets the selected point's visibility, and undoes it", () => {
    const context = contextIn("edit");
    context.controller.select(5);
    press(context, "2");
    expect(context.controller.document.visibility[5]).toBe(1);
    press(context, "Mod+Z");
    expect(context.controller.document.visibility[5]).toBe(2);
    press(context, "Mod+Shift+Z");
    expect(context.controller.document.visibility[5]).toBe(1);
  });
});

describe("points that follow", () => {
  /** The whole face moves together. */
  const shape = ShapeModel.from({
    version: 1,
    components: 2,
    basis: Array.from({ length: 424 }, (_, i) => (i % 4 === 0 || i % 4 === 3 ? 0.05 : 0)),
    noise: Array.from({ length: 212 }, () => 0.01),
  });

  beforeEach(() => localStorage.clear());

  it("cannot be asked for before there is a shape model", () => {
    const context = contextIn("edit");
    expect(action("toggle-carry").enabled(context)).toBe(false);
    context.controller.setShape(shape);
    expect(action("toggle-carry").enabled(context)).toBe(true);
    expect(action("toggle-carry").on?.(context)).toBe(true);
  });

  it("go along with the arrow keys as one undo step, until L switches that off, in the next photo too", () => {
    const context = contextIn("edit");
    const { controller } = context;
    controller.setShape(shape);
    controller.select(5);
    for (let i = 0; i < 3; i += 1) press(context, "Shift+ArrowRight");
    controller.settle();
    expect(pointAt(controller.document.points, 50)[0]).toBeGreaterThan(1001);
    expect(controller.document.corrected()).toEqual([5]);
    press(context, "Mod+Z");
    expect(controller.document.points).toEqual(controller.document.initial);
    expect(controller.selected).toBe(5);
    press(context, "L");
    press(context, "Shift+ArrowRight");
    controller.settle();
    expect(pointAt(controller.document.points, 50)).toEqual([1000, 1010]);
    expect(contextIn("edit").controller.view.carry).toBe(false);
  });

  it("D walks through the doubtful ones, the worst first, and V settles one and goes on", () => {
    const context = contextIn("edit");
    const { controller } = context;
    press(context, "D");
    expect(controller.selected).toBeNull();
    controller.attention.setConfidence(Array.from({ length: 106 }, (_, i) => (i === 40 ? 0.1 : i === 20 ? 0.3 : i === 90 ? 0.2 : 1)));
    for (const expected of [40, 90, 20, 40]) {
      press(context, "D");
      expect(controller.selected).toBe(expected);
    }
    press(context, "V");
    expect(controller.document.isFixed(40)).toBe(true);
    expect(controller.selected).toBe(90);
    press(context, "ArrowLeft");
    press(context, "D");
    expect(controller.selected).toBe(20);
    press(context, "V");
    expect(controller.attention.doubts.open).toEqual([]);
    expect(controller.document.corrected()).toEqual([90]);
  });
});

describe("names of strokes", () => {
  const none = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

  it.each([
    [{ ...none, key: "s" }, "S"],
    [{ ...none, key: "S", shiftKey: true, metaKey: true }, "Mod+Shift+S"],
    [{ ...none, key: "z", ctrlKey: true }, "Mod+Z"],
    [{ ...none, key: "?", shiftKey: true }, "?"],
    [{ ...none, key: "+", shiftKey: true }, "+"],
    [{ ...none, key: " " }, "Space"],
    [{ ...none, key: "Tab", shiftKey: true }, "Shift+Tab"],
    [{ ...none, key: "ArrowLeft", altKey: true }, "Alt+ArrowLeft"],
  ])("%o is %s", (stroke, name) => {
    expect(strokeName(stroke)).toBe(name);
  });

  it("are printed as on the keyboard", () => {
    expect(strokeParts("Mod+Shift+Z", false)).toEqual(["Ctrl", "Shift", "Z"]);
    expect(strokeParts("Mod+Enter", true)).toEqual(["⌘", "Enter"]);
    expect(strokeParts("Alt+ArrowLeft", false)).toEqual(["Alt", "←"]);
    expect(strokeParts("+", false)).toEqual(["+"]);
    expect(strokeParts("Mod++", false)).toEqual(["Ctrl", "+"]);
    expect(strokeText("Mod+Shift+Z", false)).toBe("Ctrl+Shift+Z");
    expect(strokeText("Alt+ArrowLeft", true)).toBe("⌥ ←");
  });

  it("are told to screen readers by the names that those know", () => {
    expect(ariaStroke("Mod+Shift+Z", false)).toBe("Control+Shift+Z");
    expect(ariaStroke("Mod+Enter", true)).toBe("Meta+Enter");
    expect(ariaStroke("+", false)).toBe("Plus");
  });
});
