import { describe, expect, it } from "vitest";
import { DEFAULT_POLICY, isTrainWidth, toForm, toPolicy } from "./policy";

describe("the policy form", () => {
  it("shows minutes and percentages, and gives back what it was given", () => {
    const policy = {
      lease_seconds: 900,
      review_share: 0.29,
      retrain_every: 2000,
      holdout_share: 0.07,
      train_width: 128,
      train_epochs: 30,
      queue_order: "least_doubtful" as const,
    };
    const form = toForm(policy);
    expect(form).toMatchObject({ leaseMinutes: 15, reviewPercent: 29, holdoutPercent: 7, queueOrder: "least_doubtful" });
    expect(toPolicy(form)).toEqual(policy);
  });

  it("keeps a lease that is no whole minute", () => {
    const policy = toPolicy({ ...DEFAULT_POLICY, leaseMinutes: 1.5 });
    expect(policy.lease_seconds).toBe(90);
    expect(toForm(policy).leaseMinutes).toBe(1.5);
  });

  it("takes a network's width by eights", () => {
    expect([16, 120, 128, 512].every(isTrainWidth)).toBe(true);
    expect([100, 127, 130].some(isTrainWidth)).toBe(false);
  });
});
