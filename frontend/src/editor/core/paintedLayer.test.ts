import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AnnotationDocument } from "./document";
import { comparePaintings } from "./merge";
import { replay } from "./operations";
import { differenceOf, PaintedLayer, type Span, TILE } from "./paintedLayer";
import { decodeRuns, MAX_RUN_NUMBERS, RunWriter, UNPAINTED } from "./runs";

/** A tile and a bit in both directions, so that strokes cross every kind of border. */
const WIDTH = TILE + 9;
const HEIGHT = TILE + 5;

const values = fc.constantFrom(0, 1, 9, 10, UNPAINTED);
const spans: fc.Arbitrary<Span> = fc
  .tuple(fc.integer({ min: -2, max: HEIGHT + 1 }), fc.integer({ min: -9, max: WIDTH + 9 }), fc.nat(200))
  .map(([y, first, length]) => [y, first, first + length] as const);
const strokes = fc.array(fc.record({ spans: fc.array(spans, { minLength: 1, maxLength: 6 }), value: values }), {
  minLength: 1,
  maxLength: 6,
});

function open(painting = new PaintedLayer(WIDTH, HEIGHT)): AnnotationDocument {
  const points = new Float64Array(212);
  const base = { revision: 1, points, visibility: new Uint8Array(106), origins: new Uint8Array(106), painting };
  return new AnnotationDocument({ initial: points, base });
}

function dense(layer: PaintedLayer): Uint8Array {
  const pixels = new Uint8Array(WIDTH * HEIGHT).fill(UNPAINTED);
  for (const { value, start, end } of decodeRuns(layer.pixels())) pixels.fill(value, start, end);
  return pixels;
}

/** Compared by hand: the matcher for arrays takes a second for so many pixels. */
function same(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && Buffer.compare(a, b) === 0;
}

/** The plainest painting there is: one array, one pixel after the other. */
function paintPlainly(pixels: Uint8Array, drawn: readonly Span[], value: number): void {
  for (const [y, first, last] of drawn) {
    if (y < 0 || y >= HEIGHT) continue;
    for (let x = Math.max(0, first); x <= Math.min(last, WIDTH - 1); x += 1) pixels[y * WIDTH + x] = value;
  }
}

