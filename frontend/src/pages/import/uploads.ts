import { API_BASE, api, must } from "../../api/client";
import { signInGate } from "../../api/signInGate";
import type { Import, ImportFiles, ImportItem, MapUse } from "../../api/types";
import { ArchiveUpload } from "./archiveUpload";
import { sortFiles, type QueuedFile } from "./files";
import { sendForm } from "./sendForm";
import { UploadQueue } from "./uploadQueue";

export type Upload =
  | { key: number; kind: "photos"; queue: UploadQueue }
  | { key: number; kind: "archive"; archive: ArchiveUpload };

const NONE: readonly Upload[] = [];

/**
 * The uploads of this browser tab, by project.
 *
 * They live outside the page, so that one may look at something else while they run; only closing the tab ends them,
 * and the browser asks before that.
 */
class Uploads {
  #byProject = new Map<number, readonly Upload[]>();
  #listeners = new Set<() => void>();
  #chain: Promise<void> = Promise.resolve();
  #running = 0;
  #nextKey = 0;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  of(projectId: number): readonly Upload[] {
    return this.#byProject.get(projectId) ?? NONE;
  }

  /**
   * Queues whatever was dropped or chosen: photos as one import, every zip as one of its own. `mapUse` says what becomes
   * of label maps that lie in a zip.
   */
  start(projectId: number, files: readonly File[], mapUse: MapUse): void {
    const { photos, archives, passedOver } = sortFiles(files);
    if (photos.length > 0 || passedOver.length > 0) {
      const queue = new UploadQueue(photos, passedOver, photoTransport(projectId));
      this.#add(projectId, { key: this.#nextKey++, kind: "photos", queue });
      this.go(queue);
    }
    for (const { file, path } of archives) {
      const archive = new ArchiveUpload(path, file.size, archiveTransport(projectId, file, mapUse));
      this.#add(projectId, { key: this.#nextKey++, kind: "archive", archive });
      this.go(archive);
    }
  }

  /** Runs an upload after those that run already, also one that had stopped. */
  go(upload: UploadQueue | ArchiveUpload): void {
    this.#chain = this.#chain.then(async () => {
      this.#guard(1);
      await upload.run();
      this.#guard(-1);
    });
  }

  dismiss(projectId: number, key: number): void {
    this.#byProject.set(
      projectId,
      this.of(projectId).filter((upload) => upload.key !== key),
    );
    this.#notify();
  }

  #add(projectId: number, upload: Upload): void {
    this.#byProject.set(projectId, [upload, ...this.of(projectId)]);
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }

  #guard(change: 1 | -1): void {
    this.#running += change;
    if (this.#running > 0) window.addEventListener("beforeunload", askBeforeLeaving);
    else window.removeEventListener("beforeunload", askBeforeLeaving);
  }
}

export const uploads = new Uploads();

function askBeforeLeaving(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

function openImport(projectId: number, expected: number | null, mapUse: MapUse = "parts"): Promise<Import> {
  return must(
    api.POST("/api/v1/projects/{project_id}/imports", {
      params: { path: { project_id: projectId } },
      body: { expected, map_use: mapUse },
    }),
  );
}

function photoTransport(projectId: number) {
  let importId: number | null = null;
  return {
    open: async (expected: number) => {
      importId = (await openImport(projectId, expected)).id;
    },
    send: async (files: QueuedFile[], onBytes: (sent: number) => void): Promise<ImportItem[]> => {
      if (importId === null) throw new Error("The import has not been opened");
      const form = new FormData();
      // The path, not the bare name: it tells same-named files of two folders apart, here and on the server.
      for (const { file, path } of files) form.append("files", file, path);
      const answer = await sendForm(`${API_BASE}/projects/${projectId}/imports/${importId}/files`, form, onBytes);
      return (answer as ImportFiles).items;
    },
    signedIn: () => signInGate.signedIn(),
    wait: (seconds: number) => new Promise<void>((resolve) => setTimeout(resolve, seconds * 1000)),
  };
}

function archiveTransport(projectId: number, file: File, mapUse: MapUse) {
  return {
    open: () => openImport(projectId, null, mapUse),
    send: async (importId: number, onBytes: (sent: number) => void) => {
      const form = new FormData();
      form.append("archive", file, file.name);
      const url = `${API_BASE}/projects/${projectId}/imports/${importId}/archive`;
      return (await sendForm(url, form, onBytes)) as Import;
    },
  };
}
