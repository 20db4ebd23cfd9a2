/** Mouse, pen and touch, all through Pointer Events: drag a point, drag the photo, pinch, wheel. */
import type { EditorController } from "../controller";
import { mapPoints } from "../core/affine";
import { type FacePartName, partOfPoint } from "../core/faceParts";
import { closesPolygon, REACH } from "../core/hits";
import { type Handle, handleMap, MOVE, type PartFrame } from "../core/partFrame";
import { movedTogether, pointAt, type Points } from "../core/points";
import { sharesOfDrag, widened } from "../core/proportional";
import { faceSize } from "../core/similarity";
import { panBy, toImage, type Viewport, zoomAt } from "../core/viewport";
import { gathered, pointerKind } from "./pointerEvents";
import { pinched, type Position, type TwoFingers } from "./pinch";

/** What gestures ask of the canvas. Positions are CSS pixels from its top-left corner. */
export interface GestureStage {
  readonly viewport: Viewport;
  readonly minimumScale: number;
  setViewport(viewport: Viewport): void;
  /** The point within `reach` of (x, y), or null. */
  pointAt(x: number, y: number, reach: number): number | null;
  /** The part whose outline is shown within `reach` of (x, y), or null. */
  partAt(x: number, y: number, reach: number): FacePartName | null;
  /** The handle of the selected part within `reach` of (x, y), or null. */
  handleAt(x: number, y: number, reach: number): Handle | null;
  focus(): void;
}

interface OnePointer {
  readonly pointer: number;
  /** Where it came down. */
  readonly from: Position;
}

/** What a press met. Only a handle or a selected point moves when it is dragged; everything else moves the photo. */
interface Pressed {
  readonly point: number | null;
  /** Of the selected part; its own points and outline count as the handle that moves it. */
  readonly handle: Handle | null;
  /** Whose outline was met, where no point is near. */
  readonly part: FacePartName | null;
}

/** The circle of a proportional drag: around a point, with a radius in image pixels. */
export interface DragCircle {
  readonly point: number;
  readonly radius: number;
}

type Gesture =
  | (OnePointer & { readonly kind: "press" } & Pressed)
  | (OnePointer & { readonly kind: "drag"; readonly point: number; readonly starts: Points })
  | (OnePointer & { readonly kind: "reshape"; readonly handle: Handle; readonly frame: PartFrame; readonly starts: Points })
  | (OnePointer & { readonly kind: "pan"; readonly start: Viewport })
  | (OnePointer & { readonly kind: "paint" })
  | {
      readonly kind: "pinch";
      readonly start: Viewport;
      readonly fingers: readonly [number, number];
      readonly from: TwoFingers;
    };

/** A press becomes a drag when it has moved this far, in CSS pixels; a hand on a tablet is never quite still. */
const DRAG_FROM = { mouse: 2, pen: 3, touch: 5 } as const;

const CURSORS = { move: "move", rotate: "grab", scale: "nwse-resize", stretch: "pointer" } as const;

const MIDDLE_BUTTON = 1;
const MIDDLE_BUTTON_BIT = 4;

