/** Which keys run which actions for one person: the registry's own, except those that the person has changed in this browser. */
import type { EditorMode } from "../controller";
import { type Action, action, type ActionContext, type ActionId, ACTIONS, actionsOf } from "./registry";

/** What keys, buttons, menu and sheet work with. */
export interface KeyedContext extends ActionContext {
  readonly keymap: Keymap;
}

/** One of the keys of an action, by its place in the registry's list. */
export interface Slot {
  readonly id: ActionId;
  readonly index: number;
}

/** All keys of each changed action, as many as the registry gives it. */
type Changes = ReadonlyMap<ActionId, readonly string[]>;

/** Leads out of tools, dialogs and the photo whatever else is changed, and so is nobody's to give away. */
export const FIXED_STROKE = "Escape";

export class Keymap {
  readonly #storageKey: string;
  readonly #listeners = new Set<() => void>();
  #changes: Changes;

  constructor(userId: number) {
    this.#storageKey = `facet-editor-keys-${userId}`;
    this.#changes = this.#load();
  }

  /** For useSyncExternalStore: another object after every change. */
  readonly changes = (): Changes => this.#changes;

  /** Also follows what the person changes in another tab. */
  readonly subscribe = (listener: () => void): (() => void) => {
    const follow = (event: StorageEvent) => {
      if (event.key === this.#storageKey) this.#show(this.#load());
    };
    this.#listeners.add(listener);
    window.addEventListener("storage", follow);
    return () => {
      this.#listeners.delete(listener);
      window.removeEventListener("storage", follow);
    };
  };

  /** The first one is shown in tooltips. */
  keysOf(of: Action): readonly string[] {
    return keysIn(this.#changes, of);
  }

  isChanged({ id }: Action): boolean {
    return this.#changes.has(id);
  }

  /**
   * The action that `stroke` runs in `mode`, or null. With it comes the stroke that the registry has in that place, by
   * which an action that is `directed` knows where to.
   */
  find(mode: EditorMode, stroke: string): { readonly action: Action; readonly stroke: string } | null {
    for (const each of actionsOf(mode)) {
      const own = each.keys[this.keysOf(each).indexOf(stroke)];
      if (own !== undefined) return { action: each, stroke: own };
    }
    return null;
  }

  /** Whose keys `stroke` is already wherever the action of `slot` can be run, that action's other keys included. */
  holders(slot: Slot, stroke: string): Slot[] {
    const { modes } = action(slot.id);
    return ACTIONS.filter((each) => each.modes.some((mode) => modes.includes(mode))).flatMap((each) =>
      this.keysOf(each).flatMap((key, index) => {
        const itself = each.id === slot.id && index === slot.index;
        return key === stroke && !itself ? [{ id: each.id, index }] : [];
      }),
    );
  }

  /** Those that keep the holders of `stroke` from taking this slot's key in exchange, since it is theirs in another mode. */
  hindrances(slot: Slot, stroke: string): ActionId[] {
    const clashing = clashesIn(this.#exchanged(slot, stroke));
    const holders = new Set(this.holders(slot, stroke).map(({ id }) => id));
    return [...clashing].filter((id) => !holders.has(id));
  }

  /** Makes `stroke` this slot's key. Its holders, if any, take the old one in exchange, which must be free for them. */
  assign(slot: Slot, stroke: string): void {
    this.#keep(this.#exchanged(slot, stroke));
  }

  /**
   * Gives an action its own keys back, and the same to all others that have taken them meanwhile. Returns those others.
   */
  reset(id: ActionId): ActionId[] {
    const before = this.#changes;
    const changes = new Map(before);
    changes.delete(id);
    this.#keep(withoutClashes(changes));
    return [...before.keys()].filter((each) => each !== id && !this.#changes.has(each));
  }

  resetAll(): void {
    this.#keep(new Map());
  }

  #exchanged(slot: Slot, stroke: string): Changes {
    const given = this.keysOf(action(slot.id))[slot.index] as string;
    const changes = new Map(this.#changes);
    const put = ({ id, index }: Slot, key: string) => changes.set(id, keysIn(changes, action(id)).with(index, key));
    for (const holder of this.holders(slot, stroke)) put(holder, given);
    put(slot, stroke);
    return changes;
  }

  #keep(wanted: Changes): void {
    const changes = new Map([...wanted].filter(([id, keys]) => keys.join(" ") !== action(id).keys.join(" ")));
    try {
      if (changes.size === 0) localStorage.removeItem(this.#storageKey);
      else localStorage.setItem(this.#storageKey, JSON.stringify(Object.fromEntries(changes)));
    } catch {
      // A browser that stores nothing keeps them as long as the page lives.
    }
    this.#show(changes);
  }

  #show(changes: Changes): void {
    this.#changes = changes;
    for (const listener of this.#listeners) listener();
  }

  #load(): Changes {
    try {
      const stored = JSON.parse(localStorage.getItem(this.#storageKey) ?? "{}") as Readonly<Record<string, unknown>>;
      const known = ACTIONS.flatMap(({ id, keys }) => {
        const kept = stored[id];
        return areKeysFor(keys, kept) ? [[id, kept] as const] : [];
      });
      return withoutClashes(new Map(known));
    } catch {
      return new Map();
    }
  }
}

function keysIn(changes: Changes, { id, keys }: Action): readonly string[] {
  return changes.get(id) ?? keys;
}

function areKeysFor(own: readonly string[], kept: unknown): kept is string[] {
  return (
    Array.isArray(kept) &&
    kept.length === own.length &&
    kept.every((key, i) => typeof key === "string" && key !== "" && (key === FIXED_STROKE) === (own[i] === FIXED_STROKE))
  );
}

/** The actions that share a key with another, or have one twice, in one of the modes. */
function clashesIn(changes: Changes): Set<ActionId> {
  const clashing = new Set<ActionId>();
  for (const mode of ["edit", "view", "review"] as const) {
    const owners = new Map<string, ActionId>();
    for (const each of actionsOf(mode)) {
      for (const key of keysIn(changes, each)) {
        const owner = owners.get(key);
        if (owner !== undefined) clashing.add(owner).add(each.id);
        owners.set(key, each.id);
      }
    }
  }
  return clashing;
}

/**
 * Leaves out the changes that would give one key two meanings, as when an action of a later version comes with it. No two
 * actions of the registry share a key, so that this ends.
 */
function withoutClashes(changes: Changes): Changes {
  for (let left = changes; ; ) {
    const clashing = clashesIn(left);
    if (clashing.size === 0) return left;
    left = new Map([...left].filter(([id]) => !clashing.has(id)));
  }
}
