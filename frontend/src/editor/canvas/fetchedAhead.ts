/** What the canvas shows next, fetched before it is asked for. Each is handed out once, so that it is kept no longer. */
import { download, persistently } from "../../api/download";
import type { CategoryIds } from "../core/labelMap";
import type { Size } from "../core/viewport";
import { loadFittedMap } from "./loadFittedMap";

/** Above so many pixels a photo is kept in levels; browsers handle smaller ones well. */
const LARGE_PHOTO = 4_000_000;

/** The browser's own image, and the file that it is of, of which `PhotoLevels` makes more. */
export interface LargePhoto {
  readonly element: HTMLImageElement;
  readonly file: Blob;
}

/** A photo ready to be drawn: its pixels, unless there are too many. */
export type PhotoImage = ImageBitmap | LargePhoto;

/** For a photo that nobody will draw. */
export function closePhoto(image: PhotoImage): void {
  if (image instanceof ImageBitmap) image.close();
}

interface Ahead<T> {
  readonly url: string;
  readonly answer: Promise<T>;
}

let photo: Ahead<PhotoImage> | null = null;
let fittedMap: Ahead<CategoryIds | null> | null = null;

/** Takes the place of what was fetched ahead before. Resolves when all of it is decoded; raises when it cannot be. */
export async function fetchAhead(
  { image_url: url, ...size }: Size & { readonly image_url: string },
  fittedMapUrl: string | null,
  signal: AbortSignal,
): Promise<void> {
  // Else its pixels stay until the browser comes to collect them.
  void photo?.answer.then(closePhoto, () => undefined);
  photo = { url, answer: decoded(url, size) };
  fittedMap = fittedMapUrl === null ? null : { url: fittedMapUrl, answer: loadFittedMap(fittedMapUrl, signal) };
  await Promise.all([photo.answer, fittedMap?.answer]);
}

/**
 * The photo, decoded, after as many attempts as make sense. Raises when it cannot be loaded.
 *
 * @param onFailure called when it has to be tried again.
 */
export async function photoOf(
  url: string,
  size: Size,
  signal: AbortSignal,
  onFailure?: () => void,
): Promise<PhotoImage> {
  const load = () => persistently(() => decoded(url, size, signal), signal, onFailure);
  const ahead = photo;
  if (ahead?.url !== url) return load();
  photo = null;
  return ahead.answer.catch(load);
}

/** The label map, as `loadFittedMap` gives it, after as many attempts as make sense. */
export async function fittedMapOf(url: string, signal: AbortSignal): Promise<CategoryIds | null> {
  const load = () => persistently(() => loadFittedMap(url, signal), signal);
  const ahead = fittedMap;
  if (ahead?.url !== url) return load();
  fittedMap = null;
  return ahead.answer.catch(load);
}

async function decoded(url: string, { width, height }: Size, signal?: AbortSignal): Promise<PhotoImage> {
  const file = await download(url, signal);
  // Decoded beside the page's own thread. What `decode()` makes of an image a canvas does not use, and decodes it again.
  if (width * height <= LARGE_PHOTO) return createImageBitmap(file);
  const element = new Image();
  element.src = URL.createObjectURL(file);
  try {
    await element.decode();
  } finally {
    // The element keeps what it has read.
    URL.revokeObjectURL(element.src);
  }
  return { element, file };
}
