import { plural } from "./plural";

/** The editor itself: photo, toolbar, side panel, dialogs. */
export const editor = {
  /** Keys as they are printed on the keyboard. */
  photoWith106: (next: string, move: string) =>
    `Photo with 106 points. ${next} walks through the points, ${move} move one, Escape leaves.`,
  photoFailed: "The photo could not be loaded.",
  photoTriedAgain: "The photo could not be loaded. Trying again…",
  labelMapFailed: "The label map could not be loaded.",
  toolbar: "Editor",
  allActions: "All actions",
  dismiss: "Dismiss",
  // Comments
  done: "Done",
  commentIsDone: (number: number) => `Comment ${number} is done`,
  takeBack: "Take back",
  takeBackComment: (number: number) => `Take back comment ${number}`,
  pointNamed: (index: number, name: string) => `point ${index}, ${name}`,
  wholePhoto: "the whole photo",
  placeOnPhoto: "a place on the photo",
  // Where the work is kept
  saved: (revision: number) => `Saved, revision ${revision}`,
  notMerged: (revision: number) => `Not merged with revision ${revision} yet`,
  draftOnServer: (time: string) => `Draft kept on the server ${time}`,
  inBrowser: "Kept in this browser",
  inBrowserOffline: "Kept in this browser – offline",
  onlyInPage: "Only in this page: the browser refused to store it",
  keeping: "Keeping…",
  opening: "Opening…",
  // Who proposed
  proposedByModel: (model: number | null) => `Points proposed by model ${model}.`,
  proposedByShipped: "Points proposed by the model that Facet ships with: none had learned from this project then.",
  proposedByMeanFace: "Points proposed by the mean face, fitted to the found face: no model had learned then.",
  pointsCame: (file: string, points: number) =>
    `Points that came with the photo: ${points === 106 ? "all 106" : `${points} of 106, the others follow from them`} (${file}).`,
  mapCame: (file: string, whole: boolean) =>
    `A label map came with it (${file}): ${whole ? "it is kept whole" : "its facial parts are kept, hair and skin are found anew"}.`,
  // Merging
  savedMeanwhile: (revision: number) => `Revision ${revision} was saved while you were working`,
  differ: (author: string | null, points: number, conflicts: number) => {
    const both = conflicts > 0 ? `; both of you changed ${conflicts === points ? "all of them" : conflicts}` : "";
    return `It is by ${author ?? "somebody else"}. Your version and theirs differ in ${plural(points, "point")}${both}. Nothing is overwritten until you choose.`;
  },
  keepMine: "Keep all of mine",
  takeTheirs: "Take all of theirs",
  mine: "Mine",
  theirs: "Theirs",
  goesOn: "Goes on",
  bothChanged: "both changed",
  goOnWithThese: "Go on with these",
  moved: (place: string, pixels: string) => `${place} (moved ${pixels}\u00a0px)`,
  notMoved: (place: string) => `${place} (not moved)`,
  // Side panel
  pointsAndLayers: "Points and layers",
  point: "Point",
  pointNumber: (index: number) => `Point ${index}`,
  clickAPoint: (next: string) =>
    `Click a point, or press ${next} to walk through them. Click an outline to take the whole part.`,
  visibility: "Visibility",
  fixed: (origin: string) => `Fixed: ${origin}`,
  followed: "Followed the points that were moved",
  proposed: "Proposed",
  proposedSure: (confidence: string) => `Proposed, confidence ${confidence}`,
  doubtfulPoints: "Doubtful points",
  doubtfulLeft: (left: number) => (left === 0 ? "none left" : `${left} left`),
  next: "Next",
  rightAsItIs: "Right as it is",
  parts: "Parts",
  correctedOf: (corrected: number, all: number) => `${corrected} of ${all} corrected`,
  labelMap: "Label map",
  showLabelMap: "Show the label map",
  noLabelMap: "Not drawn yet. It is drawn after a submit.",
  labelMapOpacity: "Opacity of the label map",
  photo: "Photo",
  tones: { brightness: "Brightness", contrast: "Contrast", gamma: "Gamma" },
};
