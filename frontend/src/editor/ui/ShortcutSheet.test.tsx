// @vitest-environment jsdom
import { act } from "react";
import { beforeEach, expect, it, vi } from "vitest";
import { stage } from "../../ui/stage.fake";
import { Keymap } from "../actions/keymap";
import { action } from "../actions/registry";
import { EditorController } from "../controller";
import { untouchedDocument } from "../core/untouched.fixture";
import { ActionIconButton, EditorActions } from "./ActionButton";
import { ShortcutSheet } from "./ShortcutSheet";

const close = vi.fn();
const { show } = stage();
let keymap: Keymap;

beforeEach(() => {
  localStorage.clear();
  close.mockClear();
  keymap = new Keymap(1);
  const controller = new EditorController(untouchedDocument(new Float64Array(212)), { width: 30, height: 30 }, "edit");
  show(
    <EditorActions value={{ controller, commands: {}, keymap }}>
      <ActionIconButton id="brush" />
      <ShortcutSheet mode="edit" opened onClose={close} />
    </EditorActions>,
  );
});

function shown(testId: string): HTMLElement {
  const element = document.querySelector<HTMLElement>(`[data-testid="${testId}"]`);
  if (element === null) throw new Error(`no ${testId}`);
  return element;
}

const question = () => shown("key-question").textContent;

function click(element: HTMLElement | undefined): void {
  if (element === undefined) throw new Error("nothing to click");
  act(() => {
    element.focus();
    element.click();
  });
}

function button(name: string): HTMLElement | undefined {
  const named = (each: HTMLElement) => each.ariaLabel ?? each.getAttribute("aria-label") ?? each.textContent;
  return [...document.querySelectorAll("button")].find((each) => named(each).includes(name));
}

function press(key: string, modifiers: KeyboardEventInit = {}): void {
  act(() => {
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...modifiers });
    (document.activeElement ?? document.body).dispatchEvent(event);
  });
}

function keysOf(id: string): readonly string[] {
  return keymap.keysOf(action(id));
}

it("changes a key that is clicked to the one that is pressed next, and every button shows it", () => {
  click(shown("key-brush-0"));
  expect(question()).toContain("Press the new key");
  press("Shift", { shiftKey: true });
  press("B", { shiftKey: true });
  expect(keysOf("brush")).toEqual(["Shift+B"]);
  expect(shown("key-brush-0").textContent).toBe("Shift B");
  expect(shown("btn-brush").getAttribute("aria-keyshortcuts")).toBe("Shift+B");
  expect(document.activeElement).toBe(shown("key-brush-0"));
  expect(question()).toContain("Click a key");
});

it("keeps a key after Escape, which then closes the sheet", () => {
  click(shown("key-brush-0"));
  press("Escape");
  expect(keysOf("brush")).toEqual(["W"]);
  expect(close).not.toHaveBeenCalled();
  expect(question()).toContain("Click a key");
  press("Escape");
  expect(close).toHaveBeenCalledOnce();
});

it("names whose a key is already, and swaps the two only when it is told to", () => {
  click(shown("key-brush-0"));
  press("e");
  expect(question()).toContain("E is already a key of “Eraser");
  expect(keysOf("brush")).toEqual(["W"]);
  click(button("Keep as it is"));
  expect([keysOf("brush"), keysOf("eraser")]).toEqual([["W"], ["E"]]);

  click(shown("key-brush-0"));
  press("e");
  click(button("Swap"));
  expect([keysOf("brush"), keysOf("eraser")]).toEqual([["E"], ["W"]]);
  expect(document.activeElement).toBe(shown("key-brush-0"));
});

it("says why two keys cannot change places, and leaves them", () => {
  act(() => keymap.assign({ id: "skip", index: 0 }, "A"));
  click(shown("key-skip-0"));
  press("n");
  expect(question()).toContain("N is already a key of “Next");
  expect(question()).toContain("A is a key of “Approve and go on”");
  expect(button("Swap")).toBeUndefined();
  press("Escape");
  expect([keysOf("skip"), keysOf("next-comment")]).toEqual([["A"], ["N"]]);
  expect(close).not.toHaveBeenCalled();
});

it("gives an action its own keys back, and all actions theirs", () => {
  act(() => keymap.assign({ id: "brush", index: 0 }, "E"));
  act(() => keymap.assign({ id: "skip", index: 0 }, "Z"));
  click(button("Reset the keys of “Brush”"));
  expect([keysOf("brush"), keysOf("eraser"), keysOf("skip")]).toEqual([["W"], ["E"], ["Z"]]);
  expect(question()).toContain("Reset as well, because they had taken its keys: “Eraser");
  click(button("Reset all keys"));
  expect(keysOf("skip")).toEqual(["Z"]);
  click(button("Really reset all keys?"));
  expect(keysOf("skip")).toEqual(["K"]);
  expect(button("Reset")).toBeUndefined();
});

it("leaves Escape alone", () => {
  expect(document.querySelector("[data-testid=key-let-go-0]")).toBeNull();
});
