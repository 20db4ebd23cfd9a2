// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { EditorController } from "../controller";
import { untouchedDocument } from "../core/untouched.fixture";
import type { PhotoImage } from "./fetchedAhead";
import { Stage } from "./stage";

/** As much of a bitmap as a stage takes. */
class FakeBitmap {
  close = vi.fn();
}

let screen: { width: number; height: number };
let frames: FrameRequestCallback[];
let photo: HTMLCanvasElement;
let stage: Stage;
const drawn = vi.fn();

/** Draws nothing; tells of the photo alone. */
function fakeContext(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const properties: Record<string | symbol, unknown> = { canvas, ...(canvas === photo && { drawImage: drawn }) };
  const context = new Proxy(properties, {
    get: (known, name) => known[name] ?? (name === "measureText" ? () => ({ width: 10 }) : () => undefined),
    set: (known, name, value) => {
      known[name] = value;
      return true;
    },
  });
  return context as unknown as CanvasRenderingContext2D;
}

beforeEach(() => {
  frames = [];
  drawn.mockReset();
  vi.stubGlobal("ImageBitmap", FakeBitmap);
  vi.stubGlobal("ResizeObserver", class {
    observe = vi.fn();
    disconnect = vi.fn();
  });
  vi.stubGlobal("requestAnimationFrame", (frame: FrameRequestCallback) => frames.push(frame));
  vi.stubGlobal("cancelAnimationFrame", vi.fn());
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockImplementation(function (this: HTMLCanvasElement) {
    return fakeContext(this);
  } as never);
  const host = document.createElement("div");
  for (const [side, name] of [["width", "clientWidth"], ["height", "clientHeight"]] as const) {
    Object.defineProperty(host, name, { get: () => screen[side] });
  }
  screen = { width: 400, height: 300 };
  const [labelMap, points] = [document.createElement("canvas"), document.createElement("canvas")];
  photo = document.createElement("canvas");
  host.append(photo, labelMap, points);
  const controller = new EditorController(untouchedDocument(new Float64Array(212)), { width: 100, height: 100 }, "edit");
  stage = new Stage(host, { photo, labelMap, points }, controller);
});

afterEach(() => {
  stage.dispose();
  vi.unstubAllGlobals();
});

function nextFrame(): void {
  for (const frame of frames.splice(0)) frame(0);
}

it("draws the photo that it is given", () => {
  nextFrame();
  expect(drawn).not.toHaveBeenCalled();
  stage.image = new FakeBitmap() as unknown as PhotoImage;
  nextFrame();
  expect(drawn).toHaveBeenCalledTimes(1);
});

it("draws it again when the graphics card lost it", () => {
  stage.image = new FakeBitmap() as unknown as PhotoImage;
  nextFrame();
  photo.dispatchEvent(new Event("contextrestored"));
  nextFrame();
  expect(drawn).toHaveBeenCalledTimes(2);
});

it("keeps a photo that was moved to the edge on the screen when the window gets smaller", () => {
  stage.setViewport({ scale: 1, x: 350, y: 100 });
  screen = { width: 200, height: 300 };
  window.dispatchEvent(new Event("resize"));
  expect(stage.viewport.x).toBeLessThan(200);
});
