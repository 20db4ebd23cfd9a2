/** Mouse, pen and touch, all through Pointer Events: drag a point, drag the photo, pinch, wheel. */
import type { EditorController } from "../controller";
import { REACH } from "../core/hits";
import { movedTogether, pointAt } from "../core/points";
import { panBy, toImage, type Viewport, zoomAt } from "../core/viewport";
import { closesPolygon } from "./drawPaintTool";

/** What gestures ask of the canvas. Positions are CSS pixels from its top-left corner. */
export interface GestureStage {
  readonly viewport: Viewport;
  readonly minimumScale: number;
  setViewport(viewport: Viewport): void;
  /** The point within `reach` of (x, y), or null. */
  pointAt(x: number, y: number, reach: number): number | null;
  focus(): void;
}

interface Position {
  readonly x: number;
  readonly y: number;
}

interface OnePointer {
  readonly pointer: number;
  /** Where it came down. */
  readonly from: Position;
}

type Gesture =
  | (OnePointer & { readonly kind: "press"; readonly point: number | null })
  | (OnePointer & { readonly kind: "drag"; readonly starts: ReadonlyMap<number, [number, number]> })
  | (OnePointer & { readonly kind: "pan"; readonly start: Viewport })
  | (OnePointer & { readonly kind: "paint" })
  | {
      readonly kind: "pinch";
      readonly start: Viewport;
      readonly fingers: readonly [number, number];
      readonly from: readonly [Position, Position];
    };

/** A press becomes a drag when it has moved this far, in CSS pixels; a hand on a tablet is never quite still. */
const DRAG_FROM = { mouse: 2, pen: 3, touch: 5 } as const;

const MIDDLE_BUTTON = 1;
const MIDDLE_BUTTON_BIT = 4;

export class Gestures {
  #gesture: Gesture | null = null;
  readonly #touches = new Map<number, Position>();
  readonly #abort = new AbortController();

