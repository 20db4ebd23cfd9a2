// @vitest-environment jsdom
import { act } from "react";
import { beforeEach, expect, it, vi } from "vitest";
import type { ModelVersion } from "../../api/types";
import { stage } from "../../ui/stage.fake";
import { ModelTable } from "./ModelTable";
import { PartComparison } from "./PartComparison";

const METRICS = { nme_rect: 0.02, nme_interocular: null, auc_008: 0.7, fr_008: 0, photos: 4, per_part: { contour: 0.04 } };
const MODEL: ModelVersion = {
  id: 7,
  number: 1,
  state: "ready",
  is_active: true,
  labels: 40,
  parent_number: null,
  snapshot_id: 1,
  metrics: METRICS,
  baseline: { ...METRICS, per_part: { contour: 0.05 } },
  baseline_source: "shipped",
  decision: "promoted",
  created_at: "2026-01-01T00:00:00Z",
};

const { show } = stage();

beforeEach(() => {
  vi.stubGlobal("ResizeObserver", class {
    observe = vi.fn();
    unobserve = vi.fn();
    disconnect = vi.fn();
  });
});

const rows = () => [...document.querySelectorAll("tbody tr")];
const startRow = () => rows().find((row) => row.textContent.includes("Shipped weights"));

it("says that the shipped weights propose while there is no model", () => {
  show(<ModelTable models={[]} start="shipped" onActivate={vi.fn()} />);
  expect(startRow()?.textContent).toContain("active");
  expect(startRow()?.querySelector("button")).toBeNull();
});

it("leads back to the shipped weights by one button", () => {
  const activate = vi.fn();
  show(<ModelTable models={[MODEL]} start="shipped" onActivate={activate} />);
  expect(startRow()?.textContent).not.toContain("active");
  act(() => startRow()?.querySelector("button")?.click());
  expect(activate).toHaveBeenCalledExactlyOnceWith(null);
});

it("offers no roll-back to those who may not", () => {
  show(<ModelTable models={[MODEL]} start="shipped" onActivate={null} />);
  expect(document.querySelector("button")).toBeNull();
});

it("shows old, new and change of a part", () => {
  show(<PartComparison models={[MODEL]} />);
  const headings = [...document.querySelectorAll("th")].map((cell) => cell.textContent);
  expect(headings).toEqual(["NME, rectangle", "Shipped weights", "Model 1", "Change"]);
  const contour = rows().find((row) => row.textContent.startsWith("Face contour"));
  expect([...(contour?.children ?? [])].map((cell) => cell.textContent)).toEqual([
    "Face contour",
    "5.00\u00a0%",
    "4.00\u00a0%",
    "−1.00",
  ]);
});
