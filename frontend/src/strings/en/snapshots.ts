import { plural } from "./plural";

/** Snapshots of the approved labels. */
export const snapshots = {
  title: "Snapshots",
  lead: "A snapshot freezes all approved labels. It never changes, and downloads byte for byte the same every time.",
  none: "No snapshot yet",
  nothingApproved: "Labels can be frozen once a reviewer has approved some.",
  createAbove: "Create one above to download the approved labels as a dataset.",
  adminCreates: "An admin creates them.",
  number: "No.",
  photos: "Photos",
  splits: "Train / val / test",
  manifestSum: "Manifest SHA-256",
  copySum: "Copy the whole sum",
  newName: "Name of the new snapshot",
  optional: "optional",
  freeze: (approved: number) => `Freeze ${plural(approved, "approved label")}`,
  freezing: "Freezing",
  download: "Download, LaPa layout",
};
