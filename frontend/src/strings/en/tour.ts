/** The tour on which newcomers learn the 106 points. */
export const tour = {
  title: "Learn the 106 points",
  offer: "New to the 106 points?",
  offerWhat:
    "Learn them in two minutes, on a rendered face in the real editor. At the end you see how near you came. Later you find this in the menu under your name.",
  start: "Take the tour",
  notNow: "Not now",
  leave: "Leave the tour",
  stepOf: (step: number, steps: number) => `Step ${step} of ${steps}`,
  states: { now: "to do now", later: "to come", done: "done", skipped: "skipped" },
  steps: {
    point: {
      title: "Move a point",
      what: "The point with the orange 1 belongs in the left corner of the mouth, where the lips meet. Drag it there. Left and right are always the photo's.",
    },
    part: {
      title: "Move a part",
      what: "The whole left eye has slipped. Click its outline, beside the points: a frame appears. Drag the frame, and all its points go along.",
    },
    doubt: {
      title: "Look at a doubtful point",
      what: "A broken yellow ring: the model was not sure of this point. Press Next under Doubtful points to go there. It is right, on the tip of the nose, so press Right as it is.",
    },
    hidden: {
      title: "Mark a hidden point",
      what: "This point of the face's edge lies behind hair. It stays where it would be seen; click it, and choose “occluded” in the panel.",
    },
    paint: {
      title: "Paint",
      what: "A piece of hair is missing in the label map. Pick Hair in the legend, further down in this panel, and paint over the gap. Undo takes a stroke back.",
    },
    submit: {
      title: "Look once more, and submit",
      what: "One point is still off, and no number leads you there: follow the lines round the face. Then submit.",
    },
  },
  missed: (error: string) => `Not there yet: ${error} of the distance between the eyes. The grey sign shows where.`,
  byKeys: "By the keyboard",
  skip: "Skip this step",
  score: "How near you came",
  right: (right: number, all: number) => `${right} of ${all} points are right`,
  rightWithin: (share: string, before: number) =>
    `Within ${share} of the distance between the eyes. At the start there were ${before}.`,
  meanError: (now: string, before: string) => `Mean error ${now} of that distance; at the start ${before}.`,
  allRight: "Every point is where it belongs.",
  off: "These are off: blue is yours, orange the truth. Drag them there, and the score follows.",
  misjudged: "The visibility of these is another:",
  notSent: "This was practice. Nothing of it is sent or counted.",
  again: "Once more",
  finish: "Done",
};
