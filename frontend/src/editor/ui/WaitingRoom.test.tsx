// @vitest-environment jsdom
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { MemoryRouter } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiProblem } from "../../api/problem";
import { WaitingRoom } from "./WaitingRoom";

let root: Root;
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

function show(code: string) {
  const error = new ApiProblem(409, code, "The server's title", "The server's words.");
  act(() =>
    root.render(
      <MantineProvider env="test">
        <QueryClientProvider client={new QueryClient()}>
          <MemoryRouter>
            <WaitingRoom flow={{ stage: "failed", error }} projectId={1} room="annotate" taskId={7} onTry={onTry} />
          </MemoryRouter>
        </QueryClientProvider>
      </MantineProvider>,
    ),
  );
}

const alert = () => document.querySelector('[role="alert"]');

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: vi.fn(), removeEventListener: vi.fn() }));
  vi.stubGlobal("EventSource", FakeEventSource);
  onTry.mockReset();
  log = [];
  const place = document.createElement("div");
  document.body.replaceChildren(place);
  root = createRoot(place);
});

afterEach(() => {
  act(() => root.unmount());
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it("waits for a photo that is being prepared, and tries when that one is ready", () => {
  show("task-pending");
  expect(alert()).toBeNull();
  expect(document.body.textContent).toContain("This photo is still being prepared");
  tell("task.ready", 8);
  tell("task.leased", 7);
  expect(onTry).not.toHaveBeenCalled();
  tell("task.ready", 7);
  expect(onTry).toHaveBeenCalledTimes(1);
});

it("also tries now and then, since it may have got ready before the log was followed", () => {
  show("task-pending");
  act(() => {
    vi.advanceTimersByTime(20_000);
  });
  expect(onTry).toHaveBeenCalledTimes(1);
});

it("tells any other problem in the server's words, and does not try by itself", () => {
  show("task-leased");
  expect(alert()?.textContent).toContain("The server's words.");
  act(() => {
    vi.advanceTimersByTime(60_000);
  });
  expect(onTry).not.toHaveBeenCalled();
});
