/** A review that is being written, kept in this browser until the verdict is sent. */
import type { ShownComment } from "../../editor/ui/CommentList";

export interface KeptReview {
  readonly comments: readonly ShownComment[];
  /** What stands in the box. */
  readonly text: string;
}

const NOTHING: KeptReview = { comments: [], text: "" };

function keyOf(userId: number, taskId: number, revision: number): string {
  return `facet-review-${userId}-${taskId}-${revision}`;
}

export function loadReview(userId: number, taskId: number, revision: number): KeptReview {
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(userId, taskId, revision)) ?? "null") as KeptReview | null;
    return kept ?? NOTHING;
  } catch {
    return NOTHING;
  }
}

/**
 * Removes what was kept when there is nothing to keep. A browser that stores nothing keeps it as long as the page
 * lives.
 */
export function keepReview(userId: number, taskId: number, revision: number, review: KeptReview): void {
  const key = keyOf(userId, taskId, revision);
  try {
    if (review.comments.length === 0 && review.text === "") localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(review));
  } catch {
    return;
  }
}
