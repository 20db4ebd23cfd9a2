import { POINTS } from "../../schema/schema.generated";
import type { face as English } from "../en/face";

/** The schema's names of points are pieces between commas, some with a number at the end: `left brow, upper edge 2`. */
const PIECES: Readonly<Partial<Record<string, string>>> = {
  contour: "轮廓",
  "left temple": "左太阳穴",
  "right temple": "右太阳穴",
  left: "左",
  right: "右",
  chin: "下巴",
  "left brow": "左眉",
  "right brow": "右眉",
  tail: "眉尾",
  "upper edge": "上缘",
  "lower edge": "下缘",
  "upper head": "眉头上端",
  "lower head": "眉头下端",
  "nose bridge": "鼻梁",
  "between the eyes": "两眼之间",
  upper: "上部",
  lower: "下部",
  "nose tip": "鼻尖",
  nose: "鼻",
  "left root": "左鼻根",
  "right root": "右鼻根",
  "left side": "左鼻侧",
  "right side": "右鼻侧",
  "left wing": "左鼻翼",
  "right wing": "右鼻翼",
  "left nostril": "左鼻孔",
  "right nostril": "右鼻孔",
  outer: "外侧",
  inner: "内侧",
  "below the tip": "鼻尖下方",
  "left eye": "左眼",
  "right eye": "右眼",
  "outer corner": "外眼角",
  "inner corner": "内眼角",
  "upper lid": "上眼睑",
  "lower lid": "下眼睑",
  centre: "中心",
  mouth: "嘴部",
  "left corner": "左嘴角",
  "right corner": "右嘴角",
  "upper lip": "上唇",
  "lower lip": "下唇",
  "left peak": "左唇峰",
  "right peak": "右唇峰",
  middle: "正中",
  "inner mouth": "口内缘",
  "upper left": "左上",
  "upper middle": "上方正中",
  "upper right": "右上",
  "lower right": "右下",
  "lower middle": "下方正中",
  "lower left": "左下",
  "left pupil": "左瞳孔",
  "right pupil": "右瞳孔",
};

const CATEGORY_NAMES: Readonly<Record<number, string>> = {
  0: "背景",
  1: "皮肤",
  2: "左眉",
  3: "右眉",
  4: "左眼",
  5: "右眼",
  6: "鼻子",
  7: "上唇",
  8: "口腔",
  9: "下唇",
  10: "头发",
};

/** `left brow` and `upper edge 2` → `左眉` and `上缘 2`. */
function piece(english: string): string {
  const [, words = english, number] = /^(.*?)(?: (\d+))?$/.exec(english) ?? [];
  const name = PIECES[words] ?? words;
  return number === undefined ? name : `${name} ${number}`;
}

export const face = {
  parts: {
    contour: "面部轮廓",
    left_brow: "左眉",
    right_brow: "右眉",
    nose_bridge: "鼻梁",
    nose_outline: "鼻部轮廓",
    left_eye: "左眼",
    right_eye: "右眼",
    left_eye_center: "左眼中心",
    right_eye_center: "右眼中心",
    outer_lip: "外唇",
    inner_lip: "内唇",
    left_pupil: "左瞳孔",
    right_pupil: "右瞳孔",
  },
  point: (index: number) => (POINTS[index]?.name ?? "").split(", ").map(piece).join("·"),
  category: (id: number) => CATEGORY_NAMES[id] ?? "",
  visibility: { 0: "画面外", 1: "遮挡", 2: "可见" },
  origin: { 0: "预标注", 1: "手动移动", 2: "已确认" },
} satisfies typeof English;
