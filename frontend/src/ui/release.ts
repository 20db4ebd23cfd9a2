/** Which release the server has now, as the page that it hands out tells. */

/** True when the server hands out other scripts than those that run here. False also when it does not answer. */
export async function hasNewRelease(): Promise<boolean> {
  const running = document.querySelector('script[type="module"][src]')?.getAttribute("src");
  if (!running) return false;
  try {
    const answer = await fetch("/", { cache: "no-store" });
    return answer.ok && !(await answer.text()).includes(running);
  } catch {
    return false;
  }
}
