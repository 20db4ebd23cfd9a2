/**
 * A supported hook for automation: end-to-end tests and benchmarks find a point on the screen with it and then use the
 * real mouse. It reads; it changes nothing.
 */
import type { EditorController } from "./controller";
import { pairsFromPoints } from "./core/points";

export interface FacetAutomation {
  /** From image pixels to CSS pixels of the browser window. */
  imageToScreen(x: number, y: number): [number, number];
  /** 106 × [x, y] in image pixels, a drag under way included. */
  points(): number[][];
  /** Indices of the corrected points. */
  corrected(): number[];
}

declare global {
  interface Window {
    __facet?: FacetAutomation;
  }
}

/** Offers `controller` to automation until the returned function is called. */
export function offerAutomation(controller: EditorController): () => void {
  const offered: FacetAutomation = {
    imageToScreen: (x, y) => {
      if (controller.stage === null) throw new Error("the editor has no canvas yet");
      return controller.stage.imageToScreen(x, y);
    },
    points: () => pairsFromPoints(controller.document.live),
    corrected: () => controller.document.corrected(),
  };
  window.__facet = offered;
  return () => {
    if (window.__facet === offered) delete window.__facet;
  };
}
