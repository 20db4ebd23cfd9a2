import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mapPlace, mapPoints, rotation, scaling, translation } from "./affine";
import { FACE_PART_NAMES, FACE_PARTS } from "./faceParts";
import { cornersOnScreen, frameAround, type Handle, handleMap, handleUnder, MOVE, placedHandles } from "./partFrame";
import { pointAt, type Points } from "./points";
import { meanFaceBy } from "./similarity";
import { toImage, toScreen, type Viewport } from "./viewport";

const FACE = meanFaceBy({ xx: 300, xy: 0, yx: 0, yy: 300, x0: 50, y0: 80 });
const VIEWPORT: Viewport = { scale: 2, x: 30, y: -20 };
const name = fc.constantFrom(...FACE_PART_NAMES);
const place = fc.tuple(fc.double({ min: -300, max: 300, noNaN: true }), fc.double({ min: -300, max: 300, noNaN: true }));

function moved(points: Points, places: readonly (readonly [number, number, number])[]): Points {
  const answer = points.slice();
  for (const [index, x, y] of places) answer.set([x, y], 2 * index);
  return answer;
}

function placed(frame: ReturnType<typeof frameAround>, wanted: Handle): [number, number] {
  const found = placedHandles(frame, VIEWPORT).find(({ handle }) => JSON.stringify(handle) === JSON.stringify(wanted));
  if (found === undefined) throw new Error("no such handle");
  return [found.x, found.y];
}

describe("the frame around a part", () => {
  it("holds every point of it, and turns, grows and moves with it", () => {
    fc.assert(
      fc.property(name, place, fc.double({ min: -1.5, max: 1.5, noNaN: true }), fc.double({ min: 0.3, max: 3, noNaN: true }), (part, about, turn, factor) => {
        const { indices } = FACE_PARTS[part];
        const before = frameAround(FACE, part);
        let points = FACE;
        for (const map of [rotation(turn, about), scaling(factor, about), translation(7, -9)]) {
          points = moved(points, mapPoints(map, points, indices));
        }
        const after = frameAround(points, part);
        expect(after.width).toBeCloseTo(factor * before.width, 6);
        expect(after.height).toBeCloseTo(factor * before.height, 6);
        expect(Math.cos(after.angle - before.angle - turn)).toBeCloseTo(1, 9);
        for (const index of indices) {
          const [x, y] = mapPlace(rotation(-after.angle, after.centre), pointAt(points, index));
          expect(Math.abs(x - after.centre[0])).toBeLessThan(after.width / 2 + 1e-6);
          expect(Math.abs(y - after.centre[1])).toBeLessThan(after.height / 2 + 1e-6);
        }
      }),
    );
  });

  it("is taken by its handles and by its line, not by the bare photo inside and around it", () => {
    fc.assert(
      fc.property(name, (part) => {
        const frame = frameAround(FACE, part);
        for (const { handle, x, y } of placedHandles(frame, VIEWPORT)) expect(handleUnder(frame, VIEWPORT, x, y, 11)).toEqual(handle);
        const [a, b] = cornersOnScreen(frame, VIEWPORT) as [[number, number], [number, number]];
        const share = 0.3;
        expect(handleUnder(frame, VIEWPORT, a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]), 5)).toEqual(MOVE);
        const [x, y] = toScreen(VIEWPORT, ...frame.centre);
        expect(handleUnder(frame, VIEWPORT, x, y, 8)).toBeNull();
        expect(handleUnder(frame, VIEWPORT, a[0] - 40, a[1] - 40, 11)).toBeNull();
      }),
    );
  });
});

describe("dragging a handle", () => {
  const frame = frameAround(FACE, "left_eye");
  const eye = FACE_PARTS.left_eye.indices;

  function dragged(handle: Handle, dx: number, dy: number): Points {
    const from = toImage(VIEWPORT, ...placed(frame, handle));
    return moved(FACE, mapPoints(handleMap(frame, handle, from, [from[0] + dx, from[1] + dy]), FACE, eye));
  }

  it("scales about the opposite corner, and keeps the shape", () => {
    const after = frameAround(dragged({ kind: "scale", along: 1, across: 1 }, 20, 9), "left_eye");
    expect(after.width).toBeGreaterThan(frame.width);
    expect(after.width / after.height).toBeCloseTo(frame.width / frame.height, 6);
    const corner = ({ centre, angle, width, height }: typeof frame) =>
      mapPlace(rotation(angle, centre), [centre[0] - width / 2, centre[1] - height / 2]);
    expect(corner(after)[0]).toBeCloseTo(corner(frame)[0], 6);
    expect(corner(after)[1]).toBeCloseTo(corner(frame)[1], 6);
  });

  it("stretches one way only", () => {
    const wider = frameAround(dragged({ kind: "stretch", along: 1, across: 0 }, 30, 0), "left_eye");
    expect(wider.height).toBeCloseTo(frame.height, 6);
    expect(wider.width).toBeGreaterThan(frame.width + 10);
  });

  it("never turns a part inside out or makes it nothing", () => {
    fc.assert(
      fc.property(place, fc.constantFrom(-1 as const, 1 as const), ([dx, dy], side) => {
        const after = frameAround(dragged({ kind: "scale", along: side, across: 1 }, dx, dy), "left_eye");
        expect(after.width).toBeGreaterThan(0.049 * frame.width);
        expect(Math.cos(after.angle - frame.angle)).toBeCloseTo(1, 6);
      }),
    );
  });

  it("turns about the middle by the angle that the pointer went", () => {
    const [x, y] = frame.centre;
    const map = handleMap(frame, { kind: "rotate" }, [x, y - 40], [x + 40, y]);
    expect(mapPlace(map, [x + 10, y])[0]).toBeCloseTo(x, 9);
    expect(mapPlace(map, [x + 10, y])[1]).toBeCloseTo(y + 10, 9);
  });
});
