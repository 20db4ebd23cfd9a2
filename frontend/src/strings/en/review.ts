import { plural } from "./plural";

/** The page around the editor for reviewers: comments and the verdict. */
export const review = {
  title: "Review",
  revisionBy: (author: string | null, revision: number) =>
    `${author === null ? "" : `${author} · `}revision ${revision}`,
  reject: "Reject",
  approve: "Approve",
  rejectionNeedsComment: "Say what to change: a rejection needs a comment.",
  notSentYet: "You, not sent yet",
  nextPhoto: "Next photo",
  notYours: "This review is no longer yours to give: it ran out, or it is open in a newer tab.",
  comment: "Comment",
  whatToChange: "What should be changed?",
  aboutPoint: (index: number, name: string) => `About point ${index}, ${name}`,
  aboutPlace: "About the place marked on the photo",
  aboutPhoto: "About the whole photo. Click a point or a place to pin it there.",
  add: "Add",
  // The difference layer
  differences: "Differences",
  compareWith: "Compare with",
  against: { none: "Off", proposal: "Proposal", previous: "Before", other: "Other" },
  previousIs: (revision: number, rejected: boolean) =>
    rejected ? `Before: revision ${revision}, which was rejected.` : `Before: revision ${revision}.`,
  pointsDiffer: (points: number) => (points === 0 ? "No point differs" : `${plural(points, "point")} differ${points === 1 ? "s" : ""}`),
  pixels: (pixels: string) => `${pixels} px`,
  nextDifference: "Next",
  differingPixels: (share: string) => `Label map: ${share} of the face differs.`,
  drawingMap: "Its label map is being drawn…",
  noMap: "There is no label map to compare with.",
  // Two labels of one photo
  twoLabels: "Two labels",
  inFront: "In front, and approved by Approve",
  label: (which: "first" | "second", author: string | null) =>
    `${which === "first" ? "First" : "Second"}${author === null ? "" : `: ${author}`}`,
  madeApart: "Neither annotator knows of the other. Reject returns the photo to the second.",
  part: "Part",
  apart: "Apart",
  apartWhy: "Mean distance of the points over the distance of the outer eye corners",
  allPoints: "All points",
  askSecond: "Have somebody else label it too",
  askSecondSure: "Yes, leave it to somebody else first",
  askSecondWhy: "Another annotator starts from the same proposal, and is not told. You then compare the two.",
  askedSecond: "Left to a second annotator. Until somebody opens it, you can withdraw that: open the photo from Photos.",
  nothingWaiting: "Nothing is waiting for a review",
  nothingWhy: "Submitted photos come here once their label map is drawn.",
};
