import type { CategoryIds } from "./labelMap";
import type { Span } from "./paintedLayer";

/** The pixels that hang together with (x, y) by their sides and have its id; none for a place outside the map. */
export function floodFill({ width, height, ids }: CategoryIds, x: number, y: number): Span[] {
  if (x < 0 || y < 0 || x >= width || y >= height) return [];
  const wanted = ids[y * width + x];
  const filled = new Uint8Array(width * height);
  const open = (at: number) => ids[at] === wanted && filled[at] === 0;
  const spans: Span[] = [];
  const seeds = [y * width + x];
  for (let seed = seeds.pop(); seed !== undefined; seed = seeds.pop()) {
    if (!open(seed)) continue;
    const row = Math.floor(seed / width) * width;
    let [first, last] = [seed, seed];
    while (first > row && open(first - 1)) first -= 1;
    while (last + 1 < row + width && open(last + 1)) last += 1;
    filled.fill(1, first, last + 1);
    spans.push([row / width, first - row, last - row]);
    for (const step of [-width, width]) {
      if (row + step < 0 || row + step >= width * height) continue;
      for (let at = first + step; at <= last + step; at += 1) {
        // One seed for each stretch is enough.
        if (open(at) && (at === first + step || !open(at - 1))) seeds.push(at);
      }
    }
  }
  return spans;
}
