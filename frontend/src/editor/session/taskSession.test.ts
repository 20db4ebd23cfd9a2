import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pointAt } from "../core/points";
import { operationsFromApi, operationsToApi, type Operation } from "./apiTypes";
import { BrowserDraftStore } from "./draftStore";
import type { TabClaims } from "./tabs";
import { FakeTaskServer } from "./taskServer.fake";
import { TaskSession } from "./taskSession";

let server: FakeTaskServer;
let store: BrowserDraftStore;
let opened: TaskSession[];
let takenBy: (() => void)[];

const tabs: TabClaims = {
  claim: (_user, _task, onTaken) => {
    for (const taken of takenBy.splice(0)) taken();
    takenBy.push(onTaken);
    return () => (takenBy = takenBy.filter((each) => each !== onTaken));
  },
};

async function open(): Promise<TaskSession> {
  const session = await TaskSession.open(server.assignment(), { api: server.api, store, tabs, userId: 1 });
  opened.push(session);
  return session;
}

function drag(session: TaskSession, index: number, x: number, y: number): void {
  session.state.document.previewPlaces([[index, x, y]]);
  session.state.document.commitPreview();
}

/** An operation made elsewhere. */
function moveNine(op_id: string): Operation {
  return moveElsewhere(op_id, { 9: [1, 2] });
}

function moveElsewhere(op_id: string, points: Record<number, [number, number]>): Operation {
  const payload = { points, carried: {}, confirmed: {} };
  return { op_id, base_revision: 1, kind: "move_points", payload, at: "2026-05-01T12:00:00Z" };
}

/** Ends a session as a killed tab does: nothing runs any more, nothing is sent. */
function kill(session: TaskSession): void {
  session.dispose();
}

/** Lets IndexedDB, which works on real ticks, and promises finish without letting the draft timers run out. */
async function settle(): Promise<void> {
  for (let tick = 0; tick < 20; tick += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function advance(milliseconds: number): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += 500) {
    await vi.advanceTimersByTimeAsync(Math.min(500, milliseconds - passed));
    await settle();
  }
}

let databases = 0;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
  databases += 1;
  server = new FakeTaskServer();
  store = new BrowserDraftStore(`drafts-${databases}`);
  opened = [];
  takenBy = [];
});
afterEach(() => {
  for (const session of opened) session.dispose();
  vi.useRealTimers();
});

