/** How a photo is shown: the person's own taste, kept in this browser from one photo to the next. */
import type { PaletteName } from "./canvas/categoryColours";
import type { Against } from "./comparison";
import { NEIGHBOURHOOD } from "./core/proportional";

export interface ViewSettings {
  readonly points: boolean;
  readonly outlines: boolean;
  readonly labelMap: boolean;
  /** Whether points that nobody fixed follow those that are moved. */
  readonly carry: boolean;
  /** 0 to 1, of the label map over the photo. */
  readonly opacity: number;
  /** 1 is the photo as it is. */
  readonly brightness: number;
  readonly contrast: number;
  /** Above 1 lights up what is dark and leaves black and white as they are. */
  readonly gamma: number;
  /** Whether the mean face shows over the points. */
  readonly ghost: boolean;
  /** How far neighbours go along in proportional dragging, as a share of the face's size. */
  readonly neighbourhood: number;
  /** Whether a category's area is filled, or only its border drawn. */
  readonly mapShape: "fill" | "outline";
  readonly palette: PaletteName;
  /** Ids of label-map categories that are not drawn. */
  readonly hiddenCategories: readonly number[];
  /** What a reviewer compares with, where there is such a thing. */
  readonly against: Against | null;
}

export const DEFAULT_VIEW: ViewSettings = {
  points: true,
  outlines: true,
  labelMap: false,
  carry: true,
  opacity: 0.45,
  brightness: 1,
  contrast: 1,
  gamma: 1,
  ghost: false,
  neighbourhood: NEIGHBOURHOOD.initial,
  mapShape: "fill",
  palette: "lapa",
  hiddenCategories: [],
  against: null,
};

/** In the order in which they are applied. */
export const TONES = ["brightness", "contrast", "gamma"] as const;
export type Tone = (typeof TONES)[number];

/** Each of the tones stays within these. */
export const TONE_RANGE = { min: 0.4, max: 2.4, step: 0.1 } as const;

/** A tone, changed by a number of steps. */
export function steppedTone(view: ViewSettings, which: Tone, steps: number): Partial<ViewSettings> {
  const value = Math.round(10 * (view[which] + steps * TONE_RANGE.step)) / 10;
  return { [which]: Math.min(TONE_RANGE.max, Math.max(TONE_RANGE.min, value)) };
}

const KEY = "facet-editor-view";

export function loadViewSettings(overrides: Partial<ViewSettings>, room: string): ViewSettings {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(`${KEY}-${room}`) ?? "{}");
    return { ...DEFAULT_VIEW, ...overrides, ...(typeof stored === "object" ? stored : {}) };
  } catch {
    return { ...DEFAULT_VIEW, ...overrides };
  }
}

export function storeViewSettings(view: ViewSettings, room: string): void {
  try {
    localStorage.setItem(`${KEY}-${room}`, JSON.stringify(view));
  } catch {
    // Private windows may refuse; the settings then last as long as the page.
  }
}
