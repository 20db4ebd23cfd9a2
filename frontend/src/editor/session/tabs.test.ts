import { afterEach, expect, it, vi } from "vitest";
import { browserTabs } from "./tabs";

let given: (() => void)[] = [];
afterEach(() => {
  for (const give of given.splice(0)) give();
  vi.useRealTimers();
});

function claim(user: number, task: number): { taken: boolean } {
  const tab = { taken: false };
  given.push(browserTabs.claim(user, task, () => (tab.taken = true)));
  return tab;
}

/** Channels deliver in their own time. */
async function heard(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 50));
}

it("takes a task from the tab that had it, and from no other", async () => {
  const older = claim(1, 7);
  const [otherTask, otherPerson] = [claim(1, 8), claim(2, 7)];
  await new Promise((resolve) => setTimeout(resolve, 2));
  const newer = claim(1, 7);
  await heard();
  expect([older.taken, newer.taken, otherTask.taken, otherPerson.taken]).toEqual([true, false, false, false]);
});

it("leaves one of two tabs that open at the very same moment", async () => {
  vi.spyOn(Date, "now").mockReturnValue(1_800_000_000_000);
  const tabs = [claim(1, 7), claim(1, 7), claim(1, 7)];
  await heard();
  expect(tabs.filter(({ taken }) => !taken)).toHaveLength(1);
});

it("hears nothing more once the claim is given up", async () => {
  const older = claim(1, 7);
  given.pop()?.();
  claim(1, 7);
  await heard();
  expect(older.taken).toBe(false);
});
