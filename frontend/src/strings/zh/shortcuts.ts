import type { shortcuts as English } from "../en/shortcuts";

export const shortcuts = {
  title: "键盘快捷键",
  howToChange: "点击按键即可更改。更改保存在此浏览器中。",
  resetAll: "还原全部按键",
  sureToResetAll: "确定还原全部按键？",
  reset: (action) => `还原“${action}”的按键`,
  alsoReset: (actions) => `以下操作占用了它的按键，也已还原：${listed(actions)}。`,
  change: (key, action) => `${key}：更改“${action}”的按键`,
  pressNew: "请按下新的按键。按 Esc 保留原来的按键。",
  taken: (key, actions) => `${key} 已是${listed(actions)}的按键。`,
  hindered: (key, actions) => `无法互换：在其他页面中，${key} 是${listed(actions)}的按键。请先更改它，或选择其他按键。`,
  swap: "互换按键",
  keepOld: "保持不变",
  wheel: "滚轮或双指可在指针处缩放。在点以外拖动，或按住中键拖动，可移动照片。",
} satisfies typeof English;

function listed(actions: readonly string[]): string {
  return actions.map((each) => `“${each}”`).join("、");
}
