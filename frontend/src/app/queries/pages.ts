/** Keyset pagination, as every list of the API does it. */
export const firstPage: number | undefined = undefined;

export function nextPage(page: { next?: number | null }): number | undefined {
  return page.next ?? undefined;
}

/** All items of the pages that have been fetched so far. */
export function itemsOf<T>(data: { pages: { items: T[] }[] } | undefined): T[] {
  return data?.pages.flatMap((page) => page.items) ?? [];
}
