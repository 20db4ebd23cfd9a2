import createClient, { type Middleware } from "openapi-fetch";
import { networkProblem, parseProblem } from "./problem";
import { signInGate } from "./signInGate";
import type { paths } from "./types";

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

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

export const problemMiddleware: Middleware = {
  onRequest({ request }) {
    if (!SAFE_METHODS.has(request.method)) {
      for (const [name, value] of Object.entries(csrfHeaders())) request.headers.set(name, value);
    }
    return request;
  },
  async onResponse({ response, schemaPath }) {
    if (response.ok) return;
    const problem = parseProblem(response.status, await response.text(), response.headers.get("Retry-After"));
    // A wrong password is an answer for the form; anywhere else a 401 means that the session has ended.
    if (problem.status === 401 && !schemaPath.endsWith("/session")) signInGate.require();
    throw problem;
  },
  onError({ error }) {
    return error instanceof DOMException && error.name === "AbortError" ? undefined : networkProblem();
  },
};

/** The typed client. Every call either answers or throws an ApiProblem; unwrap the answer with `must`. */
export const api = createClient<paths>({ credentials: "same-origin" });
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
