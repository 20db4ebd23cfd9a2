import { count } from "../format";
import { plural } from "./plural";

/** The page of the workers' jobs. */
export const jobs = {
  title: "Jobs",
  lead: "What the workers do: prepare photos, draw masks, train models. A lost job starts again by itself.",
  showByState: "Show jobs by state",
  allStates: "All states",
  states: { queued: "Queued", running: "Running", succeeded: "Succeeded", failed: "Failed" },
  none: "No job yet",
  noneInState: { queued: "No queued job", running: "No running job", succeeded: "No succeeded job", failed: "No failed job" },
  importFirst: "Import photos, and the first jobs appear here.",
  chooseOther: "Choose another state above.",
  job: "Job",
  state: "State",
  progress: "Progress",
  tries: "Tries",
  triesOf: (tries: number) => plural(tries, "try", "tries"),
  askedFor: "Asked for",
  retry: "Retry",
  stop: "Stop",
  stopNow: "Yes, stop it",
  progressOf: (job: number) => `Progress of job ${job}`,
  doneOf: (done: number, total: number) => `${count(done)} of ${count(total)}`,
  took: (duration: string) => `took ${duration}`,
  /** By the kind's name in the API; a kind that this version does not know keeps that name. */
  kinds: {
    unpack: "Unpack a zip",
    prelabel: "First points",
    fitting: "Draw the mask",
    freeze: "Freeze a snapshot",
    train: "Train a model",
    parse: "Draw masks of new photos",
    train_baseline: "Train a parsing baseline",
    repredict: "New points from a new model",
  },
};