describe("the painted layer", () => {
  it("holds every pixel that was set, across tiles, and says which tiles changed", () => {
    fc.assert(
      fc.property(strokes, (drawn) => {
        const layer = new PaintedLayer(WIDTH, HEIGHT);
        const plain = new Uint8Array(WIDTH * HEIGHT).fill(UNPAINTED);
        for (const { spans: lines, value } of drawn) {
          for (const line of lines) layer.set(line, value);
          paintPlainly(plain, lines, value);
        }
        expect(same(dense(layer), plain)).toBe(true);
        expect(plain.every((value, i) => layer.at(i % WIDTH, Math.floor(i / WIDTH)) === value)).toBe(true);
        const changed = new Set(layer.takeChanged());
        const told = (i: number) => changed.has(layer.tileAt(i % WIDTH, Math.floor(i / WIDTH)));
        expect(plain.every((value, i) => value === UNPAINTED || told(i))).toBe(true);
        expect(layer.takeChanged()).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  it("is the same after it was written as runs and read again", () => {
    fc.assert(
      fc.property(strokes, (drawn) => {
        const layer = new PaintedLayer(WIDTH, HEIGHT);
        for (const { spans: lines, value } of drawn) for (const line of lines) layer.set(line, value);
        expect(same(dense(PaintedLayer.of(WIDTH, HEIGHT, layer.pixels())), dense(layer))).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it("does not change when a copy is painted", () => {
    const layer = new PaintedLayer(WIDTH, HEIGHT);
    layer.set([0, 0, WIDTH], 4);
    const copy = layer.copy();
    copy.set([0, 0, 5], 7);
    layer.set([0, 9, 9], 8);
    expect([layer.at(0, 0), layer.at(9, 0), copy.at(0, 0), copy.at(9, 0)]).toEqual([4, 8, 7, 4]);
  });

  it("refuses runs beyond the photo, and odd ones", () => {
    const layer = new PaintedLayer(4, 3);
    expect(() => layer.paint({ painted: { 3: [11, 2] } })).toThrow(RangeError);
    expect(() => layer.paint({ painted: { 3: [11] } })).toThrow(RangeError);
    layer.paint({ painted: { 3: [11, 1] } });
    expect(layer.at(3, 2)).toBe(3);
  });
});

describe("a run writer", () => {
  it("makes one run of neighbours and names each pixel once", () => {
    const writer = new RunWriter();
    writer.add(2, 5, 8);
    writer.add(2, 8, 9);
    writer.add(UNPAINTED, 9, 10);
    writer.add(2, 12, 13);
    expect(writer.pixels()).toEqual({ painted: { 2: [5, 4, 3, 1] }, erased: [9, 1] });
    expect(writer.numbers).toBe(6);
    expect(decodeRuns(writer.pixels() ?? {}).map(({ start, end }) => [start, end])).toEqual([
      [5, 9],
      [9, 10],
      [12, 13],
    ]);
  });
});

describe("painting a document", () => {
  it("is one operation a stroke, undone to the last pixel and replayed alike", () => {
    fc.assert(
      fc.property(strokes, (drawn) => {
        const document = open();
        const states = [dense(document.livePainting)];
        for (const { spans: lines, value } of drawn) {
          for (const line of lines) document.previewPaint([line], value);
          const shown = dense(document.livePainting);
          const operation = document.commitPreview();
          expect(same(dense(document.livePainting), shown)).toBe(true);
          expect(same(dense(document.current.painting), shown)).toBe(true);
          if (operation !== null) states.push(shown);
        }
        expect(document.operations).toHaveLength(states.length - 1);
        expect(same(dense(replay(document.base, document.operations).painting), states.at(-1))).toBe(true);
        for (const state of states.slice(0, -1).reverse()) {
          document.undo();
          expect(same(dense(document.livePainting), state)).toBe(true);
        }
        expect(document.canUndo).toBe(false);
        for (const state of states.slice(1)) {
          document.redo();
          expect(same(dense(document.livePainting), state)).toBe(true);
        }
      }),
      { numRuns: 12 },
    );
  });

  it("names only pixels that changed, and makes nothing of a stroke that changed none", () => {
    const document = open(PaintedLayer.of(WIDTH, HEIGHT, { painted: { 3: [0, 10] } }));
    document.previewPaint([[0, 2, 5]], 3);
    expect(document.previewing).toBe(true);
    expect(document.commitPreview()).toBeNull();
    document.previewPaint([[0, 8, 12]], 3);
    expect(document.commitPreview()?.payload).toEqual({ painted: { 3: [10, 3] } });
    document.previewPaint([[0, 0, 20]], UNPAINTED);
    expect(document.commitPreview()?.payload).toEqual({ erased: [0, 13] });
  });

  it("forgets a stroke that was broken off", () => {
    const document = open();
    document.previewPaint([[3, 1, 9]], 5);
    document.cancelPreview();
    expect(document.livePainting.at(4, 3)).toBe(UNPAINTED);
    expect(document.previewing).toBe(false);
    expect(document.operations).toEqual([]);
  });

  it("takes no stroke that the server would refuse, and says so", () => {
    const [width, height] = [2000, 300];
    const painting = new PaintedLayer(width, height);
    const points = new Float64Array(212);
    const base = { revision: 1, points, visibility: new Uint8Array(106), origins: new Uint8Array(106), painting };
    const document = new AnnotationDocument({ initial: points, base });
    const dots = function* (): Generator<Span> {
      for (let y = 0; y < height; y += 1) for (let x = y % 2; x < width; x += 2) yield [y, x, x];
    };
    expect(width * height).toBeGreaterThan(MAX_RUN_NUMBERS);
    const events: string[] = [];
    document.subscribe((event) => events.push(event));
    document.previewPaint(dots(), 1);
    expect(document.commitPreview()).toBeNull();
    expect(events.at(-1)).toBe("refused");
    expect(document.operations).toEqual([]);
    expect(document.livePainting.at(0, 0)).toBe(UNPAINTED);
  });

  it("goes on across a save, with its undo", () => {
    const document = open();
    document.previewPaint([[0, 0, 4]], 6);
    document.commitPreview();
    document.advanceBase(2, 1);
    expect(document.base.painting.at(2, 0)).toBe(6);
    document.undo();
    expect(document.livePainting.at(2, 0)).toBe(UNPAINTED);
    expect(document.operations[0]).toMatchObject({ base_revision: 2, payload: { erased: [0, 5] } });
  });
});

describe("two paintings of one base", () => {
  it("lays all that I changed over theirs, and counts what both changed", () => {
    fc.assert(
      fc.property(strokes, strokes, strokes, (before, byMe, byThem) => {
        const base = new PaintedLayer(WIDTH, HEIGHT);
        const draw = (layer: PaintedLayer, drawn: typeof before) => {
          for (const { spans: lines, value } of drawn) for (const line of lines) layer.set(line, value);
          return layer;
        };
        draw(base, before);
        const [mine, theirs] = [draw(base.copy(), byMe), draw(base.copy(), byThem)];
        const found = comparePaintings(base, mine, theirs);
        const merged = theirs.copy();
        merged.paint(found?.mine ?? {});
        const [b, m, t, all] = [dense(base), dense(mine), dense(theirs), dense(merged)];
        expect(same(all, m.map((value, i) => (value === b[i] ? (t[i] as number) : value)))).toBe(true);
        const both = m.filter((value, i) => value !== b[i] && t[i] !== b[i] && value !== t[i]).length;
        expect(found?.bothChanged ?? 0).toBe(both);
      }),
      { numRuns: 12 },
    );
  });

  it("has nothing to say where I changed nothing", () => {
    const base = PaintedLayer.of(WIDTH, HEIGHT, { painted: { 2: [3, 4] } });
    const theirs = base.copy();
    theirs.set([0, 0, 50], 9);
    expect(differenceOf(base, base.copy(), base.tiles).pixels()).toBeNull();
    expect(comparePaintings(base, base.copy(), theirs)).toBeNull();
  });
});