export class Gestures {
  #gesture: Gesture | null = null;
  #circle: DragCircle | null = null;
  /** The drag's newest move, to do it again when the circle changes under a pointer that rests. */
  #lastMove: PointerEvent | null = null;
  readonly #touches = new Map<number, Position>();
  #penDown = false;
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
    host.addEventListener("pointercancel", (event) => this.#pointerCancelled(event), { signal });
    host.addEventListener("pointerleave", () => this.#leave(), { signal });
    host.addEventListener("dblclick", () => this.#doubleClick(), { signal });
    host.addEventListener("wheel", (event) => this.#wheel(event), { signal, passive: false });
    host.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
  }

  /** Null unless points are being dragged with their neighbours. */
  get circle(): DragCircle | null {
    return this.#circle;
  }

  /** Ends a drag where it is and makes an operation of it. */
  end(): void {
    this.#circle = null;
    if (this.#holdsPoints()) {
      this.#gesture = null;
      this.controller.document.commitPreview();
    } else if (this.#gesture?.kind === "paint") {
      this.#gesture = null;
      this.controller.paint.end();
    }
  }

  /** Takes a drag or stroke back, though the pointer is still down; false when there is none. */
  cancel(): boolean {
    const paints = this.#gesture?.kind === "paint";
    if (!paints && !this.#holdsPoints()) return false;
    this.#dropPoints();
    if (paints) this.controller.paint.cancel();
    this.#gesture = null;
    return true;
  }

  dispose(): void {
    this.#abort.abort();
  }

  #down(event: PointerEvent): void {
    const at = this.#position(event);
    this.stage.focus();
    if (event.pointerType === "pen") this.#takeFromFingers();
    if (event.pointerType === "touch") {
      // The hand that rests on the screen beside the pen means nothing.
      if (this.#penDown) return;
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
    const pressed = this.#pressed(at, REACH[pointerKind(event)]);
    if (pressed.point !== null && pressed.handle === null) this.controller.select(pressed.point);
    this.#gesture = { kind: "press", pointer: event.pointerId, from: at, ...pressed };
  }

  #move(event: PointerEvent): void {
    const at = this.#position(gathered(event).at(-1) ?? event);
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
      } else if (gesture.kind === "reshape") this.#reshape(gesture, at, event.shiftKey);
      else this.#drag(gesture, event, at);
    }
  }

  #up(event: PointerEvent): void {
    this.#lift(event);
    const gesture = this.#gesture;
    if (gesture === null) return;
    if (gesture.kind === "pinch") {
      if (gesture.fingers.includes(event.pointerId)) this.#gesture = null;
      return;
    }
    if (gesture.pointer !== event.pointerId) return;
    if (event.pointerType === "mouse" && gesture.kind === "pan" && event.buttons & MIDDLE_BUTTON_BIT) return;
    this.#gesture = null;
    this.#circle = null;
    if (gesture.kind === "drag" || gesture.kind === "reshape") this.controller.document.commitPreview();
    if (gesture.kind === "paint") this.controller.paint.end();
    if (gesture.kind === "press") this.#click(gesture);
    this.#hover(event, this.#position(event));
  }

  /** A browser that takes a palm's touches back must not end the pen's stroke. */
  #pointerCancelled(event: PointerEvent): void {
    this.#lift(event);
    const gesture = this.#gesture;
    const pointers = gesture?.kind === "pinch" ? gesture.fingers : [gesture?.pointer];
    if (pointers.includes(event.pointerId)) this.#drop();
  }

