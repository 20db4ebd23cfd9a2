/** What asks to be looked at: points of which the network was not sure, and mistakes of order among the points. */
import type { EditorController } from "./controller";
import type { Place } from "./core/affine";
import { type Doubts, doubtsOf } from "./core/doubt";
import { type Mistake, mistakesIn } from "./core/mistakes";
import { pointAt, PROPOSED } from "./core/points";

export class Attention {
  #confidence: readonly number[] | null = null;
  #doubts: Doubts | null = null;
  #mistakes: readonly Mistake[] | null = null;

  constructor(private readonly controller: EditorController) {}

  /** How sure the network was of each point, 0 to 1; null when it was not asked. */
  get confidence(): readonly number[] | null {
    return this.#confidence;
  }

  setConfidence(confidence: readonly number[] | null): void {
    if (confidence === this.#confidence) return;
    this.#confidence = confidence;
    this.controller.changed(["points"]);
  }

  /** Without the points that are being moved. */
  get doubts(): Doubts {
    this.#doubts ??= this.#findDoubts();
    return this.#doubts;
  }

  #findDoubts(): Doubts {
    const { document, shape } = this.controller;
    const fixed = [...document.origins.keys()].filter((index) => document.origins[index] !== PROPOSED);
    return doubtsOf(this.#confidence, fixed, shape);
  }

  /** Goes to the worst doubtful point, or on from the selected one to the next worse; round the end. */
  selectNextDoubtful(): void {
    const { controller } = this;
    controller.settle();
    const { open } = this.doubts;
    const at = controller.selected === null ? -1 : open.indexOf(controller.selected);
    const next = open[(at + 1) % open.length];
    if (next === undefined) return;
    this.#goTo(next, pointAt(controller.document.live, next));
  }

  /** Without what is being moved. */
  get mistakes(): readonly Mistake[] {
    const { points, visibility } = this.controller.document;
    this.#mistakes ??= mistakesIn(points, visibility);
    return this.#mistakes;
  }

  /** With what is being moved, where it is drawn. */
  get mistakesNow(): readonly Mistake[] {
    const { document } = this.controller;
    return document.dragging ? mistakesIn(document.live, document.visibility) : this.mistakes;
  }

  /** Goes to the first mistake of order, or on from the selected point to the next; round the end. */
  selectNextMistake(): void {
    const { controller } = this;
    controller.settle();
    const at = this.mistakes.findIndex(({ points }) => points[0] === controller.selected);
    const next = this.mistakes[(at + 1) % this.mistakes.length];
    if (next === undefined) return;
    this.#goTo(next.points[0] ?? null, next.at);
  }

  /** Selects a point; the keyboard means it, not the one that the mouse was left on. */
  #goTo(point: number | null, place: Place): void {
    const { controller } = this;
    controller.select(point);
    controller.hover(null);
    controller.stage?.lookAt(...place);
  }

  /** For the controller, when anything has changed on which these depend. */
  forget(): void {
    this.#doubts = null;
    this.#mistakes = null;
  }
}
