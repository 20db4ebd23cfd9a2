import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LabelMap } from "./labelMap";
import { PaintedLayer, type Span, TILE } from "./paintedLayer";
import { UNPAINTED } from "./runs";

const WIDTH = TILE + 7;
const HEIGHT = TILE + 3;

describe("the label map on the screen", () => {
  it("is the fitted map where nobody painted, after any strokes and erasing, tile by tile", () => {
    const fitted = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => i % 11);
    const span = fc.tuple(fc.nat(HEIGHT - 1), fc.nat(WIDTH - 1), fc.nat(60));
    const stroke = fc.tuple(span, fc.constantFrom(0, 4, 10, UNPAINTED));
    fc.assert(
      fc.property(fc.array(stroke, { maxLength: 12 }), (strokes) => {
        const map = new LabelMap(WIDTH, HEIGHT, fitted);
        const layer = new PaintedLayer(WIDTH, HEIGHT);
        for (const [[y, first, length], value] of strokes) {
          const line: Span = [y, first, first + length];
          layer.set(line, value);
          map.compose(layer, layer.takeChanged());
        }
        const wrong = fitted.findIndex((id, i) => {
          const painted = layer.at(i % WIDTH, Math.floor(i / WIDTH));
          return map.ids[i] !== (painted === UNPAINTED ? id : painted);
        });
        expect(wrong).toBe(-1);
      }),
      { numRuns: 15 },
    );
  });

  it("is background where nothing is fitted, and outside the photo", () => {
    const map = new LabelMap(4, 3, null);
    map.compose(PaintedLayer.of(4, 3, { painted: { 7: [5, 1] } }), [0]);
    expect([map.at(1, 1), map.at(0, 0), map.at(-1, 0), map.at(0, 3)]).toEqual([7, 0, 0, 0]);
  });

  it("refuses a fitted map of another size", () => {
    expect(() => new LabelMap(4, 3, new Uint8Array(11))).toThrow(RangeError);
  });
});
