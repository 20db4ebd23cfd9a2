/** A server for tests: one task, its revisions, its draft, and who holds the lease. */
import { ApiProblem, networkProblem } from "../../api/problem";
import { MEAN_FACE } from "../../schema/schema.generated";
import { placesOf } from "../core/operations";
import { PaintedLayer } from "../core/paintedLayer";
import type { Assignment, Operation, Painting, Revision } from "./apiTypes";
import type { TaskApi, WorkedFromTo, WriteCredentials } from "./taskApi";

const FIRST = MEAN_FACE.map(([x, y]) => [100 * x, 100 * y]);

export class FakeTaskServer {
  revisions: Revision[] = [revision(1, FIRST)];
  draft: Assignment["draft"] = null;
  lease = "lease-1";
  down = false;
  drafts = 0;
  submitted = false;
  readonly #paintings = new Map<number, Painting>();
  /** Of every save and submission, oldest first. */
  worked: WorkedFromTo[] = [];
  /** Somebody else has the task. */
  taken = false;

  readonly api: TaskApi = {
    nextTask: () => Promise.resolve(this.assignment()),
    lookAhead: () => this.#answer(() => ({ ...this.assignment(), lease: null })),
    nextReview: () => Promise.resolve(null),
    lease: () =>
      this.#answer(() => {
        if (this.taken) throw new ApiProblem(409, "task-leased", "Taken", "Somebody else has it.");
        return this.assignment();
      }),
    view: () => Promise.resolve({ ...this.assignment(), lease: null }),
    renew: () => this.#answer(() => this.#lease()),
    release: () => Promise.resolve(),
    revision: (_task, number) => Promise.resolve(this.#at(number)),
    painting: (_task, number) => Promise.resolve(this.#paintings.get(number) as Painting),
    putDraft: (_task, credentials, { base_revision, operations }) =>
      this.#answer(() => {
        this.#check(credentials);
        this.drafts += 1;
        this.draft = { base_revision, operations, updated_at: "2026-05-01T12:03:00Z" };
        return { saved_at: "2026-05-01T12:03:00Z", operations: operations.length, lease: this.#lease() };
      }),
    save: (_task, credentials, operations, worked) =>
      this.#answer(() => {
        this.#check(credentials);
        this.worked.push(worked);
        const saved = this.saveAs(operations);
        return { revision: saved, etag: `"${saved.number}"`, lease: this.#lease() };
      }),
    submit: (_task, credentials, _operations, worked) =>
      this.#answer(() => {
        this.#check(credentials);
        this.submitted = true;
        this.worked.push(worked);
      }),
    skip: () => Promise.resolve(),
    review: () => Promise.resolve(),
    askSecondLabel: () => Promise.resolve(),
    withdrawSecondLabel: () => Promise.resolve(),
    resolveComment: () => Promise.reject(new Error("no comments here")),
  };

  get newest(): Revision {
    return this.revisions.at(-1) as Revision;
  }

  saveAs(operations: readonly Operation[]): Revision {
    const points = this.newest.points.map((pair) => [...pair]);
    const origins = [...this.newest.origins];
    for (const { kind, payload } of operations) {
      if (kind !== "move_points") continue;
      for (const [key, place, origin] of placesOf(payload)) {
        points[Number(key)] = [...place];
        origins[Number(key)] = origin;
      }
    }
    const number = this.newest.number + 1;
    const painting_url = this.#paint(number, operations) ? "/p" : null;
    this.revisions.push({ ...revision(number, points), origins, painting_url });
    this.draft = null;
    return this.newest;
  }

  assignment(): Assignment {
    return {
      task: { id: 7, project_id: 1, state: "in_progress", photo: PHOTO, skips: 0 },
      lease: this.#lease(),
      etag: `"${this.newest.number}"`,
      revision: this.newest,
      initial: this.#at(1),
      draft: this.draft,
      comments: [],
      label_map_url: null,
      fitted_map_url: null,
      given: null,
      author: null,
      other: null,
      second_label: null,
    };
  }

  /** Whether anything is painted at the new revision. */
  #paint(number: number, operations: readonly Operation[]): boolean {
    const { width, height } = PHOTO;
    const layer = PaintedLayer.of(width, height, this.#paintings.get(number - 1) ?? {});
    for (const { kind, payload } of operations) if (kind === "paint") layer.paint(payload);
    const { painted } = layer.pixels();
    if (painted === undefined) return false;
    const sent = Object.fromEntries(Object.entries(painted).map(([category, runs]) => [category, [...runs]]));
    this.#paintings.set(number, { version: 1, width, height, painted: sent });
    return true;
  }

  #lease() {
    return { token: this.lease, expires_at: "2026-05-01T13:00:00Z", seconds: 300 };
  }

  #at(number: number): Revision {
    return this.revisions.find((each) => each.number === number) as Revision;
  }

  #check({ leaseToken, etag }: WriteCredentials): void {
    if (leaseToken !== this.lease) throw new ApiProblem(409, "lease-lost", "Lost", "Somebody else holds it.");
    if (etag !== `"${this.newest.number}"`) throw new ApiProblem(412, "stale-revision", "Stale", "There is a newer one.");
  }

  #answer<T>(make: () => T): Promise<T> {
    if (this.down) return Promise.reject(networkProblem());
    return new Promise((resolve) => resolve(make()));
  }
}

const PHOTO: Assignment["task"]["photo"] = {
  id: 3,
  name: "a.jpg",
  width: 100,
  height: 100,
  split: "train",
  task_id: 7,
  state: "in_progress",
  annotator: null,
  updated_at: "2026-05-01T12:00:00Z",
  image_url: "/i",
  thumbnail_url: "/t",
};

function revision(number: number, points: number[][]): Revision {
  return {
    number,
    parent: number === 1 ? null : number - 1,
    source: number === 1 ? "model" : "annotator",
    author: null,
    model_number: null,
    active_seconds: 0,
    corrected_points: 0,
    created_at: "2026-05-01T12:00:00Z",
    points,
    visibility: Array.from({ length: 106 }, () => 2 as const),
    origins: Array.from({ length: 106 }, () => 0),
    confidence: null,
    painting_url: null,
  };
}
