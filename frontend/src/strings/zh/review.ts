import type { review as English } from "../en/review";

export const review = {
  title: "审核",
  revisionBy: (author: string | null, revision: number) => `${author === null ? "" : `${author} · `}版本 ${revision}`,
  reject: "退回",
  approve: "通过",
  rejectionNeedsComment: "请说明需要修改什么：退回必须附评论。",
  notSentYet: "你，尚未发送",
  nextPhoto: "下一张照片",
  notYours: "这次审核已不归你处理：已超时，或已在新的标签页中打开。",
  comment: "评论",
  whatToChange: "需要修改什么？",
  aboutPoint: (index: number, name: string) => `针对点 ${index}（${name}）`,
  aboutPlace: "针对照片上标记的位置",
  aboutPhoto: "针对整张照片。点击某个点或位置可将评论固定在那里。",
  add: "添加",
  nothingWaiting: "没有待审核的标注",
  nothingWhy: "提交的照片在标签图生成后会出现在这里。",
} satisfies typeof English;
