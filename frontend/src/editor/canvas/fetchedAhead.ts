/** What the canvas shows, fetched before it is asked for. Each thing is handed out once, so that nothing is kept longer. */
import { type LabelMap, loadLabelMap } from "./labelMap";

let photo: { readonly url: string; readonly image: Promise<HTMLImageElement> } | null = null;
let labelMap: { readonly url: string; readonly map: Promise<LabelMap | null> } | null = null;

/** Fetches and decodes what is shown next, in place of what was fetched ahead before. Resolves when it is all there. */
export async function fetchAhead(photoUrl: string, labelMapUrl: string | null, signal: AbortSignal): Promise<void> {
  photo = { url: photoUrl, image: decoded(photoUrl) };
  labelMap = labelMapUrl === null ? null : { url: labelMapUrl, map: loadLabelMap(labelMapUrl, signal) };
  await Promise.all([photo.image, labelMap?.map]);
}

/** The photo, decoded. Raises when it cannot be loaded. */
export function photoOf(url: string): Promise<HTMLImageElement> {
  const ahead = photo?.url === url ? photo.image : null;
  if (ahead !== null) photo = null;
  return ahead?.catch(() => decoded(url)) ?? decoded(url);
}

/** The label map, as `loadLabelMap` gives it. */
export function labelMapOf(url: string, signal: AbortSignal): Promise<LabelMap | null> {
  const ahead = labelMap?.url === url ? labelMap.map : null;
  if (ahead !== null) labelMap = null;
  return ahead?.catch(() => loadLabelMap(url, signal)) ?? loadLabelMap(url, signal);
}

async function decoded(url: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}
