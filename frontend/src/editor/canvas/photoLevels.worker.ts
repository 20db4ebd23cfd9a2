/** Decodes the photo's file that it is sent, and answers with its levels, the full size first; none on failure. */

/** A level that fits on a small screen needs no smaller one. */
const SMALLEST = 1024;

addEventListener("message", ({ data }: MessageEvent<Blob>) => {
  void levelsOf(data).then(
    (levels) => postMessage(levels, { transfer: levels }),
    () => postMessage([]),
  );
});

async function levelsOf(file: Blob): Promise<ImageBitmap[]> {
  let level = await createImageBitmap(file);
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
