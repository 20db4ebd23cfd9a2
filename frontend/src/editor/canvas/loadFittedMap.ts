import { download } from "../../api/download";
import { isProblem } from "../../api/problem";
import type { CategoryIds } from "../core/labelMap";

/** Loads an 8-bit grey PNG whose grey values are ids. Null where the task has no label map yet. */
export async function loadFittedMap(url: string, signal: AbortSignal): Promise<CategoryIds | null> {
  const file = await download(url, signal).catch((error: unknown) => {
    if (isProblem(error) && error.status === 404) return null;
    throw error;
  });
  if (file === null) return null;
  // Neither colour management nor alpha may touch the ids.
  const bitmap = await createImageBitmap(file, {
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
