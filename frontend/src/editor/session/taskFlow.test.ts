import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiProblem } from "../../api/problem";
import type { Assignment } from "./apiTypes";
import { BrowserDraftStore } from "./draftStore";
import type { TaskApi } from "./taskApi";
import { type TaskFlow, TaskFlowMachine } from "./taskFlow";
import { FakeTaskServer } from "./taskServer.fake";

// Nothing is decoded here: there is no screen.
const ahead = vi.hoisted(() => ({ asked: 0 }));
vi.mock("../canvas/fetchedAhead", () => ({
  fetchAhead: () => {
    ahead.asked += 1;
    return Promise.resolve();
  },
}));

let shown: string[];
let taken: number[];
let free: number[];
let machine: TaskFlowMachine;
let databases = 0;

/** Photos 1, 2, 3, … in the order of the queue. */
function task(id: number, leased: boolean): Assignment {
  const assignment = new FakeTaskServer().assignment();
  return { ...assignment, task: { ...assignment.task, id }, lease: leased ? assignment.lease : null };
}

function take(id: number): Assignment {
  if (!free.includes(id)) throw new ApiProblem(409, "task-leased", "Taken", "Somebody else has it.");
  free = free.filter((each) => each !== id);
  taken.push(id);
  return task(id, true);
}

function start(lookAhead: boolean): void {
  const api: TaskApi = { ...new FakeTaskServer().api, lease: (id) => new Promise((resolve) => resolve(take(id))) };
  const tabs = { claim: () => () => undefined };
  databases += 1;
  const ports = { api, store: new BrowserDraftStore(`flow-${databases}`), tabs, userId: 1 };
  machine = new TaskFlowMachine(ports, {
    fetch: () => Promise.resolve(free[0] === undefined ? null : take(free[0])),
    ...(lookAhead && {
      lookAhead: () => Promise.resolve(free[0] === undefined ? null : task(free[0], false)),
    }),
    onFlow: (flow) => shown.push(name(flow)),
  });
  machine.advance();
}

function name(flow: TaskFlow): string {
  return flow.stage === "open" ? `${flow.session.taskId} ${flow.session.state.access}` : flow.stage;
}

/** Lets IndexedDB, which works on real ticks, and the timers that follow on it come to rest. */
async function settle(): Promise<void> {
  for (let round = 0; round < 4; round += 1) {
    await vi.advanceTimersByTimeAsync(500);
    for (let tick = 0; tick < 20; tick += 1) await new Promise((resolve) => setImmediate(resolve));
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
  [shown, taken, free] = [[], [], [1, 2, 3]];
  ahead.asked = 0;
});
afterEach(() => {
  machine.end();
  vi.useRealTimers();
});

it("has the first photo on its way before the task is open", async () => {
  start(false);
  for (let tick = 0; tick < 10; tick += 1) await Promise.resolve();
  expect([ahead.asked, shown]).toEqual([1, []]);
  await settle();
  expect([ahead.asked, shown]).toEqual([1, ["1 editing"]]);
});

it("shows the next photo before the server has answered, and leases it only then", async () => {
  start(true);
  await settle();
  expect([shown, taken]).toEqual([["1 editing"], [1]]);
  let answer: (done: boolean) => void = () => undefined;
  machine.leave(new Promise((resolve) => (answer = resolve)));
  expect(shown.at(-1)).toBe("2 opening");
  await settle();
  expect(taken).toEqual([1]);
  answer(true);
  await settle();
  expect([shown.at(-1), taken]).toEqual(["2 editing", [1, 2]]);
});

it("comes back when the server refuses", async () => {
  start(true);
  await settle();
  machine.leave(Promise.resolve(false));
  await settle();
  expect(shown).toEqual(["1 editing", "2 opening", "1 editing"]);
  machine.leave(Promise.resolve(true));
  await settle();
  expect([shown.at(-1), taken]).toEqual(["2 editing", [1, 2]]);
});

it("goes on with another photo when somebody was faster", async () => {
  start(true);
  await settle();
  free = [3];
  machine.leave(Promise.resolve(true));
  await settle();
  expect(shown).toEqual(["1 editing", "2 opening", "3 editing"]);
});

it("waits where nothing is made ready, and says when nothing is left", async () => {
  start(false);
  await settle();
  free = [];
  machine.leave(Promise.resolve(true));
  expect(shown).toEqual(["1 editing"]);
  await settle();
  expect(shown).toEqual(["1 editing", "empty"]);
});

it("takes nothing more once the page is left", async () => {
  start(true);
  await settle();
  machine.leave(Promise.resolve(true));
  machine.end();
  await settle();
  expect([shown.at(-1), taken]).toEqual(["2 opening", [1]]);
});
