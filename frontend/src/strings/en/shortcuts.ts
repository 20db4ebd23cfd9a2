/** The sheet of keys, and changing them there. Keys come as they are printed on the keyboard. */
export const shortcuts = {
  title: "Keyboard shortcuts",
  howToChange: "Click a key to change it. Your keys are kept in this browser.",
  resetAll: "Reset all keys",
  sureToResetAll: "Really reset all keys?",
  reset: (action: string) => `Reset the keys of “${action}”`,
  alsoReset: (actions: readonly string[]) => `Reset as well, because they had taken its keys: ${listed(actions)}.`,
  change: (key: string, action: string) => `${key}: change this key of “${action}”`,
  pressNew: "Press the new key. Esc keeps the old one.",
  taken: (key: string, actions: readonly string[]) => `${key} is already a key of ${listed(actions)}.`,
  hindered: (key: string, actions: readonly string[]) =>
    `They cannot change places: elsewhere, ${key} is a key of ${listed(actions)}. Change that first, or choose another key.`,
  swap: "Swap the two keys",
  keepOld: "Keep as it is",
  wheel:
    "The wheel, or two fingers, zoom where the pointer is. Drag beside the points, or with the middle button, to move the photo.",
};

function listed(actions: readonly string[]): string {
  return actions.map((each) => `“${each}”`).join(", ");
}
