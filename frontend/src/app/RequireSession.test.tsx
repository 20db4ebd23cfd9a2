// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act } from "react";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterEach, beforeEach, expect, it } from "vitest";
import { sessionQuery, useUser } from "../api/session";
import { signInGate } from "../api/signInGate";
import type { Session } from "../api/types";
import { stage } from "../ui/stage.fake";
import { RequireSession } from "./RequireSession";

const SIGNED_IN: Session = {
  user: { id: 1, email: "ada@facet.test", name: "Ada", role: "annotator", must_change_password: false },
  csrf_token: "token",
  version: "0",
};
const SIGNED_OUT: Session = { user: null, csrf_token: null, version: "0" };

const { show } = stage();
let client: QueryClient;

function Page() {
  return <input aria-label="Notes" defaultValue={`notes of ${useUser().name}`} />;
}

async function open(session: Session, path = "/projects/1"): Promise<{ path: () => string }> {
  client.setQueryData(sessionQuery.queryKey, session);
  const router = createMemoryRouter(
    [
      {
        Component: RequireSession,
        children: [
          { path: "/projects/:projectId", Component: Page },
          { path: "/password", element: "choose a password" },
        ],
      },
      { path: "/login", element: "sign in here" },
    ],
    { initialEntries: [path] },
  );
  await act(async () => {
    show(
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>,
    );
    await Promise.resolve();
  });
  return { path: () => router.state.location.pathname + router.state.location.search };
}

const notes = () => document.querySelector<HTMLInputElement>('input[aria-label="Notes"]');
const dialog = () => document.querySelector('[role="dialog"]');

beforeEach(() => {
  client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
});

afterEach(() => {
  act(() => signInGate.opened());
});

it("sends a stranger to the sign-in page, and remembers where they wanted to go", async () => {
  const { path } = await open(SIGNED_OUT, "/projects/1?state=ready");
  expect(path()).toBe("/login?next=%2Fprojects%2F1%3Fstate%3Dready");
});

it("lets nobody past a password that was only given to them", async () => {
  const user = SIGNED_IN.user && { ...SIGNED_IN.user, must_change_password: true };
  const { path } = await open({ ...SIGNED_IN, user });
  expect(path()).toBe("/password");
});

it("keeps the page and what was typed into it when the session ends, and asks for a sign-in over it", async () => {
  await open(SIGNED_IN);
  const typed = notes();
  if (typed) typed.value = "half a sentence";
  expect(dialog()).toBeNull();

  await act(async () => {
    signInGate.require();
    client.setQueryData(sessionQuery.queryKey, SIGNED_OUT);
    await Promise.resolve();
  });
  // The dialog is fetched first, and shown by a render that comes after.
  await act(() => import("./SignInDialog"));
  await act(() => Promise.resolve());
  expect(dialog()?.textContent).toContain("Your session has ended");
  expect(notes()).toBe(typed);

  await act(async () => {
    client.setQueryData(sessionQuery.queryKey, SIGNED_IN);
    signInGate.opened();
    await Promise.resolve();
  });
  expect(dialog()).toBeNull();
  expect(notes()?.value).toBe("half a sentence");
});
