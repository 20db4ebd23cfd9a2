/** The answers to what the page asked for before the application ran (early-start.ts). Each is given out once. */

declare global {
  interface Window {
    /** By method and path, such as `GET /api/v1/session`. */
    facetEarlyAnswers?: Record<string, Promise<Response>>;
  }
}

/** As `fetch`, but with the answer that is here or on its way, if the page has asked for the same. */
export function fetchOrEarly(request: Request): Promise<Response> {
  if (typeof window === "undefined" || window.facetEarlyAnswers === undefined) return fetch(request);
  const asked = `${request.method} ${new URL(request.url).pathname}`;
  const { [asked]: answer, ...others } = window.facetEarlyAnswers;
  if (answer === undefined) return fetch(request);
  window.facetEarlyAnswers = others;
  return answer.catch(() => fetch(request));
}
