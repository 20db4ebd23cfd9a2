// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act } from "react";
import { MemoryRouter } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiProblem } from "../../api/problem";
import { stage } from "../../ui/stage.fake";
import { WaitingRoom } from "./WaitingRoom";

const { show } = stage();
let log: EventTarget[];
const onTry = vi.fn();

class FakeEventSource extends EventTarget {
  constructor() {
    super();
    log.push(this);
  }
  close(): void {
    log = log.filter((open) => open !== this);
  }
}

function tell(kind: string, taskId: number) {
  const event = { id: 1, kind, project_id: 1, subject: { type: "task", id: taskId }, data: {}, at: "2026-01-01T00:00:00Z" };
  act(() => {
    for (const open of log) open.dispatchEvent(new MessageEvent(kind, { data: JSON.stringify(event) }));
  });
}

function fail(code: string) {
  const error = new ApiProblem(409, code, "The server's title", "The server's words.");
  show(
    <QueryClientProvider client={new QueryClient()}>
      <MemoryRouter>
        <WaitingRoom flow={{ stage: "failed", error }} projectId={1} room="annotate" taskId={7} onTry={onTry} />
      </MemoryRouter>
    </QueryClientProvider>,
  );
}

const alert = () => document.querySelector('[role="alert"]');

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", FakeEventSource);
  onTry.mockReset();
  log = [];
});

afterEach(() => {
  vi.useRealTimers();
});

it("waits for a photo that is being prepared, and tries when that one is ready", () => {
  fail("task-pending");
  expect(alert()).toBeNull();
  expect(document.body.textContent).toContain("This photo is still being prepared");
  tell("task.ready", 8);
  tell("task.leased", 7);
  expect(onTry).not.toHaveBeenCalled();
  tell("task.ready", 7);
  expect(onTry).toHaveBeenCalledTimes(1);
});

it("also tries now and then, since it may have got ready before the log was followed", () => {
  fail("task-pending");
  act(() => {
    vi.advanceTimersByTime(20_000);
  });
  expect(onTry).toHaveBeenCalledTimes(1);
});

it("tells any other problem in the server's words, and does not try by itself", () => {
  fail("task-leased");
  expect(alert()?.textContent).toContain("The server's words.");
  act(() => {
    vi.advanceTimersByTime(60_000);
  });
  expect(onTry).not.toHaveBeenCalled();
});
