import type { ui as English } from "../en/ui";

export const ui = {
  loading: "加载中",
  loadMore: "加载更多",
  tryAgain: "重试",
  cancel: "取消",
  close: "关闭",
  copy: "复制",
  copied: "已复制",
  shownOnce: "仅此一次显示。请在离开本页前复制。",
  name: "名称",
  personName: "姓名",
  description: "说明",
  email: "邮箱",
  password: "密码",
  role: "角色",
  actions: "操作",
  made: "创建时间",
  expires: "到期",
  never: "从未",
  none: "无",
  showPassword: "显示或隐藏输入内容",
  enterEmail: "请输入邮箱",
  enterPassword: "请输入密码",
  signIn: "登录",
  signOut: "退出登录",
  toProjects: "返回项目列表",
  day: "日期",
  by: (name: string) => `创建人：${name}`,
  list: (names: readonly string[]) => names.join("、"),
  only: { reviewer: "仅限审核员和管理员", admin: "仅限管理员" },
  adminMakesReviewers: "如需成为审核员，请联系团队管理员。",
  roles: { annotator: "标注员", reviewer: "审核员", admin: "管理员" },
  jobStates: { queued: "排队中", running: "运行中", succeeded: "已完成", failed: "失败" },
  taskStates: {
    pending: "准备中",
    ready: "待标注",
    in_progress: "标注中",
    fitting: "正在生成标签图",
    in_review: "待审核",
    approved: "已通过",
  },
  duration: (seconds: number) => {
    if (seconds < 1) return "不到 1 秒";
    const whole = Math.round(seconds);
    if (whole < 60) return `${whole} 秒`;
    return `${Math.floor(whole / 60)} 分 ${String(whole % 60).padStart(2, "0")} 秒`;
  },
} satisfies typeof English;
