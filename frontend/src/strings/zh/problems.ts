import type { problems as English } from "../en/problems";

export const problems = {
  somethingWrong: "出错了",
  sessionHadEnded: "登录已过期",
  signInThenRetry: "请登录后重试。",
  tryLater: "请稍后重试。",
  noAnswer: "服务器没有响应",
  checkConnection: "请检查网络连接，然后重试。",
  answered: (status: number) => `服务器返回 ${status}`,
  titles: {
    401: "请先登录",
    403: "没有权限",
    404: "未找到",
    413: "文件过大",
    429: "请求过于频繁",
    502: "无法连接服务器",
    503: "服务器繁忙",
    504: "服务器响应超时",
  },
} satisfies typeof English;
