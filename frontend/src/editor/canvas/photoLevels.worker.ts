/** Decodes the photo at the address that it is sent, and answers with its levels, the full size first; none on failure. */

/** A level that fits on a small screen needs no smaller one. */
const SMALLEST = 1024;

addEventListener("message", ({ data }: MessageEvent<string>) => {
  void levelsOf(data).then(
    (levels) => postMessage(levels, { transfer: levels }),
    () => postMessage([]),
  );
});

async function levelsOf(url: string): Promise<ImageBitmap[]> {
  // The page has loaded it already, so this comes out of the browser's cache.
  const response = await fetch(url, { credentials: "same-origin" });
  let level = await createImageBitmap(await response.blob());
  const levels = [level];
  while (Math.max(level.width, level.height) > SMALLEST) {
    level = await createImageBitmap(level, {
      resizeWidth: Math.ceil(level.width / 2),
      resizeHeight: Math.ceil(level.height / 2),
      resizeQuality: "medium",
    });
    levels.push(level);
  }
  return levels;
}
