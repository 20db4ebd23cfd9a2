/**
 * What people painted by hand on a label map: a sparse layer over the fitted map, in tiles, one byte a pixel. Copies
 * share their tiles until one of them writes.
 */
import { decodeRuns, type PaintedPixels, RunWriter, UNPAINTED } from "./runs";
import type { Size } from "./viewport";

/** Side of a tile in pixels. */
export const TILE = 128;

/** Pixels (first, y) to (last, y), both included; what lies outside the photo is left out. */
export type Span = readonly [y: number, first: number, last: number];

/** A tile's pixels, cut to the photo: from `left` and `top` up to, not including, `right` and `bottom`. */
export function tileBox(index: number, { width, height }: Size) {
  const columns = Math.ceil(width / TILE);
  const [left, top] = [(index % columns) * TILE, Math.floor(index / columns) * TILE];
  return { left, top, right: Math.min(left + TILE, width), bottom: Math.min(top + TILE, height) };
}

export class PaintedLayer {
  /** Tiles in a row of them. */
  readonly columns: number;
  readonly #tiles = new Map<number, Uint8Array>();
  /** Tiles whose bytes another layer holds as well. */
  readonly #shared = new Set<number>();
  readonly #changed = new Set<number>();

  /** Of a photo with so many pixels; nothing is painted. */
  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.columns = Math.ceil(width / TILE);
  }

  /** Raises RangeError for pixels beyond the photo. */
  static of(width: number, height: number, pixels: PaintedPixels): PaintedLayer {
    const layer = new PaintedLayer(width, height);
    layer.paint(pixels);
    layer.#changed.clear();
    return layer;
  }

  /** The category that somebody gave the pixel, or UNPAINTED; that, too, outside the photo. */
  at(x: number, y: number): number {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return UNPAINTED;
    return this.#tiles.get(this.tileAt(x, y))?.[(y % TILE) * TILE + (x % TILE)] ?? UNPAINTED;
  }

  tileAt(x: number, y: number): number {
    return Math.floor(y / TILE) * this.columns + Math.floor(x / TILE);
  }

  /** TILE × TILE bytes, row by row; undefined where no pixel of the tile was ever painted. */
  tile(index: number): Uint8Array | undefined {
    return this.#tiles.get(index);
  }

  /** Those that hold bytes. */
  get tiles(): number[] {
    return [...this.#tiles.keys()];
  }

  copy(): PaintedLayer {
    const copy = new PaintedLayer(this.width, this.height);
    for (const [index, bytes] of this.#tiles) {
      copy.#tiles.set(index, bytes);
      copy.#shared.add(index);
      this.#shared.add(index);
    }
    return copy;
  }

  /** The tiles written to since `takeChanged`. */
  get changed(): ReadonlySet<number> {
    return this.#changed;
  }

  /** The tiles written to since this was last asked. */
  takeChanged(): number[] {
    const changed = [...this.#changed];
    this.#changed.clear();
    return changed;
  }

  /** Gives the pixels of a span `value`: a category, or UNPAINTED. */
  set([y, first, last]: Span, value: number): void {
    if (y < 0 || y >= this.height) return;
    const end = Math.min(last, this.width - 1);
    for (let x = Math.max(0, first); x <= end; ) {
      const index = this.tileAt(x, y);
      const stop = Math.min(end, x - (x % TILE) + TILE - 1);
      if (value !== UNPAINTED || this.#tiles.has(index)) {
        const from = (y % TILE) * TILE + (x % TILE);
        this.#writable(index).fill(value, from, from + stop - x + 1);
      }
      x = stop + 1;
    }
  }

  /** Raises RangeError for pixels beyond the photo. */
  paint(pixels: PaintedPixels): void {
    for (const { value, start, end } of decodeRuns(pixels)) this.#eachSpan(start, end, (span) => this.set(span, value));
  }

  /** What puts back the pixels that `pixels` is about to overwrite. Raises RangeError for pixels beyond the photo. */
  invert(pixels: PaintedPixels): PaintedPixels {
    const writer = new RunWriter();
    for (const { start, end } of decodeRuns(pixels)) {
      this.#eachSpan(start, end, ([y, first, last]) => this.#write(writer, y, first, last));
    }
    return writer.pixels() ?? {};
  }

  /** All that is painted, as runs. */
  pixels(): PaintedPixels {
    return differenceOf(new PaintedLayer(this.width, this.height), this, this.tiles).pixels() ?? {};
  }

  /** Makes tiles those of `other`, a layer of the same photo. */
  match(other: PaintedLayer, tiles: Iterable<number>): void {
    for (const index of tiles) {
      const bytes = other.#tiles.get(index);
      if (bytes === undefined) this.#tiles.delete(index);
      else {
        this.#tiles.set(index, bytes);
        this.#shared.add(index);
        other.#shared.add(index);
      }
      this.#changed.add(index);
    }
  }

  #writable(index: number): Uint8Array {
    this.#changed.add(index);
    const bytes = this.#tiles.get(index);
    if (bytes !== undefined && !this.#shared.has(index)) return bytes;
    const own = bytes?.slice() ?? new Uint8Array(TILE * TILE).fill(UNPAINTED);
    this.#tiles.set(index, own);
    this.#shared.delete(index);
    return own;
  }

  #write(writer: RunWriter, y: number, first: number, last: number): void {
    const row = y * this.width;
    for (let x = first; x <= last; ) {
      const value = this.at(x, y);
      let end = x + 1;
      while (end <= last && this.at(end, y) === value) end += 1;
      writer.add(value, row + x, row + end);
      x = end;
    }
  }

  #eachSpan(start: number, end: number, visit: (span: Span) => void): void {
    if (end > this.width * this.height) throw new RangeError(`pixel ${end - 1} lies beyond the photo`);
    for (let at = start; at < end; ) {
      const y = Math.floor(at / this.width);
      const stop = Math.min(end, (y + 1) * this.width);
      visit([y, at - y * this.width, stop - 1 - y * this.width]);
      at = stop;
    }
  }
}