describe("keeping drafts", () => {
  it("keeps an edit in the browser at once, on the server within seconds, and claims only what is confirmed", async () => {
    const session = await open();
    expect(session.state.saveState).toEqual({ where: "revision", revision: 1 });
    drag(session, 5, 40, 41);
    expect(session.state.saveState.where).toBe("page");
    await settle();
    expect(session.state.saveState).toEqual({ where: "browser", offline: false });
    expect(await store.read(1, 7)).toHaveLength(1);
    expect(server.drafts).toBe(0);
    await advance(2100);
    expect(server.draft?.operations).toHaveLength(1);
    expect(session.state.saveState).toEqual({ where: "server", at: new Date("2026-05-01T12:03:00Z") });
  });

  it("is never more than five seconds behind while someone edits without a pause", async () => {
    const session = await open();
    for (let i = 0; i < 10; i += 1) {
      drag(session, i, i, i);
      await advance(500);
    }
    expect(server.drafts).toBeGreaterThan(0);
  });

  it("says offline while the server does not answer, and catches up when it does", async () => {
    const session = await open();
    server.down = true;
    drag(session, 5, 40, 41);
    await advance(2500);
    expect(session.state.saveState).toEqual({ where: "browser", offline: true });
    expect(session.state.access).toBe("editing");
    server.down = false;
    await advance(5000);
    expect(session.state.saveState.where).toBe("server");
    expect(server.draft?.operations).toHaveLength(1);
  });

  it("stands after a killed tab where it stood, undo history included", async () => {
    const session = await open();
    drag(session, 5, 40, 41);
    drag(session, 6, 50, 51);
    session.state.document.undo();
    await settle();
    kill(session);
    const again = await open();
    expect(pointAt(again.state.document.points, 5)).toEqual([40, 41]);
    expect(again.state.document.corrected()).toEqual([5]);
    again.state.document.redo();
    expect(pointAt(again.state.document.points, 6)).toEqual([50, 51]);
    again.state.document.undo();
    again.state.document.undo();
    expect(again.state.document.corrected()).toEqual([]);
  });

  it("takes the server's draft when it goes on where the browser's ends, as after work on another machine", async () => {
    const session = await open();
    drag(session, 5, 40, 41);
    await settle();
    kill(session);
    const kept = (await store.read(1, 7))[0]?.operations ?? [];
    const more = moveNine("m");
    server.draft = { base_revision: 1, operations: [...operationsToApi(kept), more], updated_at: "2026-05-01T12:04:00Z" };
    const again = await open();
    expect(again.state.document.corrected()).toEqual([5, 9]);
    expect(again.state.notice).toBeNull();
    expect(again.state.saveState.where).toBe("server");
  });

  it("keeps the browser's draft and says so when the two diverge", async () => {
    const session = await open();
    drag(session, 5, 40, 41);
    await settle();
    kill(session);
    server.draft = { base_revision: 1, operations: [moveNine("x")], updated_at: "2026-05-01T12:04:00Z" };
    const again = await open();
    expect(again.state.document.corrected()).toEqual([5]);
    expect(again.state.notice).toMatch(/another draft/);
  });

  it("keeps a drag that had not ended when the tab was killed", async () => {
    const session = await open();
    drag(session, 5, 40, 41);
    await settle();
    session.state.document.previewPlaces([[6, 50, 51]]);
    await advance(500);
    session.state.document.previewPlaces([[6, 52, 53]]);
    await advance(500);
    kill(session);
    const again = await open();
    expect(pointAt(again.state.document.points, 6)).toEqual([52, 53]);
    again.state.document.undo();
    expect(again.state.document.corrected()).toEqual([5]);
  });

  it("forgets a drag that was called off, and one that something else came after", async () => {
    const session = await open();
    session.state.document.previewPlaces([[6, 50, 51]]);
    await advance(500);
    session.state.document.cancelPreview();
    await advance(500);
    kill(session);
    const again = await open();
    expect(again.state.document.corrected()).toEqual([]);

    again.state.document.previewPlaces([[6, 50, 51]]);
    await advance(500);
    const [draft] = await store.read(1, 7);
    kill(again);
    server.draft = { base_revision: 1, operations: [moveNine("m")], updated_at: "2026-05-01T12:04:00Z" };
    expect(draft?.inHand).not.toBeNull();
    expect((await open()).state.document.corrected()).toEqual([9]);
  });

  it("tells when the browser refuses to store, and then sends to the server without waiting", async () => {
    const refused = vi.spyOn(store, "write").mockRejectedValue(new DOMException("", "QuotaExceededError"));
    const session = await open();
    drag(session, 5, 40, 41);
    await settle();
    expect(session.state.browserRefuses).toBe(true);
    expect(session.state.saveState).toEqual({ where: "page", browserFailed: true });
    await advance(500);
    expect(session.state.saveState.where).toBe("server");
    expect(session.state.browserRefuses).toBe(true);
    refused.mockRestore();
    drag(session, 6, 50, 51);
    await settle();
    expect(session.state.browserRefuses).toBe(false);
    expect((await store.read(1, 7))[0]?.operations).toHaveLength(2);
  });

  it("does not show one person's draft to another in the same browser", async () => {
    const session = await open();
    drag(session, 5, 40, 41);
    await settle();
    expect(await store.read(2, 7)).toEqual([]);
  });
});

