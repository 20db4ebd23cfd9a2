/** One task is worked on in one tab: the newest to open it. */

export interface TabClaims {
  /**
   * Tells the other tabs that this one works on the task now, and calls `onTaken` when a newer tab does the same.
   * Returns what gives the claim up.
   */
  claim(userId: number, taskId: number, onTaken: () => void): () => void;
}

interface Claim {
  readonly userId: number;
  readonly taskId: number;
}

export const browserTabs: TabClaims = {
  claim(userId, taskId, onTaken) {
    const channel = new BroadcastChannel("facet-task");
    // A channel does not hear itself, so whatever arrives is from a tab that opened the task after this one.
    channel.onmessage = ({ data }: MessageEvent<Claim>) => {
      if (data.userId === userId && data.taskId === taskId) onTaken();
    };
    channel.postMessage({ userId, taskId } satisfies Claim);
    return () => channel.close();
  },
};
