// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act } from "react";
import { MemoryRouter } from "react-router";
import { beforeEach, expect, it, vi } from "vitest";
import { api } from "../../api/client";
import { UserContext } from "../../api/session";
import type { Assignment } from "../../editor/session/apiTypes";
import { FakeTaskServer } from "../../editor/session/taskServer.fake";
import { stage } from "../../ui/stage.fake";
import { SentBackNotice } from "./SentBackNotice";

const ANNA = { id: 2, email: "anna@facet.test", name: "Anna", role: "annotator", must_change_password: false } as const;
const COMMENT = {
  id: 1,
  author: { id: 3, name: "Rosa" },
  body: "A little lower.",
  created_at: "2026-01-01T00:00:00Z",
  point_index: null,
  resolved_at: null,
  x: null,
  y: null,
};

const { show } = stage();
/** What the queue gives, one after the other. */
let queue: Assignment[];

beforeEach(() => {
  vi.spyOn(api, "GET").mockImplementation(((_path: string, { params }: { params: { query: { besides?: number } } }) => {
    const found = queue.find(({ task }) => task.id !== params.query.besides);
    return Promise.resolve({ data: found, response: new Response(null, { status: found === undefined ? 204 : 200 }) });
  }) as never);
});

function task(id: number, change: Partial<Assignment>, state: Assignment["task"]["state"] = "ready"): Assignment {
  const assignment = new FakeTaskServer().assignment();
  const { task: made } = assignment;
  return { ...assignment, ...change, task: { ...made, id, state, photo: { ...made.photo, name: `face_${id}.jpg` } } };
}

async function notice(count = 1): Promise<Element | null> {
  show(
    <QueryClientProvider client={new QueryClient()}>
      <UserContext value={ANNA}>
        <MemoryRouter>
          <SentBackNotice projectId={4} count={count} />
        </MemoryRouter>
      </UserContext>
    </QueryClientProvider>,
  );
  await act(() => new Promise((resolve) => setTimeout(resolve, 20)));
  return document.querySelector("[data-testid=sent-back]");
}

const rejected = { author: { id: ANNA.id, name: ANNA.name }, comments: [COMMENT] };

it("tells what was sent back, why, and opens it", async () => {
  queue = [task(7, rejected)];
  const told = await notice();
  expect(told?.textContent).toContain("face_7.jpg was sent back to you");
  expect(told?.textContent).toContain("A little lower.");
  expect(told?.querySelector("a")?.getAttribute("href")).toBe("/projects/4/annotate");
});

it("counts what else came back", async () => {
  queue = [task(7, rejected)];
  expect((await notice(2))?.textContent).toContain("face_7.jpg and 1 more photo were sent back to you");
  expect((await notice(12))?.textContent).toContain("face_7.jpg and 11 more photos were sent back to you");
});

it("finds it also behind work that was begun, and opens it by its own address", async () => {
  queue = [task(5, {}, "in_progress"), task(7, rejected)];
  expect((await notice())?.querySelector("a")?.getAttribute("href")).toBe("/projects/4/tasks/7");
});

it.each([
  ["nothing waits", []],
  ["the next photo is untouched", [task(7, { author: null, comments: [] })]],
  ["the next photo was sent back to somebody else, who left it", [task(7, { ...rejected, author: { id: 9, name: "Ben" } })]],
  ["all that was asked for is done", [task(7, { ...rejected, comments: [{ ...COMMENT, resolved_at: COMMENT.created_at }] })]],
])("says nothing when %s", async (_, given) => {
  queue = given;
  expect(await notice()).toBeNull();
});
