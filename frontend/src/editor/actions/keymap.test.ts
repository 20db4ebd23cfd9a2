// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Keymap, type Slot } from "./keymap";
import { action, type ActionId, ACTIONS } from "./registry";

const ME = 7;
const STORED = `facet-editor-keys-${ME}`;
const MODES = ["edit", "view", "review"] as const;

let keymap: Keymap;

beforeEach(() => {
  localStorage.clear();
  keymap = new Keymap(ME);
});

function keysOf(id: ActionId, of = keymap): readonly string[] {
  return of.keysOf(action(id));
}

function slot(id: ActionId, index = 0): Slot {
  return { id, index };
}

/** Every key of every mode runs one action, and every action can be reached by its keys. */
function expectSound(of = keymap): void {
  for (const mode of MODES) {
    for (const each of ACTIONS.filter(({ modes }) => modes.includes(mode))) {
      for (const [i, key] of of.keysOf(each).entries()) {
        expect(of.find(mode, key), `${each.id} by ${key} in ${mode}`).toEqual({ action: each, stroke: each.keys[i] });
      }
    }
  }
}

describe("a keymap", () => {
  it("is the registry's until somebody changes it", () => {
    for (const each of ACTIONS) expect(keymap.keysOf(each)).toBe(each.keys);
    expectSound();
    expect(localStorage).toHaveLength(0);
  });

  it("gives one key of an action another stroke, and the old one runs nothing any more", () => {
    const heard = vi.fn();
    keymap.subscribe(heard);
    expect(keymap.holders(slot("save"), "Shift+S")).toEqual([]);
    keymap.assign(slot("save"), "Shift+S");
    expect(keysOf("save")).toEqual(["Shift+S", "Mod+S"]);
    expect(keymap.find("edit", "S")).toBeNull();
    expect(keymap.find("edit", "Shift+S")?.action.id).toBe("save");
    expect(keymap.isChanged(action("save"))).toBe(true);
    expect(heard).toHaveBeenCalledOnce();
    expectSound();
  });

  it("keeps it in the browser for that person, and for nobody else", () => {
    keymap.assign(slot("save"), "Shift+S");
    expect(keysOf("save", new Keymap(ME))).toEqual(["Shift+S", "Mod+S"]);
    expect(keysOf("save", new Keymap(ME + 1))).toEqual(["S", "Mod+S"]);
  });

  it("works for as long as the page where the browser stores nothing", () => {
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    keymap.assign(slot("save"), "Shift+S");
    expect(keysOf("save")).toEqual(["Shift+S", "Mod+S"]);
  });

  it("follows what the person changes in another tab", () => {
    const heard = vi.fn();
    const stop = keymap.subscribe(heard);
    new Keymap(ME).assign(slot("save"), "Shift+S");
    window.dispatchEvent(new StorageEvent("storage", { key: STORED }));
    expect(keysOf("save")).toEqual(["Shift+S", "Mod+S"]);
    expect(heard).toHaveBeenCalledOnce();
    stop();
  });
});

