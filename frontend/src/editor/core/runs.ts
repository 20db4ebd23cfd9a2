/**
 * Pixels of a photo as runs: how many to skip and how many to name, by turns, row after row from the top left pixel.
 * Exact, and a few hundred bytes for a stroke.
 */

export type Runs = readonly number[];

/** What a stroke did: runs by the category that their pixels were given, and runs given back to the fit. */
export interface PaintedPixels {
  readonly painted?: Readonly<Record<string, Runs>>;
  readonly erased?: Runs;
}

/** In a painted layer: nobody painted this pixel. */
export const UNPAINTED = 255;

/** The server refuses an operation with more numbers. */
export const MAX_RUN_NUMBERS = 400_000;

/** Pixels `start` up to, not including, `end`, in rows from the top left one. */
export interface Run {
  readonly value: number;
  readonly start: number;
  readonly end: number;
}

/** Every run with the value that it gives its pixels, in the order of the photo. Raises RangeError for an odd list. */
export function decodeRuns({ painted = {}, erased = [] }: PaintedPixels): Run[] {
  const decoded: Run[] = [];
  for (const [category, runs] of Object.entries(painted)) collect(decoded, Number(category), runs);
  collect(decoded, UNPAINTED, erased);
  return decoded.sort((a, b) => a.start - b.start);
}

function collect(decoded: Run[], value: number, runs: Runs): void {
  if (runs.length % 2 === 1) throw new RangeError("runs are pairs of numbers");
  let start = 0;
  for (let i = 0; i < runs.length; i += 2) {
    start += runs[i] as number;
    const end = start + (runs[i + 1] as number);
    decoded.push({ value, start, end });
    start = end;
  }
}

/** Puts runs together from pieces in the order of the photo; neighbours of one value become one run. */
export class RunWriter {
  readonly #lists = new Map<number, number[]>();
  readonly #ends = new Map<number, number>();
  #numbers = 0;

  get numbers(): number {
    return this.#numbers;
  }

  add(value: number, start: number, end: number): void {
    const runs = this.#lists.get(value);
    const last = this.#ends.get(value) ?? 0;
    this.#ends.set(value, end);
    if (runs === undefined) this.#lists.set(value, [start, end - start]);
    else if (start === last) {
      runs[runs.length - 1] = (runs.at(-1) as number) + end - start;
      return;
    } else runs.push(start - last, end - start);
    this.#numbers += 2;
  }

  /** Null when nothing was added. */
  pixels(): PaintedPixels | null {
    if (this.#lists.size === 0) return null;
    const painted: Record<string, Runs> = {};
    for (const [value, runs] of this.#lists) if (value !== UNPAINTED) painted[value] = runs;
    const erased = this.#lists.get(UNPAINTED);
    return { ...(Object.keys(painted).length > 0 && { painted }), ...(erased && { erased }) };
  }
}
