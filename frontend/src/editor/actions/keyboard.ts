/** From key strokes to actions. */
import { FIXED_STROKE, type KeyedContext } from "./keymap";
import { strokeName } from "./keys";
import type { Action } from "./registry";

/** Strokes that a focused button, link or slider needs for itself. */
const OF_CONTROLS = new Set([
  ...["Enter", "Space", "Escape", "Tab", "Shift+Tab"],
  ...["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"],
]);

/** Strokes that the action takes over only while the photo has the focus, so that the keyboard can also leave it. */
const OF_PHOTO = new Set(["Tab", "Shift+Tab"]);

/** What browsers report for keys that name nothing by themselves. */
const NO_KEY = new Set([
  ...["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "NumLock", "Fn"],
  ...["Dead", "Process", "Unidentified"],
]);

/**
 * Follows the keyboard of the whole window. `host` is the element of the photo; `context` is asked at every stroke.
 * Returns what stops it.
 */
export function followKeyboard(host: HTMLElement, context: () => KeyedContext): () => void {
  const abort = new AbortController();
  const { signal } = abort;
  /** The held action, and the key that holds it. */
  let held: { action: Action; key: string } | null = null;

  const release = () => {
    held?.action.release?.(context());
    held = null;
  };

  window.addEventListener(
    "keydown",
    (event) => {
      if (event.defaultPrevented || event.isComposing || document.querySelector("[role=dialog]") !== null) return;
      const stroke = strokeOf(event);
      const target = focusOf(event, host);
      const { keymap, controller } = context();
      const found = keymap.find(controller.mode, stroke);
      if (found === null || !allowed(found.action, stroke, target)) {
        if (stroke === "Escape" && target === "photo") host.blur();
        return;
      }
      const { action } = found;
      if (!action.enabled(context())) {
        if (stroke === "Escape") host.blur();
        // The browser must not act in the action's place: no "save page", no scrolling.
        else event.preventDefault();
        return;
      }
      event.preventDefault();
      if (event.repeat && !action.repeats) return;
      if (action.release === undefined) action.run(context(), found.stroke);
      else if (held === null) {
        held = { action, key: event.key };
        action.run(context(), found.stroke);
      }
    },
    { signal },
  );
  window.addEventListener(
    "keyup",
    (event) => {
      // While ⌘ is down, a Mac tells of no other key that comes up.
      if (event.key.toLowerCase() === held?.key.toLowerCase() || event.key === "Meta") release();
    },
    { signal },
  );
  // A key that is let go in another window never comes up here.
  window.addEventListener("blur", release, { signal });
  return () => {
    release();
    abort.abort();
  };
}

/**
 * Hands the next stroke to `take`, and nothing else hears of it; null stands for Escape. Modifiers alone are waited out.
 * Returns what stops it.
 */
export function nextStroke(take: (stroke: string | null) => void): () => void {
  const abort = new AbortController();
  const options = { capture: true, signal: abort.signal };
  const swallow = (event: KeyboardEvent) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  window.addEventListener(
    "keydown",
    (event) => {
      swallow(event);
      if (event.repeat || event.isComposing || NO_KEY.has(event.key)) return;
      abort.abort();
      // A button would take the end of Space for a click.
      window.addEventListener("keyup", swallow, { capture: true, once: true });
      const stroke = strokeOf(event);
      take(stroke === FIXED_STROKE ? null : stroke);
    },
    options,
  );
  return () => abort.abort();
}

/** Many keyboards write "]" or "{" with AltGr, which browsers report as Ctrl and Alt. */
function strokeOf(event: KeyboardEvent): string {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  const written = event.getModifierState("AltGraph");
  return strokeName({ key, ctrlKey: ctrlKey && !written, metaKey, altKey: altKey && !written, shiftKey });
}

type Focus = "photo" | "field" | "control" | "page";

function focusOf(event: KeyboardEvent, host: HTMLElement): Focus {
  const element = event.target instanceof Element ? event.target : null;
  if (element === null || element === host) return element === null ? "page" : "photo";
  if (element.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]")) return "field";
  return element.closest("button, a, summary, [role=slider], [role=switch], [role=tab], [role=menuitem], input")
    ? "control"
    : "page";
}

function allowed(action: Action, stroke: string, focus: Focus): boolean {
  if (focus === "photo") return true;
  if (focus === "field") return action.inFields === true && stroke.startsWith("Mod+");
  if (focus === "control") return !OF_CONTROLS.has(stroke);
  return !OF_PHOTO.has(stroke);
}
