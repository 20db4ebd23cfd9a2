import type { session as English } from "../en/session";

export const session = {
  notThrough: (why: string) => `操作未能送达。${why} 你的修改已保留。`,
  diverged: "服务器上有这张照片在别处的另一份草稿。你现在看到的是本浏览器保留的修改。",
  overpainted: "他人也涂改了你涂过的一些像素。现在你的在上层，撤销可看到对方的。",
  draftsLetGo: (photos: readonly string[]) =>
    `以下照片已通过审核或已不存在，本浏览器中超过 60 天未发送的修改已删除：${photos.join("、")}。`,
  arrived: (revision: number) => `你上次的保存已到达服务器，为版本 ${revision}，只是回应丢失了。`,
  carriedOver: (revision: number, edits: number) =>
    `这张照片已在别处保存为版本 ${revision}。你未保存的 ${edits} 处修改已沿用，它们涉及的是其他点。`,
} satisfies typeof English;
