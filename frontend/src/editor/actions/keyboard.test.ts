// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EditorController } from "../controller";
import { followKeyboard, nextStroke } from "./keyboard";
import { Keymap } from "./keymap";
import { untouchedDocument } from "../core/untouched.fixture";

const save = vi.fn();
const submit = vi.fn();
let controller: EditorController;
let keymap: Keymap;
let host: HTMLElement;
let stop: () => void;

beforeEach(() => {
  localStorage.clear();
  keymap = new Keymap(1);
  const points = Float64Array.from({ length: 212 }, (_, i) => i);
  controller = new EditorController(untouchedDocument(points), { width: 300, height: 300 }, "edit");
  controller.setPhotoShown(true);
  document.body.innerHTML = `<div id="host" tabindex="0"></div><input id="field"><button id="button">b</button>`;
  host = byId("host");
  stop = followKeyboard(host, () => ({ controller, commands: { save, submit }, keymap }));
});

afterEach(() => {
  stop();
  save.mockClear();
  submit.mockClear();
});

function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`no #${id}`);
  return element;
}

/** Returns whether the browser's own action was prevented. */
function press(id: string, key: string, modifiers: KeyboardEventInit = {}): boolean {
  const target = byId(id);
  target.focus();
  return !target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...modifiers }));
}

describe("the keyboard", () => {
  it("runs actions on the photo, in place of the browser's own", () => {
    expect(press("host", "s")).toBe(true);
    expect(save).toHaveBeenCalledOnce();
    expect(press("host", "Enter")).toBe(true);
    expect(submit).toHaveBeenCalledOnce();
  });

  it("submits once however long Enter is held, and never a photo that has not been seen", () => {
    press("host", "Enter");
    press("host", "Enter", { repeat: true });
    expect(submit).toHaveBeenCalledOnce();
    controller.setPhotoShown(false);
    press("host", "Enter");
    expect(submit).toHaveBeenCalledOnce();
  });

  it("goes on moving a point while an arrow is held", () => {
    controller.select(3);
    press("host", "ArrowRight");
    press("host", "ArrowRight", { repeat: true });
    controller.settle();
    expect(controller.document.points[6]).toBe(8);
  });

  it("leaves letters, arrows and undo to a text field, but saves from there", () => {
    expect(press("field", "s")).toBe(false);
    expect(press("field", "ArrowLeft")).toBe(false);
    expect(press("field", "z", { ctrlKey: true })).toBe(false);
    expect(save).not.toHaveBeenCalled();
    expect(press("field", "s", { ctrlKey: true })).toBe(true);
    expect(save).toHaveBeenCalledOnce();
  });

  it("leaves Enter, Space and Tab to a focused button", () => {
    for (const key of ["Enter", " ", "Tab"]) expect(press("button", key)).toBe(false);
    expect(submit).not.toHaveBeenCalled();
    expect(controller.selected).toBeNull();
  });

  it("walks through the points with Tab only on the photo, and Escape leads out", () => {
    expect(press("host", "Tab")).toBe(true);
    expect(controller.selected).toBe(0);
    press("host", "Escape");
    expect(controller.selected).toBeNull();
    expect(document.activeElement).toBe(host);
    press("host", "Escape");
    expect(document.activeElement).not.toBe(host);
  });

  it("holds for as long as the key is down, or until the window loses the focus", () => {
    press("host", "h");
    expect(controller.photoOnly).toBe(true);
    window.dispatchEvent(new KeyboardEvent("keyup", { key: "h" }));
    expect(controller.photoOnly).toBe(false);
    press("host", " ");
    expect(controller.panning).toBe(true);
    window.dispatchEvent(new Event("blur"));
    expect(controller.panning).toBe(false);
  });

  it("knows characters that a keyboard writes with AltGr", () => {
    press("host", "]", { ctrlKey: true, altKey: true, modifierAltGraph: true });
    expect(controller.view.brightness).toBeCloseTo(1.1);
  });

  it("keeps out of the way while a dialog is open", () => {
    document.body.insertAdjacentHTML("beforeend", `<div role="dialog"></div>`);
    expect(press("host", "s")).toBe(false);
    expect(save).not.toHaveBeenCalled();
  });

  it("keeps the browser from its own Ctrl+S where there is nothing to save with", () => {
    stop();
    stop = followKeyboard(host, () => ({ controller, commands: {}, keymap }));
    expect(press("host", "s", { ctrlKey: true })).toBe(true);
  });

  it("follows a person's own keys at once", () => {
    keymap.assign({ id: "submit", index: 0 }, "Mod+J");
    press("host", "Enter");
    expect(submit).not.toHaveBeenCalled();
    press("host", "j", { ctrlKey: true });
    expect(submit).toHaveBeenCalledOnce();
  });

  it("moves by other keys than arrows to where those lead that they stand for", () => {
    keymap.assign({ id: "nudge-far", index: 0 }, "Shift+H");
    controller.select(3);
    press("host", "H", { shiftKey: true });
    controller.settle();
    expect(controller.document.points[6]).toBe(-4);
  });
});

describe("the next stroke", () => {
  it("is the first that names a key, and nobody else hears of it", () => {
    const take = vi.fn();
    nextStroke(take);
    press("button", "Enter", { repeat: true });
    press("button", "Shift", { shiftKey: true });
    expect(press("button", "S", { shiftKey: true })).toBe(true);
    expect(take.mock.calls).toEqual([["Shift+S"]]);
    press("host", "s");
    expect(take).toHaveBeenCalledOnce();
    expect(save).toHaveBeenCalledOnce();
  });

  it("is none after Escape, and none that comes when it is not waited for any more", () => {
    const take = vi.fn();
    nextStroke(take);
    press("button", "Escape");
    expect(take.mock.calls).toEqual([[null]]);
    nextStroke(take)();
    press("button", "s");
    expect(take).toHaveBeenCalledOnce();
  });
});
