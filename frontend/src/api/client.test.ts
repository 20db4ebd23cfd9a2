import createClient from "openapi-fetch";
import { afterEach, describe, expect, it, vi } from "vitest";
import { must, problemMiddleware, setCsrfToken } from "./client";
import { ApiProblem } from "./problem";
import { signInGate } from "./signInGate";
import type { paths } from "./types";

/** A client whose server is `answer`, with the requests that it got. */
function clientOf(answer: (request: Request) => Response | Promise<Response>) {
  const requests: Request[] = [];
  const client = createClient<paths>({
    baseUrl: "http://facet.test",
    fetch: function (this: unknown, request) {
      // As the browser's own fetch does.
      if (this !== undefined) throw new TypeError("Illegal invocation");
      requests.push(request);
      return Promise.resolve(answer(request));
    },
  });
  client.use(problemMiddleware);
  return { client, requests };
}

function problem(status: number, code: string): Response {
  return new Response(JSON.stringify({ title: code, status, detail: `detail of ${code}`, code }), { status });
}

async function thrownBy(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => null,
    (error: unknown) => error,
  );
}

afterEach(() => {
  vi.unstubAllGlobals();
  setCsrfToken(null);
  signInGate.opened();
});

describe("the client", () => {
  it("sends the CSRF token with unsafe requests only", async () => {
    setCsrfToken("token-1");
    const { client, requests } = clientOf(() => Response.json({ items: [], next: null }));
    await client.GET("/api/v1/tokens");
    await client.POST("/api/v1/tokens", { body: { name: "script" } });
    expect(requests.map((request) => request.headers.get("X-CSRF-Token"))).toEqual([null, "token-1"]);
  });

  it("fetches a new token and sends the request once more when another tab has signed in", async () => {
    setCsrfToken("old");
    vi.stubGlobal("fetch", () => Promise.resolve(Response.json({ user: null, csrf_token: "new", version: "0" })));
    const { client, requests } = clientOf((request) =>
      request.headers.get("X-CSRF-Token") === "new"
        ? Response.json({ id: 1, name: "script" }, { status: 201 })
        : problem(403, "csrf-mismatch"),
    );
    const made = await must(client.POST("/api/v1/tokens", { body: { name: "script" } }));
    expect(made.name).toBe("script");
    expect(requests).toHaveLength(2);
    expect(await requests[1]?.json()).toEqual({ name: "script" });
  });

  it("throws the server's problem", async () => {
    const { client } = clientOf(() => problem(404, "not-found"));
    const error = await thrownBy(must(client.GET("/api/v1/projects")));
    expect(error).toBeInstanceOf(ApiProblem);
    expect(error).toMatchObject({ status: 404, code: "not-found", detail: "detail of not-found" });
    expect(signInGate.isRequired()).toBe(false);
  });

  it("throws a network problem when no answer comes", async () => {
    const { client } = clientOf(() => Promise.reject(new TypeError("Failed to fetch")));
    expect(await thrownBy(client.GET("/api/v1/projects"))).toMatchObject({ status: 0, code: "network" });
  });

  it("asks for a sign-in when the session has ended, and lets the caller try again after it", async () => {
    let signedIn = false;
    const { client } = clientOf(() =>
      signedIn ? Response.json({ items: [], next: null }) : problem(401, "not-signed-in"),
    );
    const call = () => must(client.GET("/api/v1/projects"));
    expect(await thrownBy(call())).toMatchObject({ status: 401 });
    expect(signInGate.isRequired()).toBe(true);

    const retried = signInGate.signedIn().then(call);
    signedIn = true;
    signInGate.opened();
    expect(await retried).toEqual({ items: [], next: null });
    expect(signInGate.isRequired()).toBe(false);
  });

  it("leaves a wrong password to the sign-in form", async () => {
    const { client } = clientOf(() => problem(401, "wrong-credentials"));
    const body = { email: "a@facet.test", password: "x" };
    expect(await thrownBy(client.POST("/api/v1/session", { body }))).toMatchObject({ code: "wrong-credentials" });
    expect(signInGate.isRequired()).toBe(false);
  });
});
