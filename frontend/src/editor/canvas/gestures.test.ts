// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { EditorController, type EditorMode } from "../controller";
import { pointUnder } from "../core/hits";
import { pointAt } from "../core/points";
import { ShapeModel } from "../core/shape";
import { toScreen, type Viewport } from "../core/viewport";
import { untouchedDocument } from "../core/untouched.fixture";
import { Gestures } from "./gestures";

const START: Viewport = { scale: 2, x: 50, y: 20 };

let controller: EditorController;
let host: HTMLElement;
let viewport: Viewport;

/** Points 60 image pixels apart on a grid, except the pupil 104 that lies on the eye's centre 74. */
function begin(mode: EditorMode): void {
  const points = Float64Array.from({ length: 212 }, (_, i) => 60 * (i % 2 === 0 ? (i / 2) % 12 : Math.floor(i / 24)));
  points.set(points.slice(148, 150), 208);
  controller = new EditorController(untouchedDocument(points), { width: 800, height: 800 }, mode);
  host = document.createElement("div");
  host.setPointerCapture = () => undefined;
  viewport = START;
  new Gestures(
    host,
    {
      get viewport() {
        return viewport;
      },
      minimumScale: 0.1,
      setViewport: (next) => (viewport = next),
      pointAt: (x, y, reach) => pointUnder(controller.document.live, viewport, x, y, reach, controller.selected),
      partAt: () => null,
      handleAt: () => null,
      focus: vi.fn(),
    },
    controller,
  );
}

beforeEach(() => begin("edit"));

/** jsdom has no PointerEvent of its own here. */
function send(type: string, [clientX, clientY]: [number, number], init: PointerEventInit = {}): void {
  const event = new MouseEvent(type, { clientX, clientY, bubbles: true, cancelable: true, ...init });
  const { pointerId = 1, pointerType = "mouse" } = init;
  host.dispatchEvent(Object.assign(event, { pointerId, pointerType }));
}

function drag(from: [number, number], by: [number, number], init: PointerEventInit = {}): void {
  send("pointerdown", from, init);
  for (let step = 1; step <= 4; step += 1) {
    send("pointermove", [from[0] + (step / 4) * by[0], from[1] + (step / 4) * by[1]], init);
  }
  send("pointerup", [from[0] + by[0], from[1] + by[1]], init);
}

function screenOf(index: number): [number, number] {
  return toScreen(viewport, ...pointAt(controller.document.live, index));
}

