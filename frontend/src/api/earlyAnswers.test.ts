import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { fetchOrEarly } from "./earlyAnswers";

const NEXT = "POST /api/v1/projects/1/tasks/next";
const ask = () => fetchOrEarly(new Request("http://facet.test/api/v1/projects/1/tasks/next", { method: "POST" }));
const fetched = vi.fn(() => Promise.resolve(new Response("fetched")));

beforeEach(() => vi.stubGlobal("fetch", fetched));

afterEach(() => {
  vi.unstubAllGlobals();
  fetched.mockClear();
});

it("gives out an early answer once, and to the same question only", async () => {
  vi.stubGlobal("window", { facetEarlyAnswers: new Map([[NEXT, Promise.resolve(new Response("early"))]]) });
  const other = fetchOrEarly(new Request("http://facet.test/api/v1/projects/1/tasks/next"));
  expect(await (await other).text()).toBe("fetched");
  expect(await (await ask()).text()).toBe("early");
  expect(await (await ask()).text()).toBe("fetched");
});

it("gives out what the page asks for after another answer was given out", async () => {
  const early = new Map([["GET /api/v1/session", Promise.resolve(new Response("session"))]]);
  vi.stubGlobal("window", { facetEarlyAnswers: early });
  await fetchOrEarly(new Request("http://facet.test/api/v1/session"));
  early.set(NEXT, Promise.resolve(new Response("early")));
  expect(await (await ask()).text()).toBe("early");
});

it("asks again where nobody answered", async () => {
  vi.stubGlobal("window", { facetEarlyAnswers: new Map([[NEXT, Promise.reject(new TypeError("offline"))]]) });
  expect(await (await ask()).text()).toBe("fetched");
});

it("asks where the page did not", async () => {
  vi.stubGlobal("window", {});
  expect(await (await ask()).text()).toBe("fetched");
  expect(fetched).toHaveBeenCalledOnce();
});
