import type { ImportItem } from "../../api/types";
import { strings } from "../../strings/strings";

/** A photo on its way to the server, under the name by which a person finds it again. */
export interface QueuedFile {
  file: File;
  /** The path inside the dropped folder, or the plain file name. */
  path: string;
}

/** What became of one file, where it is not simply imported. */
export interface FileNote {
  path: string;
  /** `passed-over`: not sent at all, so that no count of photos holds it. */
  outcome: "refused" | "duplicate" | "failed" | "passed-over";
  reason: string;
}

/** Why the server did not import a file. */
export function reasonOf(item: Pick<ImportItem, "outcome" | "reason">): string {
  const { hasAlready, wasRefused } = strings().imports;
  return item.reason ?? (item.outcome === "duplicate" ? hasAlready : wasRefused);
}

export interface SortedFiles {
  photos: QueuedFile[];
  archives: QueuedFile[];
  /** Files that are not worth the upload, by name and reason. */
  passedOver: FileNote[];
}

const PHOTO = /\.(jpe?g|png|webp)$/i;
const ARCHIVE = /\.zip$/i;
/** A label file of a dataset's folder, which would pass for a photo. */
const LABEL_FILE = /^(.*\/)?(labels|landmarks)\/.+/;

/**
 * Sorts what was dropped or chosen.
 *
 * Hidden files, which systems leave in folders, are passed over in silence; all else is named. The name's ending
 * decides only what is sent: the server looks into every file itself.
 */
export function sortFiles(files: readonly File[]): SortedFiles {
  const sorted: SortedFiles = { photos: [], archives: [], passedOver: [] };
  const datasets = datasetFolders(files.map(pathOf));
  for (const file of files) {
    const path = pathOf(file);
    if (isHidden(path)) continue;
    const label = LABEL_FILE.exec(path);
    if (label && datasets.has(label[1] ?? "")) {
      sorted.passedOver.push({ path, outcome: "passed-over", reason: strings().imports.labelsByZip });
      continue;
    }
    if (ARCHIVE.test(file.name)) sorted.archives.push({ file, path });
    else if (PHOTO.test(file.name)) sorted.photos.push({ file, path });
    else sorted.passedOver.push({ path, outcome: "passed-over", reason: strings().imports.noPhotoByName });
  }
  return sorted;
}

/** The folders that hold an images/, each with its slash; "" for the top. */
function datasetFolders(paths: readonly string[]): ReadonlySet<string> {
  const found = paths.map((path) => /^(.*\/)?images\/[^/]+$/.exec(path)).filter((match) => match !== null);
  return new Set(found.map((match) => match[1] ?? ""));
}

/** The dropzone sets `path` on dropped files, the browser `webkitRelativePath` on those of a chosen folder. */
function pathOf(file: File & { path?: string }): string {
  const path = file.webkitRelativePath || file.path || file.name;
  return path.replace(/^\.?\//, "");
}

function isHidden(path: string): boolean {
  return path.split("/").some((part) => part.startsWith(".") || part === "__MACOSX") || /(^|\/)Thumbs\.db$/i.test(path);
}
