/** The page around the editor: taking, skipping and submitting photos. */
export const annotate = {
  title: "Annotate",
  toProject: "To the project",
  readOnlyRevision: (revision: number) => `Revision ${revision} · read-only`,
  skip: "Skip",
  save: "Save",
  submit: "Submit",
  comments: "Comments",
  /** Why a task in this state cannot be taken by anybody. */
  settled: {
    fitting: "This photo is submitted, and its label map is being drawn.",
    approved: "This photo is approved, so its points stay as they are.",
  },
  pending: "This photo is still being prepared: its first points are on their way.",
  opensWhenReady: "It opens by itself when they are there.",
  looking: "You are looking at this photo. Take it to change its points.",
  /** To whoever asked for a second label of the photo, and to admins. */
  secondLabel: {
    waiting: "A second label of this photo was asked for. Nobody has opened it yet.",
    begun:
      "A second label of this photo was asked for. Somebody has begun it, so it can no longer be withdrawn; a reviewer compares the two once it is submitted.",
  },
  withdrawSecond: "Withdraw",
  withdrawSecondSure: "Yes, back to the review",
  withdrawn: "The second label is withdrawn. The photo waits for its review again.",
  take: "Take this photo",
  takeAgain: "Take it again",
  leaseLost: "You no longer hold this photo, so it is read-only. Your edits are kept.",
  goOnHere: "Go on here",
  otherTab: "You opened this photo in a newer tab, so it is read-only here. All edits are in that tab.",
  browserRefuses:
    "This browser does not store your edits: its disk may be full. They go to the server at once; while you are offline, keep this page open.",
  skipPhoto: "Skip this photo",
  skipReasons: [
    "No face, or several and none is the main one",
    "Too blurred or too dark to tell",
    "The face is mostly hidden",
  ],
  otherReason: "Another reason",
  noPhotoWaiting: "No photo is waiting for you",
  noPhotoWhy: "Every photo is done, in somebody's hands, still being prepared, or one that you have skipped. An admin can import more.",
  goesOn: "This page goes on by itself when one arrives.",
};
