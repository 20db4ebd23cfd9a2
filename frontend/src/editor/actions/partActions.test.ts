// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from "vitest";
import { EditorController } from "../controller";
import { FACE_PARTS } from "../core/faceParts";
import { PaintedLayer } from "../core/paintedLayer";
import { isDisplaced, pointAt } from "../core/points";
import { ShapeModel } from "../core/shape";
import { meanFaceBy } from "../core/similarity";
import { untouchedDocument } from "../core/untouched.fixture";
import { Keymap } from "./keymap";
import { action, type ActionContext } from "./registry";

let context: ActionContext;
let controller: EditorController;

beforeEach(() => {
  localStorage.clear();
  const points = meanFaceBy({ xx: 300, xy: 0, yx: 0, yy: 300, x0: 50, y0: 60 });
  controller = new EditorController(untouchedDocument(points, new PaintedLayer(400, 400)), { width: 400, height: 400 }, "edit");
  context = { controller, commands: {} };
});

function press(...strokes: readonly string[]): void {
  for (const stroke of strokes) {
    const found = new Keymap(1).find("edit", stroke);
    if (found?.action.enabled(context)) found.action.run(context, found.stroke);
  }
  controller.settle();
}

function displaced(): number[] {
  const { initial, points } = controller.document;
  return Array.from({ length: 106 }, (_, index) => index).filter((index) => isDisplaced(initial, points, index));
}

const EYE = [...FACE_PARTS.left_eye.indices].sort((a, b) => a - b);

describe("keys on a part", () => {
  it("select the part of a point, then the next ones round the end, and let it go", () => {
    controller.select(68);
    press("G");
    expect([controller.parts.selected, controller.selected]).toEqual(["left_eye", null]);
    press("G", "Shift+G", "Shift+G");
    expect(controller.parts.selected).toBe("right_brow");
    press("Escape");
    expect(controller.parts.selected).toBeNull();
    press("Shift+G");
    expect(controller.parts.selected).toBe("lips");
    press("Tab");
    expect([controller.parts.selected, controller.selected]).toEqual([null, 84]);
  });

  it.each([
    ["ArrowRight", 3],
    ["Shift+ArrowUp", 3],
    ["Mod+ArrowRight", 3],
    ["Mod+ArrowUp", 3],
  ])("%s changes all of it, a run as one operation that one undo takes back", (stroke, times) => {
    controller.parts.select("left_eye");
    press(...Array.from({ length: times }, () => stroke));
    expect(displaced()).toEqual(EYE);
    expect(controller.document.operations).toHaveLength(1);
    press("Mod+Z");
    expect(displaced()).toEqual([]);
    expect(controller.parts.selected).toBe("left_eye");
  });

  it("take back exactly what their counterparts did", () => {
    controller.parts.select("nose");
    press("Mod+ArrowUp", "Mod+ArrowLeft", "Mod+ArrowRight", "Mod+ArrowDown");
    for (const index of FACE_PARTS.nose.indices) {
      const [x, y] = pointAt(controller.document.points, index);
      const [x0, y0] = pointAt(controller.document.initial, index);
      expect(Math.hypot(x - x0, y - y0)).toBeLessThan(1e-6);
    }
  });

  it("set the visibility of all its points, and confirm them", () => {
    controller.parts.select("left_eye");
    press("2");
    expect(EYE.every((index) => controller.document.visibility[index] === 1)).toBe(true);
    press("Mod+Z");
    expect(EYE.every((index) => controller.document.visibility[index] === 2)).toBe(true);
    press("V");
    expect([...Array(106).keys()].filter((index) => controller.document.isFixed(index))).toEqual(EYE);
  });

  it("mirror it to the other side, as one operation, and go on to what was changed", () => {
    controller.parts.select("right_eye");
    press("Shift+ArrowRight", "X");
    expect(controller.document.operations).toHaveLength(2);
    expect(controller.parts.selected).toBe("left_eye");
    const [x] = pointAt(controller.document.points, 66);
    expect(x).toBeCloseTo(pointAt(controller.document.initial, 66)[0] - 10, 0);
    controller.parts.select("lips");
    expect(action("mirror-part").enabled(context)).toBe(false);
  });

  it("change nothing while the points are shown as proposed", () => {
    controller.parts.select("left_eye");
    controller.setBefore(true);
    press("ArrowRight", "Mod+ArrowUp", "X", "2", "V", "T");
    expect(controller.document.operations).toEqual([]);
    expect(controller.placing.active).toBe(false);
  });
});

describe("other keys", () => {
  it("J goes to mistakes of order, which there are at once and no longer when they are mended", () => {
    expect(action("next-mistake").enabled(context)).toBe(false);
    controller.preview([[5, ...pointAt(controller.document.points, 7)], [7, ...pointAt(controller.document.points, 5)]]);
    controller.settle();
    expect(controller.attention.mistakes.flatMap(({ points }) => points)).toContain(5);
    press("J");
    expect(FACE_PARTS.contour.indices).toContain(controller.selected);
    press("Mod+Z");
    expect(controller.attention.mistakes).toEqual([]);
  });

  it("T begins to place a face, Escape and T end it", () => {
    for (const end of ["Escape", "T"]) {
      press("T");
      expect(controller.placing.active).toBe(true);
      press(end);
      expect(controller.placing.active).toBe(false);
    }
  });

  it("bend the photo's gamma, put it back, and show the ghost", () => {
    press(")", ")", "(", "}", "I");
    expect([controller.view.gamma, controller.view.contrast, controller.view.ghost]).toEqual([1.1, 1.1, true]);
    press("\\");
    expect([controller.view.gamma, controller.view.contrast, controller.view.ghost]).toEqual([1, 1, true]);
  });

  it("make the circle of proportional dragging wider and narrower", () => {
    const before = controller.view.neighbourhood;
    press("'");
    expect(controller.view.neighbourhood).toBeGreaterThan(before);
    press(";");
    expect(controller.view.neighbourhood).toBeCloseTo(before, 9);
  });
});

describe("points that follow", () => {
  it("start from where a face was placed anew, not from the proposal", () => {
    controller.setShape(
      ShapeModel.from({
        version: 1,
        components: 2,
        basis: Array.from({ length: 424 }, (_, i) => (i % 4 === 0 || i % 4 === 3 ? 0.05 : 0)),
        noise: Array.from({ length: 212 }, () => 0.01),
      }),
    );
    controller.placing.begin();
    for (const place of [[600, 500], [700, 500], [650, 610]] as const) controller.placing.add(place);
    const chin = pointAt(controller.document.points, 16);
    controller.select(90);
    press("ArrowRight");
    const [x, y] = pointAt(controller.document.points, 16);
    expect(Math.hypot(x - chin[0], y - chin[1])).toBeLessThan(1.5);
    expect(x).toBeGreaterThan(600);
  });
});
