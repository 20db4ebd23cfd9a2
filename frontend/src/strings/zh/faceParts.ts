import type { faceParts as English } from "../en/faceParts";

export const faceParts = {
  names: {
    contour: "面部轮廓",
    left_brow: "左眉",
    right_brow: "右眉",
    left_eye: "左眼",
    right_eye: "右眼",
    nose: "鼻子",
    lips: "嘴唇",
  },
  points: (count: number) => `${count} 个点`,
  partHint: "拖动轮廓线或边框可移动，拖动角可缩放，拖动圆形手柄可旋转。",
  mixedVisibility: "不一致",
  mirror: "镜像到另一侧",
  mistakes: "顺序错误",
  crossed: (parts: readonly string[], points: readonly number[]) =>
    parts.length > 1 ? `${parts.join("与")}在点 ${points.join("、")} 附近交叉` : `${parts.join("")}在点 ${points.join("、")} 附近自交`,
  doubledBack: (parts: readonly string[], points: readonly number[]) => `${parts.join("")}：点 ${points.join("、")} 顺序颠倒`,
  more: (count: number) => `另有 ${count} 处`,
  clickNext: ["点击左眼", "点击右眼", "点击嘴部正中"],
  clickOf: (number: number) => `第 ${number} / 3 步`,
  movesAll: "所有点都会重新放置，包括已固定的点；可撤销。按 Esc 取消。",
  noFace: "这三个位置构不成一张脸，请重新点击：",
} satisfies typeof English;
