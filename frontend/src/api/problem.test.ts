import { describe, expect, it } from "vitest";
import { ApiProblem, isProblem, isTransient, networkProblem, parseProblem, problemText } from "./problem";

describe("parseProblem", () => {
  it("keeps the fields of problem+json and everything beyond them as extras", () => {
    const body = {
      type: "https://facet/problems/stale-revision",
      title: "The revision is stale",
      status: 412,
      detail: "Somebody saved revision 4. Merge your change into it.",
      code: "stale-revision",
      current: { number: 4 },
    };
    const problem = parseProblem(412, JSON.stringify(body));
    expect(problem).toMatchObject({ status: 412, code: "stale-revision", title: body.title, detail: body.detail });
    expect(problem.extras).toEqual({ current: { number: 4 } });
    expect(problemText(problem)).toBe(body.detail);
  });

  it("reads a proxy's HTML page as a problem of that status", () => {
    const problem = parseProblem(502, "<html><h1>502 Bad Gateway</h1></html>");
    expect(problem).toMatchObject({ status: 502, code: "http-502", title: "The server is not reachable", detail: "" });
    expect(problemText(problem)).toBe("The server is not reachable");
  });

  it("names the fields of a payload that was refused", () => {
    const errors = [
      { loc: ["body", "name"], msg: "Field required" },
      { loc: ["body", "review_share"], msg: "Input should be at most 1" },
    ];
    const problem = parseProblem(422, JSON.stringify({ title: "Invalid", code: "invalid", detail: "", errors }));
    expect(problem.detail).toBe("name: Field required · review_share: Input should be at most 1");
    expect(problem.extras).toEqual({ errors });
  });

  it.each([["[]"], ["null"], ['"text"'], [""]])("survives the body %j", (body) => {
    expect(parseProblem(500, body)).toMatchObject({ status: 500, code: "http-500" });
  });

  it("reads Retry-After in seconds only", () => {
    expect(parseProblem(429, "", "30").retryAfter).toBe(30);
    expect(parseProblem(429, "", "Wed, 21 Oct 2026 07:28:00 GMT").retryAfter).toBeNull();
    expect(parseProblem(429, "").retryAfter).toBeNull();
  });
});

describe("isProblem and isTransient", () => {
  it("tells a code apart from another", () => {
    const leaseLost = new ApiProblem(409, "lease-lost", "", "");
    expect(isProblem(leaseLost, "lease-lost")).toBe(true);
    expect(isProblem(leaseLost, "task-leased")).toBe(false);
    expect(isProblem(new Error("lease-lost"), "lease-lost")).toBe(false);
  });

  it("holds only what time may heal for transient", () => {
    const transient = [0, 409, 413, 429, 500, 503].filter((status) => isTransient(new ApiProblem(status, "", "", "")));
    expect(transient).toEqual([0, 429, 500, 503]);
    expect(isTransient(networkProblem())).toBe(true);
    expect(isTransient(new Error("boom"))).toBe(false);
  });
});