describe("gestures", () => {
  it.each(["mouse", "pen", "touch"])("drag a point with a %s by what the pointer moved, as one operation", (pointerType) => {
    const [x, y] = screenOf(30);
    const before = pointAt(controller.document.points, 30);
    drag([x + 4, y - 3], [20, 10], { pointerType });
    expect(pointAt(controller.document.points, 30)).toEqual([before[0] + 10, before[1] + 5]);
    expect(controller.document.operations).toHaveLength(1);
    expect(controller.document.corrected()).toEqual([30]);
    expect(controller.selected).toBe(30);
    expect(viewport).toEqual(START);
  });

  it("tell whoever shows the history that a drag was taken back", () => {
    const [x, y] = screenOf(30);
    const seen: boolean[] = [];
    controller.subscribe(() => seen.push(controller.document.canUndo));
    send("pointerdown", [x, y]);
    send("pointermove", [x + 20, y]);
    // Something else wakes the page in mid-drag.
    controller.changed([]);
    send("pointercancel", [x + 20, y]);
    expect(controller.document.canUndo).toBe(false);
    expect(seen.at(-1)).toBe(false);
  });

  it("only select a point that is clicked", () => {
    drag(screenOf(30), [1, 0]);
    expect(controller.selected).toBe(30);
    expect(controller.document.operations).toEqual([]);
  });

  it("move a pupil together with the eye's centre that lies under it", () => {
    drag(screenOf(104), [8, 0]);
    expect(controller.document.corrected()).toEqual([74, 104]);
    expect(controller.document.operations).toHaveLength(1);
  });

  it("carry the other points along, except while Shift is held", () => {
    const basis = Array.from({ length: 424 }, (_, i) => (i % 4 === 0 || i % 4 === 3 ? 0.05 : 0));
    const noise = Array.from({ length: 212 }, () => 0.01);
    controller.setShape(ShapeModel.from({ version: 1, components: 2, basis, noise }));
    const before = pointAt(controller.document.points, 50);
    drag(screenOf(30), [0, 20], { shiftKey: true });
    expect(pointAt(controller.document.points, 50)).toEqual(before);
    drag(screenOf(20), [0, 20]);
    expect(pointAt(controller.document.points, 50)[1]).toBeGreaterThan(before[1] + 4);
    expect(controller.document.corrected()).toEqual([20, 30]);
    expect(controller.document.operations).toHaveLength(2);
  });

  it.each([
    ["beside the points", () => [screenOf(30)[0] + 60, screenOf(30)[1] + 60] as [number, number], { button: 0 }],
    ["with the middle button", () => screenOf(30), { button: 1, buttons: 4 }],
  ])("move the photo %s", (_name, from, init) => {
    drag(from(), [33, -12], init);
    expect(viewport).toEqual({ ...START, x: START.x + 33, y: START.y - 12 });
    expect(controller.document.operations).toEqual([]);
  });

  it("move the photo wherever they are while panning, and while points may not be changed", () => {
    controller.setPanning(true);
    drag(screenOf(30), [33, 0]);
    controller.setPanning(false);
    controller.setEditable(false);
    drag(screenOf(30), [10, 0]);
    expect(viewport.x).toBe(START.x + 43);
    expect(controller.document.operations).toEqual([]);
  });

  it("pinch around the fingers' middle, and give up the point that the first finger held", () => {
    const first = { pointerType: "touch", pointerId: 1 };
    const second = { pointerType: "touch", pointerId: 2 };
    const [x, y] = screenOf(30);
    send("pointerdown", [x, y], first);
    send("pointermove", [x + 40, y], first);
    send("pointerdown", [x + 140, y], second);
    expect(controller.document.previewing).toBe(false);
    send("pointermove", [x + 240, y], second);
    expect(viewport.scale).toBeCloseTo(4);
    send("pointerup", [x + 240, y], second);
    send("pointerup", [x + 40, y], first);
    expect(controller.document.operations).toEqual([]);
  });

  describe("of a pen, beside the hand that holds it,", () => {
    const palm = { pointerType: "touch", pointerId: 1 };
    const edge = { pointerType: "touch", pointerId: 2 };
    const pen = { pointerType: "pen", pointerId: 3 };

    it("go on when the hand comes down, and when the browser takes its touches back", () => {
      const [x, y] = screenOf(30);
      const before = pointAt(controller.document.points, 30);
      send("pointerdown", [x, y], pen);
      send("pointermove", [x + 10, y], pen);
      send("pointerdown", [x + 90, y + 90], palm);
      send("pointerdown", [x + 110, y + 90], edge);
      send("pointermove", [x + 130, y + 90], edge);
      send("pointercancel", [x + 130, y + 90], edge);
      send("pointerup", [x + 90, y + 90], palm);
      send("pointermove", [x + 20, y], pen);
      send("pointerup", [x + 20, y], pen);
      expect(pointAt(controller.document.points, 30)).toEqual([before[0] + 10, before[1]]);
      expect(viewport).toEqual(START);
    });

    it("begin although the hand was there first, and fingers pinch again afterwards", () => {
      const [x, y] = screenOf(30);
      send("pointerdown", [x + 90, y + 90], palm);
      send("pointermove", [x + 91, y + 90], palm);
      drag([x, y], [20, 0], pen);
      send("pointerup", [x + 91, y + 90], palm);
      expect(controller.document.corrected()).toEqual([30]);
      expect(viewport).toEqual(START);
      send("pointerdown", [100, 100], palm);
      send("pointerdown", [200, 100], edge);
      send("pointermove", [300, 100], edge);
      expect(viewport.scale).toBeCloseTo(4);
    });
  });

  it("leave the points alone when the browser takes the pointer away", () => {
    const [x, y] = screenOf(30);
    send("pointerdown", [x, y]);
    send("pointermove", [x + 40, y]);
    send("pointercancel", [x + 40, y]);
    expect(controller.document.live).toEqual(controller.document.points);
    expect(controller.document.operations).toEqual([]);
  });

  it("zoom with the wheel where the pointer is", () => {
    host.dispatchEvent(new WheelEvent("wheel", { deltaY: -100, clientX: 50, clientY: 20, cancelable: true }));
    expect(viewport.scale).toBeGreaterThan(START.scale);
    expect([viewport.x, viewport.y]).toEqual([START.x, START.y]);
  });

  it("say where a comment belongs when a reviewer clicks beside the points", () => {
    begin("review");
    drag([screenOf(30)[0] + 60, screenOf(30)[1] + 60], [0, 0]);
    const [x, y] = pointAt(controller.document.points, 30);
    expect(controller.place).toEqual([x + 30, y + 30]);
  });
});
