import type { snapshots as English } from "../en/snapshots";
import { count } from "../format";

export const snapshots = {
  title: "快照",
  lead: "快照会固定所有已通过的标注。内容永不改变，每次下载逐字节相同。",
  none: "还没有快照",
  nothingApproved: "审核员通过一些标注后，即可创建快照。",
  createAbove: "在上方创建快照，即可将已通过的标注下载为数据集。",
  adminCreates: "由管理员创建。",
  number: "编号",
  photos: "照片",
  splits: "训练 / 验证 / 测试",
  manifestSum: "清单 SHA-256",
  copySum: "复制完整校验和",
  newName: "新快照的名称",
  optional: "选填",
  freeze: (approved: number) => `固定 ${count(approved)} 份已通过的标注`,
  freezing: "正在生成",
  download: "下载（LaPa 格式）",
} satisfies typeof English;
