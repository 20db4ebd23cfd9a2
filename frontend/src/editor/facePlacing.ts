/** Placing a whole face anew by three clicks: both eyes, and the middle of the mouth. */
import type { EditorController } from "./controller";
import type { Place } from "./core/affine";
import { rounded } from "./core/document";
import { placedPoints } from "./core/operations";
import { MOVED, pointAt, PROPOSED } from "./core/points";
import { faceFromThreePlaces } from "./core/threePlaces";

export class FacePlacing {
  #places: readonly Place[] | null = null;
  #refused = false;

  constructor(private readonly controller: EditorController) {}

  /** Whoever takes up a tool that paints has other plans. */
  get active(): boolean {
    return this.#places !== null && this.controller.paint.tool === null;
  }

  /** What was clicked so far, image pixels: the left eye, then the right one. */
  get places(): readonly Place[] {
    return this.#places ?? [];
  }

  /** Whether the last three clicks spanned no face, so that they are asked for again. */
  get refused(): boolean {
    return this.#refused;
  }

  begin(): void {
    if (!this.controller.canEdit) return;
    this.controller.select(null);
    if (this.controller.paint.tool !== null) this.controller.paint.choose(null);
    this.#set([]);
  }

  cancel(): void {
    if (this.#places !== null) this.#set(null);
  }

  /** The third place moves all points, also fixed ones, as one operation. The eyes count as moved by hand. */
  add(place: Place): void {
    if (this.#places === null || !this.controller.canEdit) return;
    const [one, other, mouth] = [...this.#places, place];
    if (other === undefined || mouth === undefined) {
      this.#set([...this.#places, place]);
      return;
    }
    const face = faceFromThreePlaces([one, other], mouth, this.controller.shape);
    if (face === null) {
      this.#set([], true);
      return;
    }
    this.#set(null);
    const places = Array.from({ length: face.points.length / 2 }, (_, index) => {
      const origin = face.clicked.includes(index) ? MOVED : PROPOSED;
      return [String(index), rounded(pointAt(face.points, index)), origin] as const;
    });
    this.controller.document.change({ kind: "move_points", payload: placedPoints(places) });
  }

  #set(places: readonly Place[] | null, refused = false): void {
    this.#places = places;
    this.#refused = refused;
    this.controller.changed(["points"]);
  }
}
