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
  crossed: (parts: readonly string[], point: string) =>
    parts.length > 1 ? `${parts.join("与")}在“${point}”附近交叉` : `${parts.join("")}在“${point}”附近与自身交叉`,
  doubledBack: (points: readonly string[]) => `${points.map((name) => `“${name}”`).join("与")}顺序颠倒`,
  more: (count: number) => `另有 ${count} 处`,
  clickNext: ["点击左眼", "点击右眼", "点击嘴部正中"],
  clickOf: (number: number) => `第 ${number} / 3 步`,
  movesAll: "所有点都会重新放置，包括已固定的点；可撤销。按 Esc 取消。",
  noFace: "这三个位置构不成一张脸，请重新点击：",
} satisfies typeof English;
