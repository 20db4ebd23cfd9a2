/** What the canvas shows next, fetched before it is asked for. Each is handed out once, so that it is kept no longer. */
import type { CategoryIds } from "../core/labelMap";
import { loadFittedMap } from "./loadFittedMap";

interface Ahead<T> {
  readonly url: string;
  readonly answer: Promise<T>;
}

let photo: Ahead<HTMLImageElement> | null = null;
let fittedMap: Ahead<CategoryIds | null> | null = null;

/** Takes the place of what was fetched ahead before. Resolves when all of it is decoded; raises when it cannot be. */
export async function fetchAhead(photoUrl: string, fittedMapUrl: string | null, signal: AbortSignal): Promise<void> {
  photo = { url: photoUrl, answer: decoded(photoUrl) };
  fittedMap = fittedMapUrl === null ? null : { url: fittedMapUrl, answer: loadFittedMap(fittedMapUrl, signal) };
  await Promise.all([photo.answer, fittedMap?.answer]);
}

/** The photo, decoded. Raises when it cannot be loaded. */
export async function photoOf(url: string): Promise<HTMLImageElement> {
  const ahead = photo;
  if (ahead?.url !== url) return decoded(url);
  photo = null;
  return ahead.answer.catch(() => decoded(url));
}

/** The label map, as `loadFittedMap` gives it. */
export async function fittedMapOf(url: string, signal: AbortSignal): Promise<CategoryIds | null> {
  const ahead = fittedMap;
  if (ahead?.url !== url) return loadFittedMap(url, signal);
  fittedMap = null;
  return ahead.answer.catch(() => loadFittedMap(url, signal));
}

async function decoded(url: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}
