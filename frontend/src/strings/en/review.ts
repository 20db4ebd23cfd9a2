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
  nothingWaiting: "Nothing is waiting for a review",
  nothingWhy: "Submitted photos come here once their label map is drawn.",
};
