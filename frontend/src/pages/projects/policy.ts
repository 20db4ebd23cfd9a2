import type { Project } from "../../api/types";

type Policy = Pick<
  Project,
  "lease_seconds" | "review_share" | "retrain_every" | "holdout_share" | "train_width" | "train_epochs" | "queue_order"
>;

export type QueueOrder = Policy["queue_order"];

/** A policy in the units in which people think: minutes and percentages. */
export interface PolicyForm {
  leaseMinutes: number;
  reviewPercent: number;
  retrainEvery: number;
  holdoutPercent: number;
  trainWidth: number;
  trainEpochs: number;
  queueOrder: QueueOrder;
}

export const DEFAULT_POLICY: PolicyForm = {
  leaseMinutes: 10,
  reviewPercent: 100,
  retrainEvery: 2000,
  holdoutPercent: 10,
  trainWidth: 128,
  trainEpochs: 60,
  queueOrder: "import",
};

/** The server takes a network's channels by eights only. */
export function isTrainWidth(channels: number): boolean {
  return channels % 8 === 0;
}

export function toForm(policy: Policy): PolicyForm {
  return {
    leaseMinutes: round(policy.lease_seconds / 60),
    reviewPercent: round(policy.review_share * 100),
    retrainEvery: policy.retrain_every,
    holdoutPercent: round(policy.holdout_share * 100),
    trainWidth: policy.train_width,
    trainEpochs: policy.train_epochs,
    queueOrder: policy.queue_order,
  };
}

export function toPolicy(form: PolicyForm): Policy {
  return {
    lease_seconds: Math.round(form.leaseMinutes * 60),
    review_share: round(form.reviewPercent) / 100,
    retrain_every: form.retrainEvery,
    holdout_share: round(form.holdoutPercent) / 100,
    train_width: form.trainWidth,
    train_epochs: form.trainEpochs,
    queue_order: form.queueOrder,
  };
}

/** Keeps two decimals, so that 0.1 × 100 is shown as 10. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}
