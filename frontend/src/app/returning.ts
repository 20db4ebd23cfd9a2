/** Where to go on after a page that stands between, as its address says. */

/** Only paths of this application are followed, never an address that a link smuggled in. */
export function localPath(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : "/projects";
}

/** The address of `page`, from which one comes back to `path`. */
export function withReturn(page: string, path: string): string {
  return `${page}?next=${encodeURIComponent(path)}`;
}
