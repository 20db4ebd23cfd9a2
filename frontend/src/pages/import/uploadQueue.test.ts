import { describe, expect, it } from "vitest";
import { ApiProblem, networkProblem } from "../../api/problem";
import type { ImportItem } from "../../api/types";
import type { QueuedFile } from "./files";
import { UploadQueue, type Transport, type UploadState } from "./uploadQueue";

function photos(count: number, size = 10): QueuedFile[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `${index}.jpg`;
    return { file: new File(["x".repeat(size)], name), path: `faces/${name}` };
  });
}

function imported(file: QueuedFile): ImportItem {
  return { id: 1, name: file.file.name, outcome: "imported", photo_id: 1, duplicate_of: null, reason: null };
}

/** A server that answers by `answer`, and a record of what it was asked and how long the queue paused. */
function server(answer: (files: QueuedFile[], request: number) => ImportItem[] | Error) {
  const record = { opened: [] as number[], requests: [] as string[][], pauses: [] as number[], signIns: 0 };
  const transport: Transport = {
    open: (expected) => {
      record.opened.push(expected);
      return Promise.resolve();
    },
    send: (files, onBytes) => {
      record.requests.push(files.map(({ path }) => path));
      onBytes(files.reduce((sum, { file }) => sum + file.size, 0) + 300);
      const answered = answer(files, record.requests.length);
      return answered instanceof Error ? Promise.reject(answered) : Promise.resolve(answered);
    },
    signedIn: () => {
      record.signIns += 1;
      return Promise.resolve();
    },
    wait: (seconds) => {
      record.pauses.push(seconds);
      return Promise.resolve();
    },
  };
  return { transport, record };
}

describe("UploadQueue", () => {
  it("sends four files a request, in order, and opens the import once", async () => {
    const { transport, record } = server((files) => files.map(imported));
    const queue = new UploadQueue(photos(10), [], transport);
    await queue.run();
    expect(record.opened).toEqual([10]);
    expect(record.requests.map((request) => request.length)).toEqual([4, 4, 2]);
    expect(record.requests.flat()).toEqual(photos(10).map(({ path }) => path));
    expect(queue.snapshot()).toMatchObject({ phase: "done", settled: 10, imported: 10, bytes: 100, bytesSent: 100 });
  });

  it("never counts more done than is expected, nor goes back in what is settled", async () => {
    const { transport } = server((files, request) => (request % 2 === 1 ? networkProblem() : files.map(imported)));
    const queue = new UploadQueue(photos(9), [], transport);
    const seen: UploadState[] = [];
    queue.subscribe(() => seen.push(queue.snapshot()));
    await queue.run();
    for (const [index, state] of seen.entries()) {
      expect(state.settled).toBeLessThanOrEqual(state.expected);
      expect(state.bytesSent).toBeLessThanOrEqual(state.bytes);
      expect(state.settled).toBeGreaterThanOrEqual(seen[index - 1]?.settled ?? 0);
    }
    expect(queue.snapshot()).toMatchObject({ phase: "done", settled: 9, imported: 9, trouble: null });
  });

  it("names duplicates and refused files by their path, with the server's reason", async () => {
    const { transport } = server((files) =>
      files.map((file, index) => {
        if (index === 0) return imported(file);
        if (index === 1) return { ...imported(file), outcome: "duplicate", duplicate_of: "9.jpg" };
        return { ...imported(file), outcome: "refused", reason: "Not a photo" };
      }),
    );
    const local = { path: "notes.txt", outcome: "passed-over", reason: "by its name" } as const;
    const queue = new UploadQueue(photos(3), [local], transport);
    await queue.run();
    expect(queue.snapshot()).toMatchObject({ imported: 1, duplicates: 1, settled: 3 });
    expect(queue.snapshot().notes).toEqual([
      local,
      { path: "faces/1.jpg", outcome: "duplicate", reason: "The project has this photo already" },
      { path: "faces/2.jpg", outcome: "refused", reason: "Not a photo" },
    ]);
  });

  it("tries a failed request again with growing pauses, and longer when the server asks for it", async () => {
    const busy = new ApiProblem(429, "too-many", "", "", {}, 30);
    const { transport, record } = server((files, request) => {
      if (request <= 2) return networkProblem();
      return request === 3 ? busy : files.map(imported);
    });
    const queue = new UploadQueue(photos(4), [], transport);
    await queue.run();
    expect(record.pauses).toEqual([1, 2, 30]);
    expect(queue.snapshot()).toMatchObject({ phase: "done", imported: 4 });
  });

  it("stops where it is when the server stays away, and goes on from there", async () => {
    let isUp = true;
    const { transport, record } = server((files) => (isUp ? files.map(imported) : networkProblem()));
    const queue = new UploadQueue(photos(8), [], {
      ...transport,
      send: async (files, onBytes) => {
        const answer = await transport.send(files, onBytes);
        isUp = false;
        return answer;
      },
    });
    await queue.run();
    expect(queue.snapshot()).toMatchObject({ phase: "stopped", settled: 4, bytesSent: 40 });
    expect(queue.snapshot().trouble).toContain("Check the connection");

    isUp = true;
    await queue.run();
    expect(queue.snapshot()).toMatchObject({ phase: "done", settled: 8, imported: 8, trouble: null });
    expect(record.opened).toEqual([8]);
  });

  it("waits for a sign-in when the session has ended, then sends the same files", async () => {
    const { transport, record } = server((files, request) =>
      request === 1 ? new ApiProblem(401, "signed-out", "", "") : files.map(imported),
    );
    const queue = new UploadQueue(photos(2), [], transport);
    await queue.run();
    expect(record.signIns).toBe(1);
    expect(record.pauses).toEqual([]);
    expect(queue.snapshot()).toMatchObject({ phase: "done", imported: 2 });
  });

  it("sends a batch that is too large file by file, and refuses only the file that is", async () => {
    const { transport, record } = server((files) =>
      files.some(({ path }) => path === "faces/2.jpg")
        ? new ApiProblem(413, "too-large", "Too large", "A photo may have 40 MB.")
        : files.map(imported),
    );
    const queue = new UploadQueue(photos(5), [], transport);
    await queue.run();
    expect(record.requests.map((request) => request.length)).toEqual([4, 1, 1, 1, 1, 1]);
    expect(queue.snapshot()).toMatchObject({ phase: "done", settled: 5, imported: 4 });
    expect(queue.snapshot().notes).toEqual([
      { path: "faces/2.jpg", outcome: "refused", reason: "A photo may have 40 MB." },
    ]);
  });

  it("marks a photo that breaks the server every time as failed and imports the rest", async () => {
    const { transport } = server((files) =>
      files.some(({ path }) => path === "faces/0.jpg")
        ? new ApiProblem(500, "internal", "Server fault", "Tell an admin.")
        : files.map(imported),
    );
    const queue = new UploadQueue(photos(6), [], transport);
    await queue.run();
    expect(queue.snapshot()).toMatchObject({ phase: "done", settled: 6, imported: 5 });
    expect(queue.snapshot().notes).toEqual([{ path: "faces/0.jpg", outcome: "failed", reason: "Tell an admin." }]);
  });

  it("stops after the request under way when asked to", async () => {
    const { transport, record } = server((files) => files.map(imported));
    const queue = new UploadQueue(photos(12), [], transport);
    queue.subscribe(() => {
      if (queue.snapshot().settled === 4) queue.stop();
    });
    await queue.run();
    expect(record.requests).toHaveLength(1);
    expect(queue.snapshot()).toMatchObject({ phase: "stopped", settled: 4 });
  });
});
