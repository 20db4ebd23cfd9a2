import { plural } from "./plural";

const startNames = { shipped: "Shipped weights", mean_face: "Mean face" };

/** Model versions: their figures, training, promotion and rolling back. */
export const models = {
  title: "Models",
  lead: (sinceTraining: number, left: number) => {
    const next = left > 0 ? `the next starts after ${plural(left, "more label", "more labels")}` : "the next is due";
    return `${plural(sinceTraining, "label")} approved since the last training; ${next}.`;
  },
  trainNow: "Train now",
  trainingQueued: "Training is queued. Its progress is under Jobs.",
  /** What proposes the points while no version of the project does. */
  startNames,
  startWhat: "what every project starts from",
  model: "Model",
  modelNumber: (number: number) => `Model ${number}`,
  before: "Before",
  labels: "Labels",
  nmeRectangle: "NME, rectangle",
  nmeEyes: "NME, eyes",
  auc: "AUC@0.08",
  failures: "Failures",
  outcome: "Outcome",
  fromParent: (number: number) => `, from ${number}`,
  active: "active",
  activate: "Activate",
  rollBack: "Roll back",
  figuresWhat:
    "Measured on the held-out photos. The grey figure is, on the same photos, that of what it would replace: the version that was active, or what the project started from; what is worse is kept back. A failure is a photo with an NME of 0.08 or more.",
  outcomes: { training: "training", failed: "training failed", promoted: "promoted", kept: "kept back" },
  activation: (rollBack: boolean, model: number | null, start: keyof typeof startNames) =>
    `${rollBack ? "Roll back to" : "Activate"} ${model === null ? `the ${startNames[start].toLowerCase()}` : `model ${model}`}`,
  itsNme: (nme: string) => `Its NME is ${nme}.`,
  activeHas: (model: number, nme: string) => `The active model ${model} has ${nme}.`,
  activationEffect:
    "Photos that nobody has opened yet get their points from it anew. Labels of annotators stay as they are.",
  reason: "Reason",
  reasonHint: "For those who read the history later; may be left out.",
  nmeCurve: "NME by rectangle",
  errorTitle: "Error (NME), lower is better",
  aucTitle: "AUC@0.08, higher is better",
  nmeCurveWhat: (models: number, latest: string, labels: number) =>
    `NME of ${plural(models, "model")}; the latest has ${latest} at ${plural(labels, "label")}`,
  aucCurveWhat: (models: number, latest: string, labels: number) =>
    `AUC of ${plural(models, "model")}; the latest has ${latest} at ${plural(labels, "label")}`,
  partByPart: "Part by part",
  modelToCompare: "Model to compare",
  partByPartOf: (model: number) => `Model ${model}, part by part`,
  change: "Change",
  allPoints: "All points",
  comparisonWhat: (photos: number) =>
    `Both on the same ${plural(photos, "held-out photo")}. The change is in hundredths of the face; less is better.`,
  promotions: "Promotions",
  noPromotion:
    "No model has been promoted yet: a model is promoted only when it is not worse than what proposes the points before it.",
  when: "When",
  what: "What",
  by: "By",
  why: "Why",
  promotion: (promoted: boolean, model: number | null, start: keyof typeof startNames) =>
    `${promoted ? "Promoted" : "Rolled back to"} ${model === null ? `the ${startNames[start].toLowerCase()}` : `model ${model}`}`,
  byFacet: "Facet, after training",
};
