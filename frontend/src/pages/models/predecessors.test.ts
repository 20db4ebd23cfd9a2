import { expect, it } from "vitest";
import type { ModelVersion } from "../../api/types";
import { PARTS } from "../../schema/schema.generated";
import { partChanges, predecessorName } from "./predecessors";

function metrics(nme: number, perPart: Record<string, number | null>) {
  return { nme_rect: nme, nme_interocular: null, auc_008: 0.5, fr_008: 0, photos: 4, per_part: perPart };
}

const MODEL: ModelVersion = {
  id: 7,
  number: 3,
  state: "ready",
  is_active: true,
  labels: 40,
  parent_number: 2,
  snapshot_id: 1,
  metrics: metrics(0.02, { contour: 0.04, nose_bridge: 0.01, left_eye: null }),
  baseline: metrics(0.03, { contour: 0.03, nose_bridge: 0.02, left_eye: 0.02 }),
  baseline_source: "model",
  decision: "promoted",
  created_at: "2026-01-01T00:00:00Z",
};

it("compares all points first, then every part of the schema", () => {
  const rows = partChanges(MODEL);
  expect(rows).toHaveLength(1 + Object.keys(PARTS).length);
  expect(rows[0]).toMatchObject({ name: "All points", before: 0.03, after: 0.02 });
  expect(rows[0]?.change).toBeCloseTo(-0.01);
  const contour = rows.find((row) => row.name === "Face contour");
  expect(contour?.change).toBeCloseTo(0.01);
});

it("knows no change of a part that one of them was not measured on", () => {
  const eye = partChanges(MODEL).find((row) => row.name === "Left eye");
  expect(eye).toEqual({ name: "Left eye", before: 0.02, after: null, change: null });
  expect(partChanges(MODEL).find((row) => row.name === "Outer lip")).toMatchObject({ before: null, change: null });
});

it("compares nothing before a training has ended", () => {
  expect(partChanges({ ...MODEL, metrics: null, baseline: null })).toEqual([]);
});

it("names what the version would replace", () => {
  expect(predecessorName(MODEL)).toBe("Model 2");
  expect(predecessorName({ ...MODEL, parent_number: null, baseline_source: "shipped" })).toBe("Shipped weights");
  expect(predecessorName({ ...MODEL, parent_number: null, baseline_source: "mean_face" })).toBe("Mean face");
});
