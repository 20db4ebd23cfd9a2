import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mapPlace } from "./affine";
import { FACE_PART_NAMES, FACE_PARTS, mirrorPoint } from "./faceParts";
import { faceReflection, mirroredPlaces, mirrorSource } from "./mirror";
import { pointAt } from "./points";
import { meanFaceBy } from "./similarity";

const turn = fc.double({ min: -3, max: 3, noNaN: true });
const face = turn.map((angle) => {
  const [a, b] = [250 * Math.cos(angle), 250 * Math.sin(angle)];
  return meanFaceBy({ xx: a, xy: -b, yx: b, yy: a, x0: 400, y0: 300 });
});

describe("mirroring", () => {
  it("lays a symmetric face over itself, however it is turned", () => {
    fc.assert(
      fc.property(face, (points) => {
        const map = faceReflection(points);
        for (let index = 0; index < 106; index += 1) {
          const [x, y] = mapPlace(map, pointAt(points, index));
          const [mx, my] = pointAt(points, mirrorPoint(index));
          expect(Math.hypot(x - mx, y - my)).toBeLessThan(1e-3);
        }
      }),
    );
  });

  it("takes an eye or a brow over to the other side, wherever that lay before", () => {
    fc.assert(
      fc.property(face, fc.constantFrom("left_eye" as const, "right_eye" as const, "left_brow" as const), (points, name) => {
        const broken = points.slice();
        const across = FACE_PARTS[FACE_PARTS[name].mirror].indices;
        for (const index of across) broken.set([7 * index, -3 * index], 2 * index);
        const source = mirrorSource(name, () => false);
        const places = mirroredPlaces(broken, source ?? []);
        expect(places.map(([index]) => index).sort()).toEqual([...across].sort());
        for (const [index, x, y] of places) {
          const [px, py] = pointAt(points, index);
          expect(Math.hypot(x - px, y - py)).toBeLessThan(1e-3);
        }
      }),
    );
  });

  it("copies, of a part in the middle, the half on which more points are fixed, and not without knowing", () => {
    expect(mirrorSource("lips", () => false)).toBeNull();
    expect(mirrorSource("lips", (index) => index === 84 || index === 90)).toBeNull();
    expect(mirrorSource("lips", (index) => index === 84)).toContain(96);
    expect(mirrorSource("contour", (index) => index >= 20)).toEqual(Array.from({ length: 16 }, (_, i) => 32 - i));
    for (const name of FACE_PART_NAMES) {
      for (const index of mirrorSource(name, (each) => each === FACE_PARTS[name].indices[0]) ?? []) {
        expect(FACE_PARTS[name].indices).toContain(index);
      }
    }
  });
});
