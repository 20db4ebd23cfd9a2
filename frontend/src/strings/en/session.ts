import { plural } from "./plural";

/** What a session at one task tells the person: how the work stands that browser and server keep. */
export const session = {
  notThrough: (why: string) => `That did not get through. ${why} Your edits are kept.`,
  diverged:
    "The server held another draft of this photo, made elsewhere. The edits kept in this browser are the ones you see.",
  overpainted:
    "Somebody else painted some of the pixels that you painted. Yours lie over theirs now; undo shows theirs.",
  draftsLetGo: (photos: readonly string[]) =>
    `Edits that were never sent were removed from this browser after 60 days, since their photos are approved or gone: ${photos.join(", ")}.`,
  arrived: (revision: number) =>
    `Your last save had reached the server as revision ${revision}; only its answer was lost.`,
  carriedOver: (revision: number, edits: number) => {
    const yours = edits === 1 ? "Your unsaved edit was" : `Your ${plural(edits, "unsaved edit")} were`;
    return `This photo was saved elsewhere as revision ${revision}. ${yours} carried over; they touch other points.`;
  },
};
