/** The part of the face that is selected as one, and what keys and handles do to it. */
import type { EditorController } from "./controller";
import { type AffineMap, mapPoints, rotation, scaling } from "./core/affine";
import { FACE_PART_NAMES, FACE_PARTS, type FacePartName, partOfPoint } from "./core/faceParts";
import { mirroredPlaces, mirrorSource } from "./core/mirror";
import { frameAround, type PartFrame } from "./core/partFrame";

export class PartEditing {
  #selected: FacePartName | null = null;
  #hovered: FacePartName | null = null;

  constructor(private readonly controller: EditorController) {}

  /** Null while a point, or nothing, is selected. */
  get selected(): FacePartName | null {
    return this.#selected;
  }

  /** Lets a selected point go. With `reveal` the part comes on the screen if it is not there. */
  select(name: FacePartName | null, reveal = false): void {
    if (name !== this.#selected) {
      if (name !== null && this.controller.paint.tool !== null) this.controller.paint.choose(null);
      // Also settles what is in the hand.
      this.controller.select(null);
      this.#selected = name;
      this.controller.changed(["points"]);
    }
    if (name !== null && reveal) this.controller.stage?.reveal(...this.frame(name).centre);
  }

  /** For the controller, when it selects a point. */
  letGo(): void {
    this.#selected = null;
  }

  /** From a point to the part that it belongs to; from a part to the next one, round the end. */
  selectNext(step: 1 | -1): void {
    const { selected } = this.controller;
    const count = FACE_PART_NAMES.length;
    const at = this.#selected === null ? (step === 1 ? -1 : count) : FACE_PART_NAMES.indexOf(this.#selected);
    const next = selected === null ? FACE_PART_NAMES[(at + step + count) % count] : partOfPoint(selected);
    if (next !== undefined) this.select(next, true);
  }

  /** The part whose outline lies under the pointer. */
  get hovered(): FacePartName | null {
    return this.#hovered;
  }

  hover(name: FacePartName | null): void {
    if (name === this.#hovered) return;
    this.#hovered = name;
    this.controller.redraw(["points"]);
  }

  /** Of the selected part. */
  get indices(): readonly number[] {
    return this.#selected === null ? [] : FACE_PARTS[this.#selected].indices;
  }

  frame(name: FacePartName): PartFrame {
    return frameAround(this.controller.document.live, name);
  }

  /** Turns the selected part about its middle, in degrees clockwise; a run of keys becomes one operation. */
  rotate(degrees: number): void {
    this.#step(({ centre }) => rotation((degrees * Math.PI) / 180, centre));
  }

  /** Makes the selected part larger by this share; a run of keys becomes one operation. */
  scale(share: number): void {
    this.#step(({ centre }) => scaling(1 + share, centre));
  }

  get canMirror(): boolean {
    return this.#mirrorSource() !== null;
  }

  /** Lays the selected part over to the other side of the face, as one operation, and selects what was changed. */
  mirror(): void {
    const { controller } = this;
    controller.settle();
    const source = this.#mirrorSource();
    if (source === null || this.#selected === null || !controller.canEdit) return;
    controller.preview(mirroredPlaces(controller.document.live, source), true);
    controller.settle();
    this.select(FACE_PARTS[this.#selected].mirror, true);
  }

  #mirrorSource(): readonly number[] | null {
    const { document } = this.controller;
    return this.#selected && mirrorSource(this.#selected, (index) => document.isFixed(index));
  }

  #step(mapFor: (frame: PartFrame) => AffineMap): void {
    if (this.#selected === null || !this.controller.canEdit) return;
    this.controller.step(mapPoints(mapFor(this.frame(this.#selected)), this.controller.document.live, this.indices));
  }
}
