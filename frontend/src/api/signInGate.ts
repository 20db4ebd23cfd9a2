/**
 * Where a session that has ended meets the person at the keyboard.
 *
 * A 401 calls `require()`; the application shows its sign-in dialog over the page, which stays mounted with all its
 * unsaved work, and calls `opened()` once the person is signed in again. Whoever wants to try again waits on
 * `signedIn()`.
 */
class SignInGate {
  #required = false;
  #listeners = new Set<() => void>();
  #waiting: (() => void)[] = [];

  /** Whether a sign-in is being asked for; a snapshot for useSyncExternalStore. */
  readonly isRequired = (): boolean => this.#required;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  require(): void {
    this.#set(true);
  }

  opened(): void {
    this.#set(false);
    for (const resume of this.#waiting.splice(0)) resume();
  }

  /** Resolves at once, or after the next successful sign-in while one is being asked for. */
  signedIn(): Promise<void> {
    if (!this.#required) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #set(required: boolean): void {
    if (this.#required === required) return;
    this.#required = required;
    for (const listener of this.#listeners) listener();
  }
}

export const signInGate = new SignInGate();