/** What makes `to` of `from` within `tiles`; both are layers of one photo. */
export function differenceOf(from: PaintedLayer, to: PaintedLayer, tiles: Iterable<number>): RunWriter {
  const writer = new RunWriter();
  const byRow = new Map<number, number[]>();
  for (const index of [...tiles].sort((a, b) => a - b)) {
    if (from.tile(index) === to.tile(index)) continue;
    const row = Math.floor(index / to.columns);
    const inRow = byRow.get(row);
    if (inRow === undefined) byRow.set(row, [index]);
    else inRow.push(index);
  }
  for (const [row, inRow] of byRow) {
    const bottom = Math.min(to.height, (row + 1) * TILE);
    for (let y = row * TILE; y < bottom; y += 1) {
      for (const index of inRow) writeDifference(writer, from, to, index, y);
    }
  }
  return writer;
}

function writeDifference(writer: RunWriter, from: PaintedLayer, to: PaintedLayer, index: number, y: number): void {
  const [before, after] = [from.tile(index), to.tile(index)];
  const { left, right } = tileBox(index, to);
  const width = right - left;
  const offset = (y % TILE) * TILE;
  const place = y * to.width + left;
  for (let x = 0; x < width; ) {
    const value = after?.[offset + x] ?? UNPAINTED;
    if (value === (before?.[offset + x] ?? UNPAINTED)) {
      x += 1;
      continue;
    }
    const start = x;
    while (x < width && differs(before, after, offset + x, value)) x += 1;
    writer.add(value, place + start, place + x);
  }
}

function differs(before: Uint8Array | undefined, after: Uint8Array | undefined, at: number, value: number): boolean {
  return (after?.[at] ?? UNPAINTED) === value && (before?.[at] ?? UNPAINTED) !== value;
}
