import createClient, { type Middleware } from "openapi-fetch";
import { fetchOrEarly } from "./earlyAnswers";
import { networkProblem, parseProblem, type ApiProblem } from "./problem";
import { signInGate } from "./signInGate";
import type { paths, Session } from "./types";

export const API_BASE = "/api/v1";

let csrfToken: string | null = null;

/** Remembers the session's CSRF token; every later unsafe request carries it. */
export function setCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** Headers for an unsafe request made without the typed client (an upload with progress). */
export function csrfHeaders(): Record<string, string> {
  return csrfToken === null ? {} : { "X-CSRF-Token": csrfToken };
}

/**
 * Fetches the CSRF token of the session that the cookie now names.
 *
 * A sign-in in another tab gives this tab a new cookie, which the token that it holds does not match.
 */
export async function renewCsrfToken(): Promise<void> {
  const answer = await fetch(`${API_BASE}/session`, { credentials: "same-origin" });
  if (answer.ok) setCsrfToken(((await answer.json()) as Session).csrf_token);
}

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);
/** Unsafe requests under way, each with a copy that can be sent once more. */
const copies = new Map<string, Request>();

export const problemMiddleware: Middleware = {
  onRequest({ request, id }) {
    if (!SAFE_METHODS.has(request.method)) {
      for (const [name, value] of Object.entries(csrfHeaders())) request.headers.set(name, value);
      copies.set(id, request.clone());
    }
    return request;
  },
  async onResponse({ response, schemaPath, id, options }) {
    const copy = copies.get(id);
    copies.delete(id);
    if (response.ok) return;
    const problem = await problemOf(response);
    if (problem.code === "csrf-mismatch" && copy !== undefined) {
      await renewCsrfToken();
      for (const [name, value] of Object.entries(csrfHeaders())) copy.headers.set(name, value);
      // Called by its own name: the browser's fetch refuses to be called as a method of another object.
      const { fetch: send } = options;
      const second = await send(copy);
      if (second.ok) return second;
      throw await problemOf(second);
    }
    // A wrong password is an answer for the form; anywhere else a 401 means that the session has ended.
    if (problem.status === 401 && !schemaPath.endsWith("/session")) signInGate.require();
    throw problem;
  },
  onError({ error, id }) {
    copies.delete(id);
    return error instanceof DOMException && error.name === "AbortError" ? undefined : networkProblem();
  },
};

async function problemOf(response: Response): Promise<ApiProblem> {
  return parseProblem(response.status, await response.text(), response.headers.get("Retry-After"));
}

/** The typed client. Every call either answers or throws an ApiProblem; unwrap the answer with `must`. */
export const api = createClient<paths>({ credentials: "same-origin", fetch: fetchOrEarly });
api.use(problemMiddleware);

/**
 * The answer's body: `const project = await must(api.GET("/api/v1/projects/{project_id}", …))`.
 *
 * An answer that may be empty (204) is read with `maybe`, one that is always empty is simply awaited.
 */
export async function must<T>(call: Promise<{ data?: T; response: Response }>): Promise<T> {
  const { data, response } = await call;
  if (data === undefined) throw parseProblem(response.status, "");
  return data;
}

/** The answer's body, or null where the server answered 204. */
export async function maybe<T>(call: Promise<{ data?: T; response: Response }>): Promise<T | null> {
  const { data, response } = await call;
  return response.status === 204 || data === undefined ? null : data;
}