describe("a stroke that is taken", () => {
  it("names whoever has it in the same modes, and them only", () => {
    expect(keymap.holders(slot("save"), "B")).toEqual([slot("before")]);
    // Approving is done where nothing is saved.
    expect(keymap.holders(slot("save"), "A")).toEqual([]);
    expect(keymap.holders(slot("save"), "Mod+S")).toEqual([slot("save", 1)]);
  });

  it("is exchanged for the old one", () => {
    keymap.assign(slot("brush"), "E");
    expect(keysOf("brush")).toEqual(["E"]);
    expect(keysOf("eraser")).toEqual(["W"]);
    expectSound();
    keymap.assign(slot("brush"), "W");
    expect(keysOf("eraser")).toEqual(["E"]);
    expect(localStorage).toHaveLength(0);
  });

  it("is exchanged between two keys of one action, so that directions can be turned round", () => {
    keymap.assign(slot("nudge", 0), "ArrowRight");
    expect(keymap.find("edit", "ArrowRight")?.stroke).toBe("ArrowLeft");
    expect(keymap.find("edit", "ArrowLeft")?.stroke).toBe("ArrowRight");
    expectSound();
  });

  it("is exchanged with several, where they are never there together", () => {
    keymap.assign(slot("toggle-points"), "A");
    keymap.assign(slot("save"), "P");
    // Now P saves while editing, and what P was has A everywhere; approve has taken P where it may.
    expect(keysOf("approve")).toEqual(["P"]);
    expect(keymap.holders(slot("toggle-points"), "P")).toEqual([slot("save"), slot("approve")]);
    expect(keymap.hindrances(slot("toggle-points"), "P")).toEqual([]);
    keymap.assign(slot("toggle-points"), "P");
    expect([keysOf("save")[0], keysOf("approve")[0]]).toEqual(["A", "A"]);
    expectSound();
  });

  it("cannot be exchanged where the old one is another's in a mode that the action has not", () => {
    keymap.assign(slot("skip"), "A");
    expect(keymap.holders(slot("skip"), "N")).toEqual([slot("next-comment")]);
    expect(keymap.hindrances(slot("skip"), "N")).toEqual(["approve"]);
    expect(keymap.hindrances(slot("skip"), "W")).toEqual([]);
  });
});

describe("going back", () => {
  it("gives an action its own keys", () => {
    keymap.assign(slot("save"), "Shift+S");
    keymap.assign(slot("skip"), "Shift+K");
    expect(keymap.reset("save")).toEqual([]);
    expect(keysOf("save")).toEqual(["S", "Mod+S"]);
    expect(keysOf("skip")).toEqual(["Shift+K"]);
  });

  it("takes them from whoever has them meanwhile, and says from whom", () => {
    keymap.assign(slot("brush"), "E");
    keymap.assign(slot("eraser"), "Y");
    // Brush E, eraser Y, polygon W.
    expect(keymap.reset("eraser")).toEqual(["brush", "polygon"]);
    expect(["brush", "eraser", "polygon"].map((id) => keysOf(id as ActionId)[0])).toEqual(["W", "E", "Y"]);
    expectSound();
  });

  it("is done for all of them at once", () => {
    keymap.assign(slot("save"), "Shift+S");
    keymap.assign(slot("approve"), "Enter");
    keymap.resetAll();
    for (const each of ACTIONS) expect(keymap.keysOf(each)).toBe(each.keys);
    expect(localStorage).toHaveLength(0);
  });
});

describe("what was stored", () => {
  it.each([
    ["no JSON", "{"],
    ["no object", "null"],
    ["an action that is no more", JSON.stringify({ "cut-hair": ["Z"] })],
    ["another number of keys", JSON.stringify({ save: ["Z"] })],
    ["something other than keys", JSON.stringify({ skip: [7] })],
    ["Escape for something else", JSON.stringify({ skip: ["Escape"], "let-go": ["K"] })],
    ["a key that a later version has given away", JSON.stringify({ skip: ["W"] })],
    ["a key twice", JSON.stringify({ save: ["Z", "Z"] })],
  ])("is left out when it is %s", (_, stored) => {
    localStorage.setItem(STORED, stored);
    const anew = new Keymap(ME);
    for (const each of ACTIONS) expect(anew.keysOf(each)).toBe(each.keys);
  });

  it("is kept where it is sound, whatever is left out beside it", () => {
    localStorage.setItem(STORED, JSON.stringify({ skip: ["W"], brush: ["Shift+B"], eraser: ["K"] }));
    const anew = new Keymap(ME);
    expectSound(anew);
    expect(["skip", "brush", "eraser"].map((id) => keysOf(id as ActionId, anew)[0])).toEqual(["W", "Shift+B", "K"]);
  });
});
