import type { jobs as English } from "../en/jobs";
import { count } from "../format";

export const jobs = {
  title: "后台任务",
  lead: "后台进程的工作：准备照片、生成标签图、训练模型。中断的任务会自动重新开始。",
  showByState: "按状态筛选任务",
  allStates: "全部状态",
  states: { queued: "排队中", running: "运行中", succeeded: "已完成", failed: "失败" },
  none: "还没有任务",
  noneInState: {
    queued: "没有排队中的任务",
    running: "没有运行中的任务",
    succeeded: "没有已完成的任务",
    failed: "没有失败的任务",
  },
  importFirst: "导入照片后，第一批任务会出现在这里。",
  chooseOther: "请在上方选择其他状态。",
  job: "任务",
  state: "状态",
  progress: "进度",
  tries: "尝试次数",
  askedFor: "提交时间",
  retry: "重试",
  progressOf: (job: number) => `任务 ${job} 的进度`,
  doneOf: (done: number, total: number) => `${count(done)} / ${count(total)}`,
  took: (duration: string) => `用时 ${duration}`,
  kinds: {
    unpack: "解压 zip",
    prelabel: "预标注关键点",
    fitting: "生成标签图",
    freeze: "生成快照",
    train: "训练模型",
    parse: "为新照片绘制掩码",
    train_baseline: "训练解析基线",
    repredict: "用新模型重新预标注",
  },
} satisfies typeof English;