  #lift(event: PointerEvent): void {
    this.#touches.delete(event.pointerId);
    if (event.pointerType === "pen") this.#penDown = false;
  }

  /** Where a pen comes down, the hand that holds it often has come down before. */
  #takeFromFingers(): void {
    this.#penDown = true;
    if (this.#touches.size > 0) this.#drop();
    this.#touches.clear();
  }

  #drop(): void {
    this.cancel();
    this.#gesture = null;
  }

  #press(gesture: Extract<Gesture, { kind: "press" }>, event: PointerEvent, at: Position): void {
    if (Math.hypot(at.x - gesture.from.x, at.y - gesture.from.y) < DRAG_FROM[pointerKind(event)]) return;
    const { point, handle, pointer, from } = gesture;
    const { controller } = this;
    const part = controller.parts.selected;
    // A run of arrow keys ends here; the drag is a step of its own.
    if (controller.canEdit) controller.settle();
    const starts = controller.document.live.slice();
    if (controller.canEdit && handle !== null && part !== null) {
      this.#gesture = { kind: "reshape", pointer, from, handle, frame: controller.parts.frame(part), starts };
    } else if (controller.canEdit && point !== null) {
      this.#gesture = { kind: "drag", pointer, from, point, starts };
    } else {
      this.#gesture = { kind: "pan", pointer, from, start: this.stage.viewport };
      this.#showCursor("grabbing");
    }
    this.#move(event);
  }

  /**
   * The point keeps its distance to the pointer, so that taking it does not move it. With Shift no other follows; with
   * Ctrl, or ⌘, those in a circle around it do, and no others.
   */
  #drag(gesture: Extract<Gesture, { kind: "drag" }>, event: PointerEvent, at: Position): void {
    const { point, starts } = gesture;
    const [fromX, fromY] = this.#inImage(gesture.from);
    const [x, y] = this.#inImage(at);
    const proportional = event.ctrlKey || event.metaKey;
    this.#circle = proportional ? { point, radius: this.controller.view.neighbourhood * faceSize(starts) } : null;
    this.#lastMove = event;
    const shares = this.#circle
      ? [...sharesOfDrag(starts, point, this.#circle.radius)]
      : movedTogether(starts, point).map((i) => [i, 1] as const);
    const places = shares.map(([index, share]) => {
      const [startX, startY] = pointAt(starts, index);
      return [index, startX + share * (x - fromX), startY + share * (y - fromY)] as const;
    });
    this.controller.preview(places, proportional || event.shiftKey);
  }

  #reshape(gesture: Extract<Gesture, { kind: "reshape" }>, at: Position, alone: boolean): void {
    const map = handleMap(gesture.frame, gesture.handle, this.#inImage(gesture.from), this.#inImage(at));
    this.controller.preview(mapPoints(map, gesture.starts, this.controller.parts.indices), alone);
  }

  #pressed(at: Position, reach: number): Pressed {
    if (this.controller.placing.active) return { point: null, handle: null, part: null };
    const { parts } = this.controller;
    const handle = this.stage.handleAt(at.x, at.y, reach);
    const point = this.stage.pointAt(at.x, at.y, reach);
    const part = point === null ? this.stage.partAt(at.x, at.y, reach) : partOfPoint(point);
    const ofSelected = part !== null && part === parts.selected;
    return { point, handle: handle ?? (ofSelected && this.controller.canEdit ? MOVE : null), part: point === null ? part : null };
  }

  /** A press that did not move. */
  #click({ point, handle, part, from }: Extract<Gesture, { kind: "press" }>): void {
    if (this.controller.placing.active) this.controller.placing.add(this.#inImage(from));
    else if (point !== null) this.controller.select(point);
    else if (part !== null) this.controller.parts.select(part);
    else if (handle === null) this.#clickBeside(from);
  }

  /** On a point: the part that it belongs to. */
  #doubleClick(): void {
    const { paint, parts, selected, canEdit } = this.controller;
    if (paint.tool !== null) paint.closePolygon();
    else if (selected !== null && canEdit) parts.select(partOfPoint(selected));
  }

  #holdsPoints(): boolean {
    return this.#gesture?.kind === "drag" || this.#gesture?.kind === "reshape";
  }

  #dropPoints(): void {
    this.#circle = null;
    if (this.#holdsPoints()) this.controller.document.cancelPreview();
  }

  #inImage({ x, y }: Position): [number, number] {
    return toImage(this.stage.viewport, x, y);
  }

  /** A click on the polygon's first corner closes it; with Alt, the category under the pointer is taken. */
  #paint(event: PointerEvent, at: Position): void {
    const { paint } = this.controller;
    if (closesPolygon(this.stage.viewport, paint.corners, at.x, at.y)) paint.closePolygon();
    else paint.begin(toImage(this.stage.viewport, at.x, at.y), event.altKey);
  }

  /** Through every place that the browser gathered since the last frame: a fast hand leaves no corners. */
  #paintOn(event: PointerEvent): void {
    for (const each of gathered(event)) {
      const { x, y } = this.#position(each);
      this.controller.paint.extend(toImage(this.stage.viewport, x, y));
    }
  }

  #leave(): void {
    this.controller.hover(null);
    this.controller.parts.hover(null);
    if (this.controller.paint.tool !== null) this.controller.paint.hover(null);
  }

  #beginPinch(): void {
    this.#dropPoints();
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
    this.stage.setViewport(pinched(start, from, [a, b], this.stage.minimumScale));
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const { paint } = this.controller;
    if (event.altKey && paint.tool !== null) {
      paint.stepRadius(event.deltaY < 0 ? 1 : -1);
      return;
    }
    if (this.#circle !== null && this.#lastMove !== null) {
      this.controller.setView({ neighbourhood: widened(this.controller.view.neighbourhood, event.deltaY < 0 ? 1 : -1) });
      this.#move(this.#lastMove);
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
    const pressed = this.controller.panning ? null : this.#pressed(at, REACH[pointerKind(event)]);
    this.controller.hover(pressed?.point ?? null);
    this.controller.parts.hover(pressed?.part ?? null);
    if (pressed === null) this.#showCursor("grab");
    else if (this.controller.placing.active) this.#showCursor("crosshair");
    else if (pressed.handle !== null) this.#showCursor(CURSORS[pressed.handle.kind]);
    else if (pressed.point !== null) this.#showCursor(this.controller.canEdit ? "move" : "pointer");
    else this.#showCursor(pressed.part === null ? "default" : "pointer");
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