describe("saving", () => {
  it("says saved only with the server's revision number, and keeps undo across it and across a reload", async () => {
    const session = await open();
    drag(session, 5, 40, 41);
    expect(await session.save()).toBe(true);
    expect(session.state.saveState).toEqual({ where: "revision", revision: 2 });
    expect(session.state.document.operations).toHaveLength(0);
    await settle();
    kill(session);
    const again = await open();
    expect(again.state.document.corrected()).toEqual([5]);
    again.state.document.undo();
    expect(again.state.document.corrected()).toEqual([]);
    expect(again.state.document.operations[0]?.base_revision).toBe(2);
  });

  it("keeps what was undone before a save to be done again after a reload", async () => {
    const session = await open();
    drag(session, 5, 40, 41);
    drag(session, 6, 50, 51);
    session.state.document.undo();
    expect(await session.save()).toBe(true);
    await settle();
    kill(session);
    const again = await open();
    expect(again.state.document.corrected()).toEqual([5]);
    again.state.document.redo();
    expect(again.state.document.corrected()).toEqual([5, 6]);
    expect(again.state.document.canRedo).toBe(false);
  });

  it("leaves everything in place when the save does not get through", async () => {
    const session = await open();
    drag(session, 5, 40, 41);
    server.down = true;
    expect(await session.save()).toBe(false);
    expect(session.state.problem).toMatch(/kept/);
    expect(session.state.document.operations).toHaveLength(1);
    server.down = false;
    expect(await session.save()).toBe(true);
    expect(server.newest.points[5]).toEqual([40, 41]);
  });

  it("submits and forgets the drafts", async () => {
    const session = await open();
    drag(session, 5, 40, 41);
    expect(await session.submit()).toBe(true);
    expect(server.submitted).toBe(true);
    expect(session.state.access).toBe("ended");
    await settle();
    expect(await store.read(1, 7)).toEqual([]);
  });

  it("recognises a draft that was saved although the answer got lost", async () => {
    const session = await open();
    drag(session, 5, 40, 41);
    await settle();
    server.saveAs(operationsToApi(session.state.document.operations));
    kill(session);
    const again = await open();
    expect(again.state.access).toBe("editing");
    expect(again.state.conflict).toBeNull();
    expect(again.state.document.operations).toHaveLength(0);
    expect(again.state.document.corrected()).toEqual([5]);
  });

  it("goes on without a question when edits were made after a save whose answer got lost", async () => {
    const session = await open();
    drag(session, 5, 40, 41);
    await settle();
    server.saveAs(operationsToApi(session.state.document.operations));
    drag(session, 6, 50, 51);
    expect(await session.save()).toBe(false);
    expect(session.state.conflict).toBeNull();
    expect(session.state.notice).toMatch(/revision 2/);
    expect(session.state.document.operations.map(({ base_revision }) => base_revision)).toEqual([2]);
    expect(await session.save()).toBe(true);
    expect(server.newest).toMatchObject({ number: 3, parent: 2 });
    session.state.document.undo();
    session.state.document.undo();
    expect(session.state.document.corrected()).toEqual([]);
  });

  it("says from when to when it was worked on, without a gap between two saves", async () => {
    const session = await open();
    const opened = new Date().toISOString();
    await advance(20_000);
    drag(session, 5, 40, 41);
    await session.save();
    const saved = new Date().toISOString();
    await advance(7000);
    await session.submit();
    expect(server.worked).toEqual([
      { began_at: opened, ended_at: saved },
      { began_at: saved, ended_at: new Date().toISOString() },
    ]);
  });
});

describe("a photo shown ahead", () => {
  async function ahead(): Promise<TaskSession> {
    const assignment = await server.api.lookAhead(1, 6);
    if (assignment === null) throw new Error("nothing waits");
    const session = await TaskSession.ahead(assignment, { api: server.api, store, tabs, userId: 1 });
    opened.push(session);
    return session;
  }

  it("takes no lease and no edit until it is taken, and then goes on with this person's draft", async () => {
    const earlier = await open();
    drag(earlier, 5, 40, 41);
    await settle();
    kill(earlier);
    const session = await ahead();
    expect(session.state.access).toBe("opening");
    expect(await session.save()).toBe(true);
    expect(await session.submit()).toBe(false);
    expect(await session.take()).toBe(true);
    expect(session.state.access).toBe("editing");
    expect(session.state.document.corrected()).toEqual([5]);
    await advance(2500);
    expect(server.draft?.operations).toHaveLength(1);
  });

  it("is left alone when somebody else has it by now", async () => {
    const session = await ahead();
    server.taken = true;
    expect(await session.take()).toBe(false);
    expect(session.state.access).toBe("opening");
    expect(takenBy).toEqual([]);
  });
});