  constructor(
    private readonly host: HTMLElement,
    private readonly stage: GestureStage,
    private readonly controller: EditorController,
  ) {
    const { signal } = this.#abort;
    host.addEventListener("pointerdown", (event) => this.#down(event), { signal });
    host.addEventListener("pointermove", (event) => this.#move(event), { signal });
    host.addEventListener("pointerup", (event) => this.#up(event), { signal });
    host.addEventListener("pointercancel", (event) => this.#cancel(event), { signal });
    host.addEventListener("pointerleave", () => this.#leave(), { signal });
    host.addEventListener("dblclick", () => this.controller.paint.closePolygon(), { signal });
    host.addEventListener("wheel", (event) => this.#wheel(event), { signal, passive: false });
    host.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
  }

  /** Ends a drag where it is and makes an operation of it. */
  end(): void {
    if (this.#gesture?.kind === "drag") {
      this.#gesture = null;
      this.controller.document.commitPreview();
    } else if (this.#gesture?.kind === "paint") {
      this.#gesture = null;
      this.controller.paint.end();
    }
  }

  dispose(): void {
    this.#abort.abort();
  }

  #down(event: PointerEvent): void {
    const at = this.#position(event);
    this.stage.focus();
    if (event.pointerType === "touch") {
      this.#touches.set(event.pointerId, at);
      if (this.#touches.size === 2) {
        this.#beginPinch();
        return;
      }
    }
    if (this.#gesture !== null) return;
    const pan = event.button === MIDDLE_BUTTON || this.controller.panning;
    if (!pan && event.button !== 0) return;
    event.preventDefault();
    this.host.setPointerCapture(event.pointerId);
    if (pan) {
      this.#gesture = { kind: "pan", pointer: event.pointerId, from: at, start: this.stage.viewport };
      this.#showCursor("grabbing");
      return;
    }
    if (this.controller.paint.tool !== null) {
      this.#gesture = { kind: "paint", pointer: event.pointerId, from: at };
      this.#paint(event, at);
      return;
    }
    const point = this.stage.pointAt(at.x, at.y, REACH[pointerKind(event)]);
    if (point !== null) this.controller.select(point);
    this.#gesture = { kind: "press", pointer: event.pointerId, from: at, point };
  }

  #move(event: PointerEvent): void {
    const at = this.#position(newest(event));
    if (this.#touches.has(event.pointerId)) this.#touches.set(event.pointerId, at);
    const gesture = this.#gesture;
    if (gesture === null) {
      this.#hover(event, at);
    } else if (gesture.kind === "pinch") {
      this.#pinch(gesture);
    } else if (gesture.pointer === event.pointerId) {
      if (gesture.kind === "paint") this.#paintOn(event);
      else if (gesture.kind === "press") this.#press(gesture, event, at);
      else if (gesture.kind === "pan") {
        this.stage.setViewport(panBy(gesture.start, at.x - gesture.from.x, at.y - gesture.from.y));
      } else this.#drag(gesture, at, event.shiftKey);
    }
  }

  #up(event: PointerEvent): void {
    this.#touches.delete(event.pointerId);
    const gesture = this.#gesture;
    if (gesture === null) return;
    if (gesture.kind === "pinch") {
      if (gesture.fingers.includes(event.pointerId)) this.#gesture = null;
      return;
    }
    if (gesture.pointer !== event.pointerId) return;
    if (event.pointerType === "mouse" && gesture.kind === "pan" && event.buttons & MIDDLE_BUTTON_BIT) return;
    this.#gesture = null;
    if (gesture.kind === "drag") this.controller.document.commitPreview();
    if (gesture.kind === "paint") this.controller.paint.end();
    if (gesture.kind === "press" && gesture.point === null) this.#clickBeside(gesture.from);
    this.#hover(event, this.#position(event));
  }

  #cancel(event: PointerEvent): void {
    this.#touches.delete(event.pointerId);
    if (this.#gesture?.kind === "drag") this.controller.document.cancelPreview();
    if (this.#gesture?.kind === "paint") this.controller.paint.cancel();
    this.#gesture = null;
  }

  #press(gesture: Extract<Gesture, { kind: "press" }>, event: PointerEvent, at: Position): void {
    if (Math.hypot(at.x - gesture.from.x, at.y - gesture.from.y) < DRAG_FROM[pointerKind(event)]) return;
    const { point, pointer, from } = gesture;
    if (point === null || !this.controller.canEdit) {
      this.#gesture = { kind: "pan", pointer, from, start: this.stage.viewport };
      this.#showCursor("grabbing");
      this.#move(event);
      return;
    }
    const { live } = this.controller.document;
    const starts = new Map(movedTogether(live, point).map((index) => [index, pointAt(live, index)]));
    this.#gesture = { kind: "drag", pointer, from, starts };
    this.#move(event);
  }

  /** The point keeps its distance to the pointer, so that taking it does not move it. `alone`: no other follows. */
  #drag(gesture: Extract<Gesture, { kind: "drag" }>, at: Position, alone: boolean): void {
    const { viewport } = this.stage;
    const [fromX, fromY] = toImage(viewport, gesture.from.x, gesture.from.y);
    const [x, y] = toImage(viewport, at.x, at.y);
    const places = [...gesture.starts].map(([index, [startX, startY]]) => {
      return [index, startX + x - fromX, startY + y - fromY] as const;
    });
    this.controller.preview(places, alone);
  }

  /** A click on the polygon's first corner closes it; with Alt, the category under the pointer is taken. */
  #paint(event: PointerEvent, at: Position): void {
    const { paint } = this.controller;
    if (closesPolygon(this.stage.viewport, paint.corners, at.x, at.y)) paint.closePolygon();
    else paint.begin(toImage(this.stage.viewport, at.x, at.y), event.altKey);
  }

  /** Through every place that the browser gathered since the last frame: a fast hand leaves no corners. */
  #paintOn(event: PointerEvent): void {
    const gathered = "getCoalescedEvents" in event ? event.getCoalescedEvents() : [];
    for (const each of gathered.length > 0 ? gathered : [event]) {
      const { x, y } = this.#position(each);
      this.controller.paint.extend(toImage(this.stage.viewport, x, y));
    }
  }

  #leave(): void {
    this.controller.hover(null);
    if (this.controller.paint.tool !== null) this.controller.paint.hover(null);
  }

  #beginPinch(): void {
    if (this.#gesture?.kind === "drag") this.controller.document.cancelPreview();
    if (this.#gesture?.kind === "paint") this.controller.paint.cancel();
    const [first, second] = [...this.#touches];
    if (first === undefined || second === undefined) return;
    this.#gesture = {
      kind: "pinch",
      start: this.stage.viewport,
      fingers: [first[0], second[0]],
      from: [first[1], second[1]],
    };
  }

  #pinch({ start, fingers, from }: Extract<Gesture, { kind: "pinch" }>): void {
    const [a, b] = [this.#touches.get(fingers[0]), this.#touches.get(fingers[1])];
    if (a === undefined || b === undefined) return;
    const middle = between(...from);
    const now = between(a, b);
    const factor = Math.hypot(a.x - b.x, a.y - b.y) / Math.max(1, Math.hypot(from[0].x - from[1].x, from[0].y - from[1].y));
    const zoomed = zoomAt(start, middle.x, middle.y, factor, this.stage.minimumScale);
    this.stage.setViewport(panBy(zoomed, now.x - middle.x, now.y - middle.y));
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const { paint } = this.controller;
    if (event.altKey && paint.tool !== null) {
      paint.stepRadius(event.deltaY < 0 ? 1 : -1);
      return;
    }
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    // A pinch on a touchpad arrives as a wheel with Ctrl, in small steps.
    const speed = event.ctrlKey ? 0.01 : 0.0016;
    const at = this.#position(event);
    const factor = Math.exp(-Math.max(-200, Math.min(200, event.deltaY * lines)) * speed);
    this.stage.setViewport(zoomAt(this.stage.viewport, at.x, at.y, factor, this.stage.minimumScale));
  }

  #hover(event: PointerEvent, at: Position): void {
    if (event.pointerType === "touch") return;
    if (this.controller.paint.tool !== null && !this.controller.panning) {
      this.controller.paint.hover(toImage(this.stage.viewport, at.x, at.y));
      this.#showCursor("crosshair");
      return;
    }
    const point = this.controller.panning ? null : this.stage.pointAt(at.x, at.y, REACH[pointerKind(event)]);
    this.controller.hover(point);
    if (this.controller.panning) this.#showCursor("grab");
    else this.#showCursor(point === null ? "default" : this.controller.canEdit ? "move" : "pointer");
  }

  /** A click that meets no point lets the selected one go; a reviewer's click also says where a comment belongs. */
  #clickBeside(at: Position): void {
    this.controller.select(null);
    if (this.controller.mode === "review") this.controller.markPlace(toImage(this.stage.viewport, at.x, at.y));
  }

  #showCursor(cursor: string): void {
    this.host.style.cursor = cursor;
  }

  #position(event: MouseEvent): Position {
    const { left, top } = this.host.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }
}

function pointerKind(event: PointerEvent): keyof typeof REACH {
  return event.pointerType === "touch" || event.pointerType === "pen" ? event.pointerType : "mouse";
}

/** The last of the positions that the browser gathered since the last frame; it gathers none on pages without HTTPS. */
function newest(event: PointerEvent): PointerEvent {
  return ("getCoalescedEvents" in event ? event.getCoalescedEvents().at(-1) : undefined) ?? event;
}

function between(a: Position, b: Position): Position {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
