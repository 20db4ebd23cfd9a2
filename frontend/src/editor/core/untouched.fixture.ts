/** What the tests of the editor begin with: points that nobody has touched yet, all visible, and nothing painted. */
import { AnnotationDocument, type Baseline } from "./document";
import type { Operation } from "./operations";
import { PaintedLayer } from "./paintedLayer";
import type { Points } from "./points";

export function untouchedBaseline(points: Points, revision = 1, painting = new PaintedLayer(300, 200)): Baseline {
  return { revision, points, visibility: new Uint8Array(106).fill(2), origins: new Uint8Array(106), painting };
}

/** Opened at revision 1, proposed where `points` are. */
export function untouchedDocument(
  points: Points,
  painting?: PaintedLayer,
  operations: readonly Operation[] = [],
): AnnotationDocument {
  return new AnnotationDocument({ initial: points.slice(), base: untouchedBaseline(points, 1, painting), operations });
}
