/** Which submission a reviewer gets next: their own choice, kept in this browser. */
import type { ReviewOrder } from "../../api/types";

export const REVIEW_ORDERS: readonly ReviewOrder[] = ["oldest", "most_disagreement"];

const KEY = "facet-review-order";

export function isReviewOrder(value: string | null): value is ReviewOrder {
  return REVIEW_ORDERS.some((order) => order === value);
}

export function loadReviewOrder(): ReviewOrder {
  try {
    const stored = localStorage.getItem(KEY);
    return isReviewOrder(stored) ? stored : "oldest";
  } catch {
    return "oldest";
  }
}

export function storeReviewOrder(order: ReviewOrder): void {
  try {
    localStorage.setItem(KEY, order);
  } catch {
    // Private windows may refuse; the next photo then comes in the usual order.
  }
}
