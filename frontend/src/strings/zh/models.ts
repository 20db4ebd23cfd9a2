import type { models as English } from "../en/models";
import { count } from "../format";

const startNames = { shipped: "自带权重", mean_face: "平均脸" };

export const models = {
  title: "模型",
  lead: (sinceTraining: number, left: number) =>
    `上次训练以来已通过 ${count(sinceTraining)} 份标注；${left > 0 ? `再有 ${count(left)} 份即开始下次训练` : "即将开始下次训练"}。`,
  trainNow: "立即训练",
  trainingQueued: "训练已排队，进度见“后台任务”。",
  startNames,
  startWhat: "所有项目的起点",
  model: "模型",
  modelNumber: (number: number) => `模型 ${number}`,
  before: "之前",
  labels: "标注数",
  nmeRectangle: "NME（矩形）",
  nmeEyes: "NME（眼距）",
  auc: "AUC@0.08",
  failures: "失败率",
  outcome: "结果",
  fromParent: (number: number) => `，基于 ${number}`,
  active: "使用中",
  activate: "启用",
  rollBack: "回退",
  figuresWhat:
    "在留出集上测得。灰色数字是它要取代的版本在同一批照片上的结果：当时使用中的版本，或项目的起点；变差的版本不会启用。NME 达到 0.08 的照片计为失败。",
  outcomes: { training: "训练中", failed: "训练失败", promoted: "已启用", kept: "未启用" },
  activation: (rollBack: boolean, model: number | null, start: keyof typeof startNames) =>
    `${rollBack ? "回退到" : "启用"}${model === null ? startNames[start] : `模型 ${model}`}`,
  itsNme: (nme: string) => `其 NME 为 ${nme}。`,
  activeHas: (model: number, nme: string) => `使用中的模型 ${model} 为 ${nme}。`,
  activationEffect: "尚未打开的照片将由它重新预标注关键点。标注员的标注保持不变。",
  reason: "原因",
  reasonHint: "供日后查看历史的人参考，可不填。",
  nmeCurve: "NME（矩形）",
  errorTitle: "误差（NME），越低越好",
  aucTitle: "AUC@0.08，越高越好",
  nmeCurveWhat: (models: number, latest: string, labels: number) =>
    `${count(models)} 个模型的 NME；最新模型在 ${count(labels)} 份标注时为 ${latest}`,
  aucCurveWhat: (models: number, latest: string, labels: number) =>
    `${count(models)} 个模型的 AUC；最新模型在 ${count(labels)} 份标注时为 ${latest}`,
  partByPart: "各部位对比",
  modelToCompare: "要对比的模型",
  partByPartOf: (model: number) => `模型 ${model}，各部位`,
  change: "变化",
  allPoints: "全部关键点",
  comparisonWhat: (photos: number) =>
    `两者均在同样的 ${count(photos)} 张留出照片上测得。变化以人脸尺寸的百分之一为单位，越低越好。`,
  promotions: "启用记录",
  noPromotion: "还没有启用过模型：只有不比当前预标注方案差的模型才会启用。",
  when: "时间",
  what: "内容",
  by: "操作人",
  why: "原因",
  promotion: (promoted: boolean, model: number | null, start: keyof typeof startNames) =>
    `${promoted ? "启用" : "回退到"}${model === null ? startNames[start] : `模型 ${model}`}`,
  byFacet: "Facet（训练后自动）",
} satisfies typeof English;
