/** Names of key strokes, such as "Mod+Shift+Z", "?" or "Alt+ArrowLeft". Mod is Ctrl, or ⌘ on a Mac. */

export interface KeyStroke {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

export function strokeName({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyStroke): string {
  const letter = key.length === 1 && key.toLowerCase() !== key.toUpperCase();
  const named = key === " " ? "Space" : letter ? key.toUpperCase() : key;
  // Shift is already in a character such as "?" or "+".
  const shift = shiftKey && (letter || named.length > 1);
  return [ctrlKey || metaKey ? "Mod" : "", altKey ? "Alt" : "", shift ? "Shift" : "", named].filter(Boolean).join("+");
}

const SYMBOLS: Readonly<Record<string, string>> = {
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
};

/** "Mod+Shift+Z" as it is printed on this person's keyboard. */
export function strokeParts(stroke: string, mac: boolean): string[] {
  return modifiersAndKey(stroke).map((part) => {
    if (part === "Mod") return mac ? "⌘" : "Ctrl";
    if (part === "Alt" && mac) return "⌥";
    return SYMBOLS[part] ?? part;
  });
}

/** The same, within a sentence. */
export function strokeText(stroke: string, mac: boolean): string {
  return strokeParts(stroke, mac).join(mac ? " " : "+");
}

/** The same, as `aria-keyshortcuts` wants it. */
export function ariaStroke(stroke: string, mac: boolean): string {
  const names: Readonly<Record<string, string>> = { Mod: mac ? "Meta" : "Control", "+": "Plus" };
  return modifiersAndKey(stroke)
    .map((part) => names[part] ?? part)
    .join("+");
}

/**
 * Several strokes on one line: what they all are held with, as it is printed, and each without it. Four directions with the
 * same modifiers show those once.
 */
export function withSharedModifiers(strokes: readonly string[], mac: boolean): { shared: string[]; each: string[] } {
  const held = strokes.map((stroke) => strokeParts(stroke, mac).slice(0, -1));
  const [first = []] = held;
  const alike = held.every((modifiers) => modifiers.join(" ") === first.join(" "));
  if (strokes.length < 2 || !alike || first.length === 0) return { shared: [], each: [...strokes] };
  return { shared: first, each: strokes.map((stroke) => modifiersAndKey(stroke).at(-1) as string) };
}

/** The last "+" may be the key itself. */
function modifiersAndKey(stroke: string): string[] {
  return stroke === "+" ? ["+"] : stroke.split(/\+(?=.)/);
}

export function isMac(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}
