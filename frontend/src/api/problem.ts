import { strings } from "../strings/strings";

/** A refused or failed request, as the server's problem+json (RFC 9457) describes it. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";

  constructor(
    /** HTTP status; 0 when no answer came at all. */
    readonly status: number,
    /** Stable kebab-case word to branch on, such as `stale-revision`. */
    readonly code: string,
    readonly title: string,
    /** What went wrong and what to do, for people. */
    readonly detail: string,
    /** Whatever else the problem carries, such as `current` beside `stale-revision`. */
    readonly extras: Readonly<Record<string, unknown>> = {},
    /** Seconds after which another try makes sense, where the server says so. */
    readonly retryAfter: number | null = null,
  ) {
    super(detail || title);
  }
}

export function isProblem(error: unknown, code?: string): error is ApiProblem {
  return error instanceof ApiProblem && (code === undefined || error.code === code);
}

/** The problem for a request that never got an answer: the network is down, or the server is. */
export function networkProblem(): ApiProblem {
  const { problems } = strings();
  return new ApiProblem(0, "network", problems.noAnswer, problems.checkConnection);
}

/** Whether the same request may succeed later without anybody changing anything. */
export function isTransient(error: unknown): boolean {
  return error instanceof ApiProblem && (error.status === 0 || error.status === 429 || error.status >= 500);
}

/** For answers that carry no title of their own. */
function titleOf(status: number): string {
  const { titles, answered } = strings().problems;
  return status in titles ? titles[status as keyof typeof titles] : answered(status);
}

/** Turns any failed answer into an ApiProblem, also one that a proxy wrote as HTML. */
export function parseProblem(status: number, body: string, retryAfterHeader: string | null = null): ApiProblem {
  const fields = parseObject(body);
  const { type, status: sent, title, detail, code, errors, ...extras } = fields;
  const seconds = Number(retryAfterHeader);
  return new ApiProblem(
    status,
    typeof code === "string" ? code : `http-${status}`,
    typeof title === "string" ? title : titleOf(status),
    detailText(detail, errors),
    errors === undefined ? extras : { ...extras, errors },
    retryAfterHeader !== null && Number.isFinite(seconds) ? seconds : null,
  );
}

/** One readable line for any thrown value. */
export function problemText(error: unknown): string {
  if (error instanceof ApiProblem) return error.detail || error.title;
  return error instanceof Error ? error.message : String(error);
}

function parseObject(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
}

/** Payload errors come as a list of {loc, msg}; they are joined into one sentence a field. */
function detailText(detail: unknown, errors: unknown): string {
  const list: unknown[] = Array.isArray(errors) ? errors : Array.isArray(detail) ? detail : [];
  const fields = list.flatMap((entry) => {
    if (typeof entry !== "object" || entry === null || !("msg" in entry)) return [];
    const path = "loc" in entry && Array.isArray(entry.loc) ? entry.loc.filter((part) => part !== "body") : [];
    return [path.length > 0 ? `${path.join(".")}: ${String(entry.msg)}` : String(entry.msg)];
  });
  return [typeof detail === "string" ? detail : "", ...fields].filter(Boolean).join(" · ");
}
