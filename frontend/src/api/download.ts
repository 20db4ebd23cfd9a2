/** Files such as photos, which pages fetch by themselves and not through the typed client, and the patience that they take. */
import { isProblem, isTransient, networkProblem, parseProblem } from "./problem";

/** Milliseconds without a byte after which a line counts as dead: a request on one that is cut may else wait for ever. */
const SILENCE = 15_000;

/** Seconds before each further attempt. */
const PAUSES = [1, 3, 8];

/** The file at an address, in one attempt, as early-start.ts asks for it. Throws an ApiProblem where it cannot be had, and as `fetch` when aborted. */
export async function download(url: string, signal?: AbortSignal): Promise<Blob> {
  const line = new AbortController();
  const cut = () => line.abort();
  signal?.throwIfAborted();
  signal?.addEventListener("abort", cut);
  let silence = setTimeout(cut, SILENCE);
  try {
    const response = await fetch(url, { credentials: "same-origin", signal: line.signal });
    if (!response.ok) throw parseProblem(response.status, await response.text(), response.headers.get("Retry-After"));
    const parts: Uint8Array<ArrayBuffer>[] = [];
    const reader = response.body?.getReader();
    for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
      parts.push(part.value);
      clearTimeout(silence);
      silence = setTimeout(cut, SILENCE);
    }
    return new Blob(parts, { type: response.headers.get("Content-Type") ?? "" });
  } catch (error) {
    if (signal?.aborted || isProblem(error)) throw error;
    throw networkProblem();
  } finally {
    clearTimeout(silence);
    signal?.removeEventListener("abort", cut);
  }
}

/**
 * What `attempt` gives, tried again while time may heal what failed, and at once when the browser comes online again.
 *
 * @param onFailure called before each pause.
 */
export async function persistently<T>(
  attempt: () => Promise<T>,
  signal: AbortSignal,
  onFailure?: () => void,
): Promise<T> {
  for (const pause of PAUSES) {
    try {
      return await attempt();
    } catch (error) {
      if (signal.aborted || !isTransient(error)) throw error;
      onFailure?.();
      const asked = isProblem(error) ? (error.retryAfter ?? 0) : 0;
      await pauseOf(1000 * Math.max(pause, asked), signal);
    }
  }
  return attempt();
}

function pauseOf(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const over = new AbortController();
    const end = (settle: () => void) => () => {
      over.abort();
      clearTimeout(timer);
      settle();
    };
    const timer = setTimeout(end(resolve), milliseconds);
    addEventListener("online", end(resolve), { signal: over.signal });
    signal.addEventListener("abort", end(() => reject(signal.reason as Error)), { signal: over.signal });
  });
}
