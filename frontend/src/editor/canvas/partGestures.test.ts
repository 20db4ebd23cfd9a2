// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from "vitest";
import { EditorController } from "../controller";
import { FACE_PARTS, type FacePartName } from "../core/faceParts";
import { outlineUnder, pointUnder } from "../core/hits";
import { type Handle, handleUnder, placedHandles } from "../core/partFrame";
import { PaintedLayer } from "../core/paintedLayer";
import { isDisplaced, pointAt } from "../core/points";
import { faceSize, meanFaceBy } from "../core/similarity";
import { untouchedDocument } from "../core/untouched.fixture";
import { toScreen, type Viewport } from "../core/viewport";
import { Gestures } from "./gestures";

const START: Viewport = { scale: 3, x: 20, y: 10 };

let controller: EditorController;
let host: HTMLElement;
let viewport: Viewport;
let gestures: Gestures;

beforeEach(() => {
  localStorage.clear();
  const points = meanFaceBy({ xx: 300, xy: 0, yx: 0, yy: 300, x0: 50, y0: 60 });
  controller = new EditorController(untouchedDocument(points, new PaintedLayer(400, 400)), { width: 400, height: 400 }, "edit");
  host = document.createElement("div");
  host.setPointerCapture = () => undefined;
  viewport = START;
  const live = () => controller.document.live;
  gestures = new Gestures(
    host,
    {
      get viewport() {
        return viewport;
      },
      minimumScale: 0.1,
      setViewport: (next) => (viewport = next),
      pointAt: (x, y, reach) => pointUnder(live(), viewport, x, y, reach, controller.selected),
      partAt: (x, y, reach) => outlineUnder(live(), viewport, x, y, reach),
      handleAt: (x, y, reach) => {
        const { selected } = controller.parts;
        return selected && handleUnder(controller.parts.frame(selected), viewport, x, y, reach);
      },
      focus: () => undefined,
    },
    controller,
  );
});

