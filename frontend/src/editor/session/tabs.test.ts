import { afterEach, expect, it, vi } from "vitest";
import { browserTabs } from "./tabs";

const given: (() => void)[] = [];
afterEach(() => {
  for (const give of given.splice(0)) give();
});

function claim(user: number, task: number): { taken: boolean } {
  const tab = { taken: false };
  given.push(browserTabs.claim(user, task, () => (tab.taken = true)));
  return tab;
}

/** Channels deliver in their own time. */
async function untilTaken(...tabs: readonly { taken: boolean }[]): Promise<void> {
  await vi.waitFor(() => expect(tabs.every(({ taken }) => taken)).toBe(true), { timeout: 10_000 });
}

function at(milliseconds: number): void {
  vi.spyOn(Date, "now").mockReturnValue(1_800_000_000_000 + milliseconds);
}

it("takes a task from the tab that had it, and from no other", async () => {
  at(0);
  const older = claim(1, 7);
  const [otherTask, otherPerson] = [claim(1, 8), claim(2, 7)];
  at(1);
  const newer = claim(1, 7);
  await untilTaken(older);
  expect([newer.taken, otherTask.taken, otherPerson.taken]).toEqual([false, false, false]);
});

it("leaves one of the tabs that open at the very same moment", async () => {
  at(0);
  const tabs = [claim(1, 7), claim(1, 7), claim(1, 7)];
  await vi.waitFor(() => expect(tabs.filter(({ taken }) => !taken)).toHaveLength(1), { timeout: 10_000 });
});

it("tells a tab that opened first and listened late", async () => {
  at(1);
  const newer = claim(1, 7);
  at(0);
  const older = claim(1, 7);
  await untilTaken(older);
  expect(newer.taken).toBe(false);
});

it("hears nothing more once the claim is given up", async () => {
  at(0);
  const [gone, older] = [claim(1, 7), claim(1, 7)];
  given[0]?.();
  at(1);
  claim(1, 7);
  await untilTaken(older);
  expect(gone.taken).toBe(false);
});
