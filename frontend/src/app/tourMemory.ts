/** Whether a person has been offered the tour in this browser. */

const keyOf = (userId: number) => `facet-tour-${userId}`;

export function wasOffered(userId: number): boolean {
  try {
    return localStorage.getItem(keyOf(userId)) !== null;
  } catch {
    // Whoever stores nothing is not asked at every page.
    return true;
  }
}

export function rememberOffer(userId: number): void {
  try {
    localStorage.setItem(keyOf(userId), "offered");
  } catch {
    // Private windows may refuse.
  }
}
