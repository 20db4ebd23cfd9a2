import type { photos as English } from "../en/photos";
import { count } from "../format";

export const photos = {
  title: "照片",
  inThisProject: (photos: number) => `此项目共 ${count(photos)} 张照片`,
  skipped: (times: number, reasons: readonly string[]) => [`已跳过 ${count(times)} 次`, ...reasons].join(" · "),
  showByState: "按状态筛选照片",
  allStates: (photos: number) => `全部状态（${count(photos)}）`,
  stateOption: (state: string, photos: number) => `${state}（${count(photos)}）`,
  noneInState: "没有此状态的照片",
  showAll: "显示全部状态",
  moveOn: "照片会随着标注和审核进入下一状态。",
  none: "还没有照片",
  import: "导入照片",
  importToBegin: "导入照片、文件夹或 zip 即可开始。",
  adminImports: "由团队管理员导入。",
  importWhat: "导入照片、文件夹或 zip。每张照片会自动预标注关键点，之后即可标注。",
  adminImportsComeBack: "由团队管理员导入。导入后本页会自动更新。",
} satisfies typeof English;
