// @vitest-environment jsdom
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Tip } from "./Tip";

let root: Root;
const pressed = vi.fn();

const words = () => document.querySelector('[role="tooltip"]')?.textContent;
const button = () => document.querySelector("button") as HTMLButtonElement;

function point(kind: string, pointerType = "mouse"): void {
  const event = new MouseEvent(kind, { bubbles: true });
  Object.defineProperty(event, "pointerType", { value: pointerType });
  act(() => void button().dispatchEvent(event));
}

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.useFakeTimers();
  root = createRoot(document.body.appendChild(document.createElement("div")));
  act(() =>
    root.render(
      <Tip label="Undo">
        <button onPointerDown={pressed} />
      </Tip>,
    ),
  );
});

afterEach(() => {
  act(() => root.unmount());
  document.body.replaceChildren();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  pressed.mockReset();
});

it("says what a button does while the mouse rests on it, and not to one that passes by", () => {
  point("pointerover");
  act(() => void vi.advanceTimersByTime(200));
  point("pointerout");
  act(() => void vi.advanceTimersByTime(1000));
  expect(words()).toBeUndefined();

  point("pointerover");
  act(() => void vi.advanceTimersByTime(300));
  expect(words()).toBe("Undo");
  point("pointerout");
  expect(words()).toBeUndefined();
});

it("hides when the button is pressed, which does what it did, and when a key is", () => {
  for (const end of [() => point("pointerdown"), () => act(() => void window.dispatchEvent(new KeyboardEvent("keydown")))]) {
    point("pointerover");
    act(() => void vi.advanceTimersByTime(300));
    expect(words()).toBe("Undo");
    end();
    expect(words()).toBeUndefined();
    point("pointerout");
  }
  expect(pressed).toHaveBeenCalledOnce();
});

it("does not hang about after a finger", () => {
  point("pointerover", "touch");
  act(() => void vi.advanceTimersByTime(1000));
  expect(words()).toBeUndefined();
});
