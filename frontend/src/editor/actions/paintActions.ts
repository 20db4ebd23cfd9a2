/** What a person can do with the tools that paint the label map; part of the registry. */
import { N_CATEGORIES } from "../../schema/schema.generated";
import type { PaintTool } from "../paintEditing";
import type { Action, ActionContext } from "./registry";

const canPaint = ({ controller }: ActionContext) => controller.canEdit;
const paints = ({ controller }: ActionContext) => controller.paint.tool !== null;

function tool(id: PaintTool, key: string): Action {
  return {
    id,
    group: "mask",
    modes: ["edit"],
    keys: [key],
    enabled: canPaint,
    run: ({ controller }) => controller.paint.choose(id),
    on: ({ controller }) => controller.paint.tool === id,
  };
}

function stepRadius(step: 1 | -1) {
  return {
    group: "mask" as const,
    modes: ["edit" as const],
    repeats: true,
    enabled: paints,
    run: ({ controller }: ActionContext) => controller.paint.stepRadius(step),
  };
}

function stepCategory(step: 1 | -1) {
  return {
    group: "mask" as const,
    modes: ["edit" as const],
    repeats: true,
    enabled: paints,
    run: ({ controller: { paint } }: ActionContext) => paint.pick((paint.category + step + N_CATEGORIES) % N_CATEGORIES),
  };
}

export const PAINT_ACTIONS: readonly Action[] = [
  {
    id: "point-tool",
    group: "mask",
    modes: ["edit"],
    keys: ["Q"],
    enabled: canPaint,
    run: ({ controller }) => controller.paint.choose(null),
    on: ({ controller }) => controller.paint.tool === null,
  },
  tool("brush", "W"),
  tool("edge-brush", "Shift+W"),
  tool("eraser", "E"),
  tool("polygon", "Y"),
  tool("fill", "U"),
  {
    id: "close-polygon",
    group: "mask",
    modes: ["edit"],
    keys: ["Shift+Y"],
    enabled: ({ controller }) => controller.paint.corners.length >= 3,
    run: ({ controller }) => controller.paint.closePolygon(),
  },
  { id: "smaller-brush", keys: ["<"], ...stepRadius(-1) },
  { id: "larger-brush", keys: [">"], ...stepRadius(1) },
  { id: "next-category", keys: ["PageDown"], ...stepCategory(1) },
  { id: "previous-category", keys: ["PageUp"], ...stepCategory(-1) },
  {
    id: "toggle-map-shape",
    group: "mask",
    modes: ["edit", "view", "review"],
    keys: ["Shift+M"],
    enabled: ({ controller }) => controller.paint.map !== null,
    run: ({ controller }) =>
      controller.setView({ mapShape: controller.view.mapShape === "fill" ? "outline" : "fill", labelMap: true }),
    on: ({ controller }) => controller.view.mapShape === "outline",
  },
];
