/** How a photo is shown: the person's own taste, kept in this browser from one photo to the next. */
import type { PaletteName } from "./canvas/categoryColours";

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
  /** Whether a category's area is filled, or only its border drawn. */
  readonly mapShape: "fill" | "outline";
  readonly palette: PaletteName;
  /** Ids of label-map categories that are not drawn. */
  readonly hiddenCategories: readonly number[];
}

export const DEFAULT_VIEW: ViewSettings = {
  points: true,
  outlines: true,
  labelMap: false,
  carry: true,
  opacity: 0.45,
  brightness: 1,
  contrast: 1,
  mapShape: "fill",
  palette: "lapa",
  hiddenCategories: [],
};

/** Brightness and contrast stay within these. */
export const TONE_RANGE = { min: 0.4, max: 2.4, step: 0.1 } as const;

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