describe("losing the lease", () => {
  it("turns read-only, and goes on with the same operations once taken again", async () => {
    const session = await open();
    server.lease = "somebody-elses";
    drag(session, 5, 40, 41);
    await advance(2500);
    expect(session.state.access).toBe("lease-lost");
    expect(await session.save()).toBe(false);
    await session.takeAgain();
    expect(session.state.access).toBe("editing");
    expect(session.state.document.corrected()).toEqual([5]);
    await advance(2500);
    expect(server.draft?.operations).toHaveLength(1);
  });

  it("carries edits over to a newer revision that touched other points, and says so", async () => {
    const session = await open();
    drag(session, 5, 40, 41);
    server.lease = "somebody-elses";
    server.saveAs([moveElsewhere("t", { 9: [1, 2] })]);
    await advance(2500);
    await session.takeAgain();
    expect(session.state.notice).toMatch(/revision 2/);
    expect(session.state.document.base.revision).toBe(2);
    expect(session.state.document.corrected()).toEqual([5, 9]);
    expect(session.state.document.operations.map((operation) => operation.base_revision)).toEqual([2]);
    expect(session.state.document.canUndo).toBe(true);
  });

  it("turns the older of two tabs read-only, and the newer one has its edits", async () => {
    const older = await open();
    drag(older, 5, 40, 41);
    await settle();
    const newer = await open();
    expect(older.state.access).toBe("other-tab");
    expect(newer.state.document.corrected()).toEqual([5]);
    drag(newer, 6, 50, 51);
    await settle();
    await older.takeAgain();
    expect(newer.state.access).toBe("other-tab");
    expect(older.state.document.corrected()).toEqual([5, 6]);
  });

  it("renews the lease only while someone is there", async () => {
    const renew = vi.spyOn(server.api, "renew");
    const session = await open();
    await advance(150_000);
    expect(renew).toHaveBeenCalledTimes(1);
    await advance(600_000);
    expect(renew).toHaveBeenCalledTimes(1);
    session.touch();
    await advance(20_000);
    expect(renew).toHaveBeenCalledTimes(2);
  });
});

describe("a stale revision", () => {
  async function stale(): Promise<TaskSession> {
    const session = await open();
    drag(session, 5, 40, 41);
    drag(session, 6, 50, 51);
    server.saveAs([moveElsewhere("t", { 5: [70, 71], 9: [1, 2] })]);
    expect(await session.save()).toBe(false);
    return session;
  }

  it("opens the merge with both versions, and saves what was chosen", async () => {
    const session = await stale();
    expect(session.state.access).toBe("conflict");
    expect(session.state.saveState).toEqual({ where: "unmerged", revision: 2 });
    expect(session.state.conflict?.map(({ index }) => index)).toEqual([5, 6, 9]);
    expect(session.state.conflict?.[0]).toMatchObject({ mine: { x: 40, y: 41 }, theirs: { x: 70, y: 71 } });
    await session.settleConflict((index) => (index === 6 ? "mine" : "theirs"));
    expect(await session.save()).toBe(true);
    expect([5, 6, 9].map((index) => server.newest.points[index])).toEqual([[70, 71], [50, 51], [1, 2]]);
  });

  it("is still there after the tab was closed with the question open", async () => {
    const session = await stale();
    await settle();
    kill(session);
    const again = await open();
    expect(again.state.access).toBe("conflict");
    await again.settleConflict(() => "mine");
    expect(await again.save()).toBe(true);
    expect(server.newest.points[5]).toEqual([40, 41]);
    await settle();
    kill(again);
    expect((await open()).state.conflict).toBeNull();
  });
});

it("reads back the operations that it sends", async () => {
  const session = await open();
  drag(session, 5, 40.123456789, 41);
  session.state.document.setVisibility([5, 6], 1);
  session.state.document.undo();
  const sent = JSON.parse(JSON.stringify(operationsToApi(session.state.document.operations))) as Operation[];
  expect(operationsFromApi(sent)).toEqual(session.state.document.operations);
});
