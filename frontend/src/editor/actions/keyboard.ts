/** From key strokes to actions. */
import { type Action, type ActionContext, actionForKey } from "./registry";
import { strokeName } from "./keys";

/** Strokes that a focused button, link or slider needs for itself. */
const OF_CONTROLS = new Set([
  ...["Enter", "Space", "Escape", "Tab", "Shift+Tab"],
  ...["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"],
]);

/** Strokes that the action takes over only while the photo has the focus, so that the keyboard can also leave it. */
const OF_PHOTO = new Set(["Tab", "Shift+Tab"]);

/**
 * Follows the keyboard of the whole window. `host` is the element of the photo; `context` is asked at every stroke.
 * Returns what stops it.
 */
export function followKeyboard(host: HTMLElement, context: () => ActionContext): () => void {
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
      const found = actionForKey(context().controller.mode, stroke);
      if (found === null || !allowed(found, stroke, target)) {
        if (stroke === "Escape" && target === "photo") host.blur();
        return;
      }
      if (!found.enabled(context())) {
        if (stroke === "Escape") host.blur();
        // The browser must not act in the action's place: no "save page", no scrolling.
        else event.preventDefault();
        return;
      }
      event.preventDefault();
      if (event.repeat && !found.repeats) return;
      if (found.release === undefined) found.run(context(), stroke);
      else if (held === null) {
        held = { action: found, key: event.key };
        found.run(context(), stroke);
      }
    },
    { signal },
  );
  window.addEventListener(
    "keyup",
    (event) => {
      if (held !== null && event.key.toLowerCase() === held.key.toLowerCase()) release();
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
