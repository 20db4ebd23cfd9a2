import type { CategoryIds } from "../core/labelMap";

/** Loads an 8-bit grey PNG whose grey values are ids. Null where the task has no label map yet. */
export async function loadFittedMap(url: string, signal: AbortSignal): Promise<CategoryIds | null> {
  const response = await fetch(url, { credentials: "same-origin", signal });
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`The label map could not be loaded (${response.status}).`);
  // Neither colour management nor alpha may touch the ids.
  const bitmap = await createImageBitmap(await response.blob(), {
    colorSpaceConversion: "none",
    premultiplyAlpha: "none",
  });
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("this browser gives no 2D canvas");
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const pixels = context.getImageData(0, 0, width, height).data;
  const ids = new Uint8Array(width * height);
  for (let i = 0; i < ids.length; i += 1) ids[i] = pixels[4 * i] as number;
  return { width, height, ids };
}