function send(type: string, [clientX, clientY]: [number, number], init: PointerEventInit = {}): void {
  const event = new MouseEvent(type, { clientX, clientY, bubbles: true, cancelable: true, ...init });
  host.dispatchEvent(Object.assign(event, { pointerId: 1, pointerType: "mouse" }));
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

/** Half-way between two neighbours on the contour, where no point is near. */
function onContour(): [number, number] {
  const [a, b] = [screenOf(8), screenOf(9)];
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}

function handlePlace(name: FacePartName, kind: Handle["kind"]): [number, number] {
  const found = placedHandles(controller.parts.frame(name), viewport).find(({ handle }) => handle.kind === kind);
  if (found === undefined) throw new Error("no such handle");
  return [found.x, found.y];
}

function displaced(): number[] {
  const { initial, points } = controller.document;
  return Array.from({ length: 106 }, (_, index) => index).filter((index) => isDisplaced(initial, points, index));
}

describe("a part of the face", () => {
  it("is selected by a click on its outline, and let go by a click beside", () => {
    expect(pointUnder(controller.document.live, viewport, ...onContour(), 11)).toBeNull();
    drag(onContour(), [0, 0]);
    expect(controller.parts.selected).toBe("contour");
    expect(controller.selected).toBeNull();
    drag([5, 5], [0, 0]);
    expect(controller.parts.selected).toBeNull();
    expect(controller.document.operations).toEqual([]);
  });

  it("never moves by accident: a drag on its outline before it is selected, or on the bare photo, moves the photo", () => {
    drag(onContour(), [30, 12]);
    expect(viewport).toEqual({ ...START, x: START.x + 30, y: START.y + 12 });
    controller.parts.select("left_eye");
    const [x, y] = toScreen(viewport, ...controller.parts.frame("nose").centre);
    drag([x + 30, y - 30], [20, 0]);
    expect(viewport.x).toBe(START.x + 50);
    expect(displaced()).toEqual([]);
  });

  it("moves as one by its points, its outline and its frame, as one operation and one undo step", () => {
    controller.parts.select("left_eye");
    drag(screenOf(68), [12, 6]);
    expect(displaced()).toEqual([...FACE_PARTS.left_eye.indices].sort((a, b) => a - b));
    const [x, y] = pointAt(controller.document.initial, 66);
    expect(pointAt(controller.document.points, 66)[0]).toBeCloseTo(x + 4, 9);
    expect(pointAt(controller.document.points, 66)[1]).toBeCloseTo(y + 2, 9);
    expect(controller.document.operations).toHaveLength(1);
    expect(controller.parts.selected).toBe("left_eye");
    controller.undo();
    expect(displaced()).toEqual([]);
    expect(controller.parts.selected).toBe("left_eye");
  });

  it("turns by its round handle and grows by a corner, and keeps its shape", () => {
    controller.parts.select("lips");
    const before = controller.parts.frame("lips");
    drag(handlePlace("lips", "rotate"), [60, 20]);
    const turned = controller.parts.frame("lips");
    expect(turned.angle).toBeGreaterThan(before.angle + 0.1);
    expect(turned.width).toBeCloseTo(before.width, 6);
    drag(handlePlace("lips", "scale"), [-40, -40]);
    expect(controller.parts.frame("lips").width).toBeGreaterThan(before.width + 5);
    expect(controller.document.operations).toHaveLength(2);
    expect(displaced()).toHaveLength(20);
  });

  it("gives way to the point that is clicked in it", () => {
    controller.parts.select("left_eye");
    drag(screenOf(68), [0, 0]);
    expect([controller.parts.selected, controller.selected]).toEqual([null, 68]);
    host.dispatchEvent(new MouseEvent("dblclick"));
    expect(controller.parts.selected).toBe("left_eye");
  });
});

describe("dragging with Ctrl", () => {
  it("takes the points in the circle along, the nearer the more, and shows the circle meanwhile", () => {
    const [x, y] = screenOf(8);
    send("pointerdown", [x, y]);
    send("pointermove", [x - 30, y], { ctrlKey: true });
    expect(gestures.circle?.point).toBe(8);
    const way = (index: number) =>
      (pointAt(controller.document.initial, index)[0]) - pointAt(controller.document.live, index)[0];
    expect(way(8)).toBeCloseTo(10, 6);
    expect(way(9)).toBeLessThan(way(8));
    expect(way(9)).toBeGreaterThan(way(10));
    expect(way(20)).toBe(0);
    const narrow = way(9);
    host.dispatchEvent(new WheelEvent("wheel", { deltaY: -100, cancelable: true }));
    expect(way(9)).toBeGreaterThan(narrow);
    expect(viewport).toEqual(START);
    // Without the key, the neighbours go back.
    send("pointermove", [x - 30, y]);
    expect([way(9), gestures.circle]).toEqual([0, null]);
    send("pointermove", [x - 30, y], { ctrlKey: true });
    send("pointerup", [x - 30, y]);
    expect(gestures.circle).toBeNull();
    expect(controller.document.operations).toHaveLength(1);
    expect(displaced().length).toBeGreaterThan(3);
  });
});

describe("three clicks", () => {
  it("place the whole face as one operation, and a drag meanwhile moves the photo only", () => {
    controller.placing.begin();
    drag(screenOf(68), [40, 0]);
    for (const place of [[400, 300], [700, 320], [540, 640]] as const) drag([place[0], place[1]], [0, 0]);
    expect(controller.placing.active).toBe(false);
    expect(controller.document.operations).toHaveLength(1);
    expect(controller.document.corrected()).toEqual([74, 83, 104, 105]);
    const [eye, other] = [screenOf(74), screenOf(83)];
    expect(Math.hypot(eye[0] - 400, eye[1] - 300)).toBeLessThan(30);
    expect(Math.hypot(other[0] - 700, other[1] - 320)).toBeLessThan(30);
    expect(faceSize(controller.document.points)).toBeGreaterThan(100);
    controller.undo();
    expect(displaced()).toEqual([]);
  });

  it("change nothing when they are cancelled, or span no face", () => {
    controller.placing.begin();
    drag([400, 300], [0, 0]);
    controller.placing.cancel();
    controller.placing.begin();
    for (let i = 0; i < 3; i += 1) drag([400, 300], [0, 0]);
    expect([controller.placing.active, controller.placing.refused, controller.placing.places]).toEqual([true, true, []]);
    expect(controller.document.operations).toEqual([]);
  });
});

it("takes a drag back when it is cancelled, though the hand still moves", () => {
  controller.parts.select("left_eye");
  const before = [...controller.document.points];
  const { x, y } = placedHandles(controller.parts.frame("left_eye"), viewport)[0] as { x: number; y: number };
  send("pointerdown", [x, y]);
  send("pointermove", [x + 30, y + 20]);
  expect([...controller.document.live]).not.toEqual(before);
  expect(gestures.cancel()).toBe(true);
  send("pointermove", [x + 60, y + 20]);
  send("pointerup", [x + 60, y + 20]);
  expect([...controller.document.live]).toEqual(before);
  expect(controller.document.operations).toEqual([]);
  expect(gestures.cancel()).toBe(false);
});
