// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from "vitest";
import { action } from "./actions/registry";
import { EditorController, type EditorMode } from "./controller";
import { PaintedLayer } from "./core/paintedLayer";
import { untouchedDocument } from "./core/untouched.fixture";

const [WIDTH, HEIGHT] = [60, 40];
const [NOSE, HAIR] = [6, 10];

function open(mode: EditorMode = "edit", painting = new PaintedLayer(WIDTH, HEIGHT)): EditorController {
  const points = Float64Array.from({ length: 212 }, (_, i) => i % 30);
  const controller = new EditorController(untouchedDocument(points, painting), { width: WIDTH, height: HEIGHT }, mode);
  // The left half is fitted as nose.
  const ids = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i % WIDTH < 30 ? NOSE : 0));
  controller.paint.showFitted({ width: WIDTH, height: HEIGHT, ids });
  return controller;
}

function at(controller: EditorController, x: number, y: number): number | undefined {
  return controller.paint.map?.at(x, y);
}

describe("painting", () => {
  beforeEach(() => localStorage.clear());

  it("shows a stroke while it runs, makes one operation of it, and undo and redo show what they do", () => {
    const controller = open();
    controller.paint.pick(HAIR);
    expect(controller.paint.tool).toBe("brush");
    controller.paint.setRadius(2);
    controller.paint.begin([10, 10], false);
    controller.paint.extend([20, 10]);
    expect([at(controller, 15, 10), at(controller, 15, 14)]).toEqual([HAIR, NOSE]);
    expect(controller.document.operations).toEqual([]);
    controller.paint.end();
    expect(controller.document.operations).toHaveLength(1);
    controller.undo();
    expect(at(controller, 15, 10)).toBe(NOSE);
    controller.redo();
    expect(at(controller, 15, 10)).toBe(HAIR);
  });

  it("erases down to what the fit says", () => {
    const controller = open("edit", PaintedLayer.of(WIDTH, HEIGHT, { painted: { [HAIR]: [0, WIDTH * HEIGHT] } }));
    expect([at(controller, 5, 5), at(controller, 50, 5)]).toEqual([HAIR, HAIR]);
    controller.paint.choose("eraser");
    controller.paint.setRadius(1);
    controller.paint.begin([5, 5], false);
    controller.paint.end();
    controller.paint.begin([50, 5], false);
    controller.paint.end();
    expect([at(controller, 5, 5), at(controller, 50, 5), at(controller, 20, 20)]).toEqual([NOSE, 0, HAIR]);
  });

  it("fills an area as far as it goes, as one operation", () => {
    const controller = open();
    controller.paint.pick(HAIR);
    controller.paint.choose("fill");
    controller.paint.begin([50, 30], false);
    controller.paint.extend([10, 30]);
    expect(controller.document.previewing).toBe(false);
    controller.paint.end();
    expect([at(controller, 30, 0), at(controller, 59, 39), at(controller, 29, 0)]).toEqual([HAIR, HAIR, NOSE]);
    expect(controller.document.operations).toHaveLength(1);
  });

  it("closes a polygon; undo takes a corner back, Escape the polygon, then the tool", () => {
    const controller = open();
    const context = { controller, commands: {} };
    controller.paint.pick(HAIR);
    controller.paint.choose("polygon");
    const corners = [[10, 10], [20, 10], [20, 20], [33, 33]] as const;
    for (const corner of corners) controller.paint.begin(corner, false);
    action("undo").run(context);
    expect(controller.paint.corners).toEqual(corners.slice(0, 3));
    controller.paint.closePolygon();
    expect([at(controller, 18, 12), at(controller, 12, 18)]).toEqual([HAIR, NOSE]);
    expect(controller.document.operations).toHaveLength(1);
    controller.paint.begin([1, 1], false);
    action("let-go").run(context);
    expect([controller.paint.corners, controller.paint.tool]).toEqual([[], "polygon"]);
    action("let-go").run(context);
    expect(controller.paint.tool).toBeNull();
  });

  it("takes the category under the pointer", () => {
    const controller = open();
    controller.paint.choose("brush");
    controller.paint.begin([3, 3], true);
    expect(controller.paint.category).toBe(NOSE);
    expect(controller.document.operations).toEqual([]);
  });

  it("keeps what is painted when another fit arrives, and tells the canvas which tiles a stroke touched", () => {
    const controller = open();
    controller.paint.pick(HAIR);
    controller.paint.begin([10, 10], false);
    expect(controller.paint.takeStale()).toEqual([0]);
    controller.paint.end();
    controller.paint.showFitted({ width: WIDTH, height: HEIGHT, ids: new Uint8Array(WIDTH * HEIGHT).fill(3) });
    expect([at(controller, 10, 10), at(controller, 40, 30)]).toEqual([HAIR, 3]);
  });

  it("breaks a stroke off without a trace", () => {
    const controller = open();
    controller.paint.pick(HAIR);
    controller.paint.begin([10, 10], false);
    controller.paint.cancel();
    expect(at(controller, 10, 10)).toBe(NOSE);
    expect(controller.document.operations).toEqual([]);
  });

  it("gives the points back to whoever turns to one", () => {
    const controller = open();
    controller.paint.choose("brush");
    controller.select(5);
    expect([controller.paint.tool, controller.selected]).toEqual([null, 5]);
  });

  it("has no tool where nothing may be changed", () => {
    const controller = open("review");
    expect(action("brush").enabled({ controller, commands: {} })).toBe(false);
    const editing = open();
    editing.paint.choose("brush");
    editing.setEditable(false);
    expect(editing.paint.tool).toBeNull();
  });

  it("steps through sizes from half a pixel to the largest and back", () => {
    const { paint } = open();
    const up: number[] = [];
    paint.setRadius(0);
    while (up.at(-1) !== paint.radius) {
      up.push(paint.radius);
      paint.stepRadius(1);
    }
    expect([up[0], up[1], up.at(-1)]).toEqual([0.5, 1, 200]);
    expect(up.length).toBeLessThan(30);
    for (let i = 0; i < up.length; i += 1) paint.stepRadius(-1);
    expect(paint.radius).toBe(0.5);
  });
});
