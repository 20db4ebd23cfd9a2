import { csrfHeaders, renewCsrfToken } from "../../api/client";
import { isProblem, networkProblem, parseProblem } from "../../api/problem";
import { signInGate } from "../../api/signInGate";

/**
 * Posts a multipart form and reports the bytes that have left.
 *
 * XMLHttpRequest, because fetch tells nothing about an upload's progress.
 *
 * @returns the parsed JSON answer; the caller names its type after the route.
 * @throws ApiProblem for every failure, like the typed client.
 */
export async function sendForm(url: string, form: FormData, onBytes: (sent: number) => void): Promise<unknown> {
  try {
    return await post(url, form, onBytes);
  } catch (error) {
    if (!isProblem(error, "csrf-mismatch")) throw error;
    await renewCsrfToken();
    return post(url, form, onBytes);
  }
}

function post(url: string, form: FormData, onBytes: (sent: number) => void): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    for (const [name, value] of Object.entries(csrfHeaders())) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => onBytes(event.loaded);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) {
        resolve(JSON.parse(request.responseText));
        return;
      }
      if (request.status === 401) signInGate.require();
      reject(parseProblem(request.status, request.responseText, request.getResponseHeader("Retry-After")));
    };
    request.onerror = () => reject(networkProblem());
    request.onabort = () => reject(networkProblem());
    request.send(form);
  });
}
