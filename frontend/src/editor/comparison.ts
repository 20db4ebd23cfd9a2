/** The difference layer: what is on the photo, beside the proposal, an earlier revision or somebody else's label. */
import type { EditorController } from "./controller";
import { type Displacement, displacements, shareOfDifferingPixels } from "./core/differences";
import type { CategoryIds, LabelMap } from "./core/labelMap";
import { pointAt, type Points } from "./core/points";

export const AGAINST = ["proposal", "previous", "other"] as const;
export type Against = (typeof AGAINST)[number];

export class Comparison {
  #sides: Partial<Record<Against, Points>> = {};
  #map: CategoryIds | null = null;
  #displacements: readonly Displacement[] | null = null;
  #share: { readonly of: LabelMap; readonly share: number } | null = null;

  constructor(private readonly controller: EditorController) {}

  /** Says where the points lie in each of what can be compared with. */
  offer(sides: Partial<Record<Against, Points>>): void {
    this.#sides = sides;
    this.controller.changed(["labelMap", "points"]);
  }

  get offered(): readonly Against[] {
    return AGAINST.filter((each) => this.#sides[each] !== undefined);
  }

  /** What the photo is compared with now, or null. */
  get against(): Against | null {
    const { against } = this.controller.view;
    return against !== null && this.#sides[against] !== undefined ? against : null;
  }

  choose(against: Against | null): void {
    this.#map = null;
    this.controller.setView({ against });
  }

  /** On to what is compared with next, and after the last one to no difference at all. */
  step(): void {
    const { against, offered } = this;
    this.choose(offered[against === null ? 0 : offered.indexOf(against) + 1] ?? null);
  }

  /** Where the points lie in what is compared with; null while nothing is. */
  get points(): Points | null {
    return this.against === null ? null : (this.#sides[this.against] ?? null);
  }

  /** The label map of what is compared with; null while it has none. */
  get map(): CategoryIds | null {
    return this.against === null ? null : this.#map;
  }

  showMap(map: CategoryIds | null): void {
    this.#map = map;
    this.#share = null;
    this.controller.changed(["labelMap"]);
  }

  /** The points that lie elsewhere, the farthest first. */
  get displacements(): readonly Displacement[] {
    const { points } = this;
    this.#displacements ??= points === null ? [] : displacements(this.controller.document.points, points);
    return this.#displacements;
  }

  /** Of the pixels that have a category in either map, how many differ; null unless both maps are there. */
  get differingPixels(): number | null {
    const mine = this.controller.paint.map;
    if (mine === null || this.map === null || mine.ids.length !== this.map.ids.length) return null;
    if (this.#share?.of !== mine) this.#share = { of: mine, share: shareOfDifferingPixels(mine, this.map) };
    return this.#share.share;
  }

  /** Goes to the point that is farthest apart, or on from the selected one to the next; round the end. */
  selectNext(): void {
    const { controller } = this;
    const at = this.displacements.findIndex(({ index }) => index === controller.selected);
    const next = this.displacements[(at + 1) % this.displacements.length];
    if (next === undefined) return;
    controller.select(next.index);
    controller.hover(null);
    controller.stage?.lookAt(...pointAt(controller.document.live, next.index));
  }

  /** For the controller, when anything has changed on which this depends. */
  forget(): void {
    this.#displacements = null;
  }
}
