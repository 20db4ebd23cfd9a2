import type { QueryKey } from "@tanstack/react-query";
import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EVENT_KINDS, followEvents, Invalidator, parseEvent, staleKeys, type EventKind, type ProjectEvent } from "./events";
import { keys } from "./keys";

function event(kind: EventKind, subject: ProjectEvent["subject"] = null, projectId = 7): ProjectEvent {
  return { id: 1, kind, project_id: projectId, subject, data: {}, at: "2026-01-01T00:00:00Z" };
}

describe("staleKeys", () => {
  it("knows every kind of event, and stays within the event's project", () => {
    for (const kind of EVENT_KINDS) {
      const stale = staleKeys(event(kind));
      expect(stale.length, kind).toBeGreaterThan(0);
      for (const key of stale) expect(key.slice(0, 2)).toEqual(["project", 7]);
    }
  });

  it("refreshes the one task that moved, and the counts around it", () => {
    const stale = staleKeys(event("task.approved", { type: "task", id: 12 }));
    expect(stale).toContainEqual(keys.task(7, 12));
    expect(stale).toContainEqual(keys.detail(7));
    expect(stale).toContainEqual(keys.photos(7));
    expect(stale).toContainEqual(keys.insights(7));
    expect(stale).not.toContainEqual(keys.jobs(7));
  });

  it("refreshes only the list of jobs while a job moves on", () => {
    expect(staleKeys(event("job.progress"))).toEqual([keys.jobs(7)]);
  });
});

describe("parseEvent", () => {
  it("reads an event and nothing else", () => {
    const sent = event("snapshot.ready", { type: "snapshot", id: 3 });
    expect(parseEvent(JSON.stringify(sent))).toEqual(sent);
    expect(parseEvent("")).toBeNull();
    expect(parseEvent("null")).toBeNull();
    expect(parseEvent(JSON.stringify({ ...sent, kind: "unheard.of" }))).toBeNull();
  });
});

describe("Invalidator", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("refreshes each key once for a burst of events, and again for the next burst", () => {
    const refreshed: QueryKey[] = [];
    const client = {
      invalidateQueries: ({ queryKey }: { queryKey?: QueryKey } = {}) => {
        if (queryKey) refreshed.push(queryKey);
        return Promise.resolve();
      },
    };
    const invalidator = new Invalidator(client, 500);
    for (let i = 0; i < 100; i++) invalidator.add(event("job.progress"));
    invalidator.add(event("import.progress"));
    expect(refreshed).toEqual([]);
    vi.advanceTimersByTime(500);
    expect(refreshed).toEqual([keys.jobs(7), keys.imports(7)]);

    invalidator.add(event("job.progress"));
    vi.advanceTimersByTime(500);
    expect(refreshed).toHaveLength(3);
  });

  it("marks the cached answers stale by prefix, filters included", async () => {
    const client = new QueryClient();
    const filtered = [...keys.photos(7), { state: "ready" }];
    client.setQueryData(filtered, "cached");
    client.setQueryData(keys.photos(8), "another project's");
    const invalidator = new Invalidator(client, 0);
    invalidator.add(event("photo.imported"));
    await vi.advanceTimersByTimeAsync(0);
    expect(client.getQueryState(filtered)?.isInvalidated).toBe(true);
    expect(client.getQueryState(keys.photos(8))?.isInvalidated).toBe(false);
  });

  it("forgets what it collected when it is stopped", () => {
    const invalidateQueries = vi.fn(() => Promise.resolve());
    const invalidator = new Invalidator({ invalidateQueries }, 500);
    invalidator.add(event("model.ready"));
    invalidator.stop();
    vi.advanceTimersByTime(1000);
    expect(invalidateQueries).not.toHaveBeenCalled();
  });
});

describe("followEvents", () => {
  class Source {
    static readonly CLOSED = 2;
    static last: Source;
    readyState = 1;
    onopen: (() => void) | null = null;
    onmessage: ((message: { data: string }) => void) | null = null;
    onerror: (() => void) | null = null;
    close = vi.fn();
    constructor(readonly url: string) {
      Source.last = this;
    }
    addEventListener(): void {}
  }
  const taskKey = [...keys.task(7, 12), "second-opinion"];
  let client: QueryClient;
  const isStale = (key: QueryKey) => client.getQueryState(key)?.isInvalidated;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("EventSource", Source);
    client = new QueryClient();
    for (const key of [keys.detail(7), keys.detail(8), taskKey]) client.setQueryData(key, "given before the log began");
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("asks again for lists and counts when the log begins, of its own project", () => {
    const end = followEvents(client, 7, vi.fn());
    expect(isStale(keys.detail(7))).toBe(false);
    Source.last.onopen?.();
    expect([keys.detail(7), keys.detail(8), taskKey].map(isStale)).toEqual([true, false, false]);
    end();
    expect(Source.last.close).toHaveBeenCalled();
  });

  it("tells of every event, and asks again for everything after the server refused", () => {
    const notify = vi.fn();
    const end = followEvents(client, 7, notify);
    const first = Source.last;
    first.onmessage?.({ data: JSON.stringify(event("task.ready")) });
    expect(notify).toHaveBeenCalledTimes(1);
    first.readyState = Source.CLOSED;
    first.onerror?.();
    vi.advanceTimersByTime(30_000);
    expect(Source.last).not.toBe(first);
    Source.last.onopen?.();
    expect([keys.detail(7), keys.detail(8), taskKey].map(isStale)).toEqual([true, false, true]);
    end();
  });
});
