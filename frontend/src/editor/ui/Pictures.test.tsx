// @vitest-environment jsdom
import { act } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { stage } from "../../ui/stage.fake";
import { EditorController } from "../controller";
import { untouchedDocument } from "../core/untouched.fixture";
import { LabelMapLoader, StageCanvases } from "./Pictures";

/** jsdom draws nothing: what would be drawn is kept instead. */
const drawn = vi.hoisted(() => ({ photos: [] as unknown[], open: 0 }));
vi.mock("../canvas/stage", () => ({
  Stage: class {
    constructor() {
      drawn.open += 1;
    }
    set image(image: unknown) {
      drawn.photos.push(image);
    }
    dispose() {
      drawn.open -= 1;
    }
  },
}));

const { show } = stage();
const asked = vi.fn<typeof fetch>();
let controller: EditorController;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", asked);
  vi.stubGlobal("createImageBitmap", () => Promise.resolve("pixels"));
  asked.mockReset();
  drawn.photos = [];
  controller = new EditorController(untouchedDocument(new Float64Array(212)), { width: 30, height: 30 }, "edit");
});

afterEach(() => {
  vi.useRealTimers();
});

async function pass(milliseconds: number): Promise<void> {
  await act(() => vi.advanceTimersByTimeAsync(milliseconds));
}

async function open(): Promise<void> {
  show(<StageCanvases controller={controller} photoUrl="/photo" />);
  await pass(0);
}

const told = (role: "alert" | "status") => document.querySelector(`[role="${role}"]`)?.textContent ?? null;
const photo = () => Promise.resolve(new Response("jpeg"));

it("asks for a photo again by itself while the server is away, and says so", async () => {
  asked.mockRejectedValueOnce(new TypeError("Failed to fetch"));
  asked.mockResolvedValueOnce(new Response("", { status: 503 }));
  asked.mockImplementation(photo);
  await open();
  expect([told("status"), told("alert")]).toEqual(["The photo could not be loaded. Trying again…", null]);
  await pass(1000);
  expect(drawn.photos).toEqual([]);
  await pass(3000);
  expect(drawn.photos).toEqual(["pixels"]);
  expect([told("status"), told("alert")]).toEqual([null, null]);
});

it("leaves it to the person in the end, and goes on when the browser comes online", async () => {
  asked.mockRejectedValue(new TypeError("Failed to fetch"));
  await open();
  await pass(12_000);
  expect(asked).toHaveBeenCalledTimes(4);
  expect([told("status"), told("alert")]).toEqual([null, "The photo could not be loaded.Try again"]);
  await pass(60_000);
  expect(asked).toHaveBeenCalledTimes(4);
  asked.mockImplementation(photo);
  act(() => void window.dispatchEvent(new Event("online")));
  await pass(0);
  expect(told("alert")).toBeNull();
  expect(drawn.photos).toEqual(["pixels"]);
});

it.each([401, 403, 404])("tells at once of a photo that the server refuses with %i", async (status) => {
  asked.mockResolvedValue(new Response("", { status }));
  await open();
  expect(told("alert")).toBe("The photo could not be loaded.Try again");
  await pass(60_000);
  act(() => void window.dispatchEvent(new Event("online")));
  await pass(0);
  expect(asked).toHaveBeenCalledTimes(1);
});

it("tells also of a photo that does not decode", async () => {
  asked.mockImplementation(photo);
  vi.stubGlobal("createImageBitmap", () => Promise.reject(new DOMException("broken", "InvalidStateError")));
  await open();
  expect(told("alert")).toContain("The photo could not be loaded.");
});

it("asks no more when the editor is left", async () => {
  asked.mockRejectedValue(new TypeError("Failed to fetch"));
  await open();
  show(null);
  expect(drawn.open).toBe(0);
  await pass(60_000);
  expect(asked).toHaveBeenCalledTimes(1);
});

it("asks for the label map again by itself, and tells when that does not help", async () => {
  asked.mockResolvedValue(new Response("", { status: 502 }));
  act(() => controller.setPhotoShown(true));
  show(<LabelMapLoader controller={controller} url="/map" />);
  await pass(4000);
  expect(told("alert")).toBeNull();
  await pass(8000);
  expect(asked).toHaveBeenCalledTimes(4);
  expect(told("alert")).toBe("The label map could not be loaded. Try again");
});
