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
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Settles which of two tabs that open in the same millisecond is the newer. */
  readonly tie: number;
}

export const browserTabs: TabClaims = {
  claim(userId, taskId, onTaken) {
    const channel = new BroadcastChannel("facet-task");
    const mine: Claim = { userId, taskId, since: Date.now(), tie: Math.random() };
    channel.onmessage = ({ data: other }: MessageEvent<Claim>) => {
      if (other.userId !== userId || other.taskId !== taskId) return;
      if (isNewer(other, mine)) onTaken();
      // It opened first but did not listen yet when this tab said so.
      else channel.postMessage(mine);
    };
    channel.postMessage(mine);
    return () => channel.close();
  },
};

function isNewer(claim: Claim, than: Claim): boolean {
  return claim.since === than.since ? claim.tie > than.tie : claim.since > than.since;
}
