import { count } from "../format";
import { plural } from "./plural";

/** The photos of a project. */
export const photos = {
  title: "Photos",
  inThisProject: (photos: number) => `${plural(photos, "photo")} in this project`,
  skipped: (times: number, reasons: readonly string[]) => [`Skipped ${count(times)}×`, ...reasons].join(" · "),
  showByState: "Show photos by state",
  allStates: (photos: number) => `All states (${count(photos)})`,
  stateOption: (state: string, photos: number) => `${state} (${count(photos)})`,
  noneInState: "No photo in this state",
  showAll: "Show all states",
  moveOn: "Photos move on as they are annotated and reviewed.",
  none: "No photos yet",
  import: "Import photos",
  importToBegin: "Import photos, folders or a zip to begin.",
  adminImports: "An admin of your team imports them.",
  importWhat: "Import photos, folders or a zip. Each photo gets its first points by itself, then it can be annotated.",
  adminImportsComeBack: "An admin of your team imports them. Come back once there are some: this page follows by itself.",
};
