/** The answers to what the page asked for before the application ran (early-start.ts). Each is given out once. */

declare global {
  interface Window {
    /** By method and path, such as `GET /api/v1/session`. An answer that there will not be rejects. */
    facetEarlyAnswers?: Map<string, Promise<Response>>;
  }
}

/** As `fetch`, but with the answer that is here or on its way, if the page has asked for the same. */
export function fetchOrEarly(request: Request): Promise<Response> {
  const early = typeof window === "undefined" ? undefined : window.facetEarlyAnswers;
  const asked = `${request.method} ${new URL(request.url).pathname}`;
  const answer = early?.get(asked);
  if (answer === undefined) return fetch(request);
  early?.delete(asked);
  return answer.catch(() => fetch(request));
}
