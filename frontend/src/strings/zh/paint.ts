import type { paint as English } from "../en/paint";

export const paint = {
  title: "手绘",
  pixels: (radius: number) => `${radius} 像素`,
  radius: "画笔半径",
  paintWith: (category: string) => `用“${category}”绘制`,
  show: (category: string) => `显示“${category}”`,
  tooManyPieces: "这一笔未保留：它由过多的零散小块组成，无法一次存储。请分几笔绘制。",
  polygonHint: "依次点击各个角点；点击第一个角点或双击即可闭合。",
  fillHint: "点击一个区域，相连的部分都变为所选类别。",
  eraserHint: "像素恢复为拟合结果。",
  brushHint: "按住 Alt 点击，取用指针下的类别。",
  shape: "类别的显示方式",
  shapes: { fill: "区域", outline: "边界" },
  palette: "配色",
  palettes: { lapa: "LaPa 原色", safe: "色盲友好" },
} satisfies typeof English;
