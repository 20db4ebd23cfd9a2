import type { annotate as English } from "../en/annotate";

export const annotate = {
  title: "标注",
  toProject: "返回项目",
  readOnlyRevision: (revision: number) => `版本 ${revision} · 只读`,
  skip: "跳过",
  save: "保存",
  submit: "提交",
  comments: "评论",
  settled: {
    pending: "这张照片还在准备中，正在预标注关键点。",
    fitting: "这张照片已提交，正在生成标签图。",
    approved: "这张照片已通过审核，关键点不再更改。",
  },
  looking: "你正在查看这张照片。领取后才能修改关键点。",
  take: "领取这张照片",
  takeAgain: "重新领取",
  leaseLost: "这张照片已不归你处理，目前为只读。你的修改已保留。",
  goOnHere: "在此继续",
  browserRefuses: "浏览器未能存储你的修改，磁盘可能已满。修改会立即发送到服务器；离线时请不要关闭本页面。",
  otherTab: "这张照片已在新的标签页中打开，此处为只读。修改保留在那个标签页中。",
  skipPhoto: "跳过这张照片",
  skipReasons: ["没有人脸，或有多张人脸而分不出主次", "过于模糊或过暗，无法判断", "人脸大部分被遮挡"],
  otherReason: "其他原因",
  noPhotoWaiting: "没有待标注的照片",
  noPhotoWhy: "所有照片都已完成、正由他人标注，或仍在准备中。管理员可以导入更多照片。",
  goesOn: "有新照片时，本页会自动继续。",
} satisfies typeof English;
