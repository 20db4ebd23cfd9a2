import type { ModelVersion } from "../../api/types";
import { PARTS } from "../../schema/schema.generated";
import { strings } from "../../strings/strings";

/** What a version was compared with, as a heading says it. */
export function predecessorName(model: ModelVersion): string {
  const { models } = strings();
  if (model.baseline_source === "model" || model.baseline_source === null) {
    return model.parent_number === null ? models.before : models.modelNumber(model.parent_number);
  }
  return models.startNames[model.baseline_source];
}

export interface PartChange {
  name: string;
  /** NME by rectangle; null where no held-out photo shows the part. */
  before: number | null;
  after: number | null;
  /** Negative is better. */
  change: number | null;
}

/** Old against new on the same held-out photos, for all points and for each part of the face, in the schema's order. */
export function partChanges(model: ModelVersion): PartChange[] {
  const { face, models } = strings();
  const { metrics, baseline } = model;
  if (!metrics || !baseline) return [];
  const row = (name: string, before: number | null | undefined, after: number | null | undefined): PartChange => {
    const known = before !== null && before !== undefined && after !== null && after !== undefined;
    return { name, before: before ?? null, after: after ?? null, change: known ? after - before : null };
  };
  return [
    row(models.allPoints, baseline.nme_rect, metrics.nme_rect),
    ...Object.values(PARTS).map((part) =>
      row(face.parts[part.name], baseline.per_part[part.name], metrics.per_part[part.name]),
    ),
  ];
}
