/** What the canvas shows next, fetched before it is asked for. Each is handed out once, so that it is kept no longer. */
import type { CategoryIds } from "../core/labelMap";
import type { Size } from "../core/viewport";
import { LARGE_PHOTO } from "./largePhoto";
import { loadFittedMap } from "./loadFittedMap";

/** A photo ready to be drawn: its pixels, or for a large one the browser's own image, of which `PhotoLevels` makes more. */
export type PhotoImage = ImageBitmap | HTMLImageElement;

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
  photo = { url, answer: decoded(url, size) };
  fittedMap = fittedMapUrl === null ? null : { url: fittedMapUrl, answer: loadFittedMap(fittedMapUrl, signal) };
  await Promise.all([photo.answer, fittedMap?.answer]);
}

/** The photo, decoded. Raises when it cannot be loaded. */
export async function photoOf(url: string, size: Size): Promise<PhotoImage> {
  const ahead = photo;
  if (ahead?.url !== url) return decoded(url, size);
  photo = null;
  return ahead.answer.catch(() => decoded(url, size));
}

/** The label map, as `loadFittedMap` gives it. */
export async function fittedMapOf(url: string, signal: AbortSignal): Promise<CategoryIds | null> {
  const ahead = fittedMap;
  if (ahead?.url !== url) return loadFittedMap(url, signal);
  fittedMap = null;
  return ahead.answer.catch(() => loadFittedMap(url, signal));
}

/** As early-start.ts asks for it. */
async function decoded(url: string, { width, height }: Size): Promise<PhotoImage> {
  if (width * height <= LARGE_PHOTO) {
    const response = await fetch(url, { credentials: "same-origin" });
    if (!response.ok) throw new Error(`The photo could not be loaded (${response.status}).`);
    // Decoded beside the page's own thread. What `decode()` makes of an image a canvas does not use, and decodes it again.
    return createImageBitmap(await response.blob());
  }
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}
