import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { download, persistently } from "./download";
import { ApiProblem } from "./problem";

const asked = vi.fn<typeof fetch>();
const online = new EventTarget();
let leaving: AbortController;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", asked);
  vi.stubGlobal("addEventListener", online.addEventListener.bind(online));
  asked.mockReset();
  leaving = new AbortController();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A body that sends a byte at each of these times, in milliseconds, and, as a server that lives, then ends. */
function bytesAt(times: readonly number[], signal: AbortSignal | null | undefined, ends = true): Response {
  let left = times.length;
  const body = new ReadableStream<Uint8Array>({
    start(line) {
      signal?.addEventListener("abort", () => line.error(new DOMException("aborted", "AbortError")));
      for (const time of times) {
        setTimeout(() => {
          line.enqueue(new Uint8Array([7]));
          left -= 1;
          if (left === 0 && ends) line.close();
        }, time);
      }
    },
  });
  return new Response(body, { headers: { "Content-Type": "image/jpeg" } });
}

/** As the browser answers: an abort fails the answer and the reading of its body. */
function answering(give: (signal?: AbortSignal | null) => Response | Promise<Response>): typeof fetch {
  return (_url, init) =>
    new Promise((resolve, reject) => {
      init?.signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
      void Promise.resolve(give(init?.signal)).then(resolve, reject);
    });
}

const problem = (status: number, retryAfter: number | null = null) =>
  new ApiProblem(status, "test", "Test", "", {}, retryAfter);

it("gives the whole file with its type, however slowly it comes", async () => {
  asked.mockImplementation(answering((signal) => bytesAt([10_000, 20_000, 30_000], signal)));
  const file = download("/photo", leaving.signal);
  await vi.advanceTimersByTimeAsync(30_000);
  const { size, type } = await file;
  expect([size, type]).toEqual([3, "image/jpeg"]);
});

it("gives a line up that dies in the middle of the file", async () => {
  asked.mockImplementation(answering((signal) => bytesAt([10_000, 20_000], signal, false)));
  const failure = download("/photo", leaving.signal).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(35_000);
  expect(await failure).toMatchObject({ status: 0, code: "network" });
});

it("gives a line up on which nothing comes any more", async () => {
  asked.mockImplementation(answering(() => new Promise(() => undefined)));
  const failure = download("/photo", leaving.signal).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(15_000);
  expect(await failure).toMatchObject({ status: 0, code: "network" });
});

it("says what the server says", async () => {
  asked.mockResolvedValue(new Response("", { status: 503, headers: { "Retry-After": "4" } }));
  await expect(download("/photo", leaving.signal)).rejects.toMatchObject({ status: 503, retryAfter: 4 });
});

it("ends the request when it is not wanted any more", async () => {
  asked.mockImplementation(answering(() => new Promise(() => undefined)));
  const failure = download("/photo", leaving.signal).catch((error: unknown) => error);
  leaving.abort();
  expect(await failure).toMatchObject({ name: "AbortError" });
  expect(asked.mock.calls[0]?.[1]?.signal?.aborted).toBe(true);
});

it("tries again with growing pauses while that may help, and then gives up", async () => {
  const attempt = vi.fn(() => Promise.reject(problem(502)));
  const failure = persistently(attempt, leaving.signal).catch((error: unknown) => error);
  for (const [passed, attempts] of [[0, 1], [999, 1], [1, 2], [2999, 2], [1, 3], [7999, 3], [1, 4]] as const) {
    await vi.advanceTimersByTimeAsync(passed);
    expect(attempt).toHaveBeenCalledTimes(attempts);
  }
  expect(await failure).toMatchObject({ status: 502 });
});

it("gives what a later attempt gives, and tells of the failure before", async () => {
  const attempt = vi.fn<() => Promise<string>>().mockRejectedValueOnce(problem(0)).mockResolvedValue("photo");
  const told = vi.fn();
  const given = persistently(attempt, leaving.signal, told);
  await vi.advanceTimersByTimeAsync(1000);
  expect(await given).toBe("photo");
  expect(told).toHaveBeenCalledTimes(1);
});

it.each([401, 403, 404])("takes a %i for an answer", async (status) => {
  const attempt = vi.fn(() => Promise.reject(problem(status)));
  await expect(persistently(attempt, leaving.signal)).rejects.toMatchObject({ status });
  expect(attempt).toHaveBeenCalledTimes(1);
});

it("waits as long as the server asks", async () => {
  const attempt = vi.fn<() => Promise<string>>().mockRejectedValueOnce(problem(429, 5)).mockResolvedValue("photo");
  const given = persistently(attempt, leaving.signal);
  await vi.advanceTimersByTimeAsync(4999);
  expect(attempt).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(await given).toBe("photo");
});

it("tries at once when the browser comes online again", async () => {
  const attempt = vi.fn<() => Promise<string>>().mockRejectedValueOnce(problem(0)).mockResolvedValue("photo");
  const given = persistently(attempt, leaving.signal);
  await vi.advanceTimersByTimeAsync(10);
  online.dispatchEvent(new Event("online"));
  expect(await given).toBe("photo");
});

it("stops when nobody waits any more", async () => {
  const attempt = vi.fn(() => Promise.reject(problem(0)));
  const failure = persistently(attempt, leaving.signal).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(10);
  leaving.abort();
  expect(await failure).toMatchObject({ name: "AbortError" });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(attempt).toHaveBeenCalledTimes(1);
});
