import type { tour as English } from "../en/tour";

export const tour = {
  title: "学习 106 个关键点",
  offer: "初次接触 106 个关键点？",
  offerWhat: "用两分钟，在真正的编辑器里对着一张渲染的人脸学会它们；结束时可以看到你标得有多准。以后可从你名字下的菜单进入。",
  start: "开始导览",
  notNow: "以后再说",
  leave: "离开导览",
  stepOf: (step: number, steps: number) => `第 ${step} 步，共 ${steps} 步`,
  states: { now: "正在进行", later: "尚未开始", done: "已完成", skipped: "已跳过" },
  steps: {
    point: {
      title: "移动一个点",
      what: "标有橙色 1 的点应在左嘴角，即双唇相接处。把它拖到那里。左右始终以照片为准。",
    },
    part: {
      title: "移动一个部位",
      what: "整只左眼都偏了。在点以外点击它的轮廓线，会出现一个框；拖动这个框，所有的点随之移动。",
    },
    doubt: {
      title: "查看一个存疑点",
      what: "黄色虚线圈表示模型对这个点没有把握。在“存疑点”下按“下一个”前往。它在鼻尖上，位置没错，所以按“位置正确”。",
    },
    hidden: {
      title: "标记被遮挡的点",
      what: "这个面部轮廓点在头发后面。它的位置保持在本应看到的地方；点击它，在侧栏选择“遮挡”。",
    },
    paint: {
      title: "涂绘",
      what: "标签图缺了一块头发。在本侧栏下方的图例中选“头发”，把缺口涂满。撤销可收回一笔。",
    },
    submit: {
      title: "再看一遍，然后提交",
      what: "还有一个点是偏的，没有数字指给你看：沿着面部的线条找。然后提交。",
    },
  },
  missed: (error: string) => `还差一点：相差两眼间距的 ${error}。灰色标记处是目标。`,
  byKeys: "用键盘",
  skip: "跳过这一步",
  score: "你标得有多准",
  right: (right: number, all: number) => `${all} 个点中有 ${right} 个正确`,
  rightWithin: (share: string, before: number) => `误差在两眼间距的 ${share} 以内。开始时为 ${before} 个。`,
  meanError: (now: string, before: string) => `平均误差为该间距的 ${now}；开始时为 ${before}。`,
  allRight: "每个点都在应在的位置。",
  off: "这些点偏了：蓝色是你的，橙色是真实位置。拖过去，分数随之更新。",
  misjudged: "这些点的可见性与实际不同：",
  notSent: "这是练习，不会发送，也不计入统计。",
  again: "再来一次",
  finish: "完成",
} satisfies typeof English;
