/**
 * One person at work on one task: the lease, the document, its drafts, and the way to the server. It knows nothing of
 * the screen; pages subscribe to its state.
 */
import { isProblem, isTransient, problemText } from "../../api/problem";
import { strings } from "../../strings/strings";
import type { AnnotationDocument } from "../core/document";
import { mergeChanges, type PointDifference, type Side } from "../core/merge";
import { type Assignment, type Comment, type CommentCreate, operationsToApi } from "./apiTypes";
import type { DraftStore } from "./draftStore";
import { DraftSync, type Kept } from "./draftSync";
import { LeaseKeeper } from "./leaseKeeper";
import { keptLogs, type Log, reconcile, type Reconciled } from "./reconcile";
import type { TabClaims } from "./tabs";
import type { TaskApi, Verdict, WorkedFromTo, WriteCredentials } from "./taskApi";

/** What the person may do now. Only "editing" accepts changes; "opening" waits for the lease. */
export type Access = "opening" | "editing" | "viewing" | "lease-lost" | "other-tab" | "conflict" | "ended";

/**
 * Where the newest edit is known to be. "unmerged": beside a revision that somebody else saved, until the person
 * chooses.
 */
export type SaveState = { readonly where: "revision" | "unmerged"; readonly revision: number } | Kept;

export interface SessionState {
  readonly access: Access;
  readonly saveState: SaveState;
  /** A save, submit, skip or verdict is on its way. */
  readonly busy: boolean;
  readonly conflict: readonly PointDifference[] | null;
  /** For the person to read, until dismissed. */
  readonly notice: string | null;
  readonly problem: string | null;
  /** The browser's database takes no edits: until the server has them, they are in this page only. */
  readonly browserRefuses: boolean;
  readonly comments: readonly Comment[];
  readonly document: AnnotationDocument;
}

export interface SessionPorts {
  readonly api: TaskApi;
  readonly store: DraftStore;
  readonly tabs: TabClaims;
  readonly userId: number;
}

export class TaskSession {
  #assignment: Assignment;
  #state: SessionState;
  readonly #lease: LeaseKeeper;
  #etag: string;
  /** When the photo came on the screen, or was saved last. */
  #beganAt = new Date();
  #sync: DraftSync;
  #releaseTab: (() => void) | null = null;
  readonly #listeners = new Set<() => void>();

  private constructor(
    assignment: Assignment,
    opened: Reconciled,
    private readonly ports: SessionPorts,
    access: Access,
  ) {
    this.#assignment = assignment;
    this.#lease = new LeaseKeeper({
      renew: (token) => ports.api.renew(this.taskId, token),
      onRefused: (error) => this.#refused(error),
    });
    this.#etag = assignment.etag;
    this.#sync = this.#newSync(opened.document);
    this.#state = {
      access,
      saveState: { where: "revision", revision: opened.document.base.revision },
      busy: false,
      conflict: opened.conflict,
      notice: opened.notice,
      problem: null,
      browserRefuses: false,
      comments: assignment.comments,
      document: opened.document,
    };
    if (assignment.lease !== null) this.#begin(assignment);
    this.#refresh();
  }

  /** Opens an assignment with everything that browser and server have kept of this person's unsaved work on it. */
  static async open(assignment: Assignment, ports: SessionPorts): Promise<TaskSession> {
    const logs = assignment.lease === null ? [] : await keptLogs(assignment, ports);
    const opened = await reconcile(assignment, logs, ports.api);
    const access = assignment.lease === null ? "viewing" : opened.conflict === null ? "editing" : "conflict";
    return new TaskSession(assignment, opened, ports, access);
  }

  /** Opens an assignment that is shown before it is leased: nothing can be changed until `take`. */
  static async ahead(assignment: Assignment, ports: SessionPorts): Promise<TaskSession> {
    const opened = await reconcile(assignment, [], ports.api);
    return new TaskSession(assignment, opened, ports, "opening");
  }

  get state(): SessionState {
    return this.#state;
  }

  get assignment(): Assignment {
    return this.#assignment;
  }

  get taskId(): number {
    return this.#assignment.task.id;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The person did something, if only look around: worth keeping the lease for. */
  touch(): void {
    this.#lease.touch();
  }

  dismiss(): void {
    this.#set({ notice: null, problem: null });
  }

  /**
   * Makes an immutable revision of what there is. Resolves true when there is nothing unsaved left from before the
   * call.
   */
  async save(): Promise<boolean> {
    const document = this.#state.document;
    const operations = [...document.operations];
    if (operations.length === 0) return true;
    const worked = this.#worked();
    return this.#write(async (credentials) => {
      const saved = await this.ports.api.save(this.taskId, credentials, operationsToApi(operations), worked);
      this.#beganAt = new Date(worked.ended_at);
      this.#etag = saved.etag;
      this.#lease.renewed(saved.lease);
      document.advanceBase(saved.revision.number, operations.length);
      await this.#forgetDrafts(saved.revision.number);
    });
  }

  /** Resolves true once the server has taken the task; the session has ended then. */
  submit(): Promise<boolean> {
    const operations = operationsToApi(this.#state.document.operations);
    const worked = this.#worked();
    return this.#end((credentials) => this.ports.api.submit(this.taskId, credentials, operations, worked));
  }

  skip(reason: string): Promise<boolean> {
    return this.#end((credentials) => this.ports.api.skip(this.taskId, credentials, reason));
  }

  review(verdict: Verdict, comments: CommentCreate[]): Promise<boolean> {
    return this.#end((credentials) => this.ports.api.review(this.taskId, credentials, verdict, comments));
  }

  /** Gives the review up until somebody else has labelled the photo, too. */
  askSecondLabel(): Promise<boolean> {
    return this.#end(({ leaseToken }) => this.ports.api.askSecondLabel(this.taskId, leaseToken));
  }

  async resolveComment(commentId: number): Promise<void> {
    try {
      const resolved = await this.ports.api.resolveComment(this.taskId, commentId);
      this.#set({ comments: this.#state.comments.map((each) => (each.id === commentId ? resolved : each)) });
    } catch (error) {
      this.#set({ problem: problemText(error) });
    }
  }

  /**
   * Leases a task that was shown ahead. Resolves false when it is not to be had: somebody else was faster. Raises
   * ApiProblem when there is no answer.
   */
  async take(): Promise<boolean> {
    let assignment: Assignment;
    try {
      assignment = await this.ports.api.lease(this.taskId);
    } catch (error) {
      if (isTransient(error)) throw error;
      return false;
    }
    await this.#goOn(assignment, [], "on-conflict");
    return true;
  }

  /** Takes a lost task again, with the unsent operations on whatever revision the server has now. */
  async takeAgain(): Promise<void> {
    await this.#reopen("on-conflict");
  }

  /** Gives every point in conflict the chosen side, as operations on the server's revision. */
  async settleConflict(sideOf: (index: number) => Side): Promise<void> {
    const { conflict, document } = this.#state;
    if (conflict === null) return;
    this.#set({ access: "editing", conflict: null });
    for (const change of mergeChanges(conflict, sideOf)) document.change(change);
    this.#refresh();
    await this.#forgetDrafts(document.base.revision);
  }

  /**
   * The page is being hidden or closed: whatever the server lacks goes out now, with a point that is still in the hand.
   */
  leavePage = (): void => {
    if (this.#state.access !== "editing") return;
    this.#state.document.commitPreview();
    void this.#sync.flush(true);
  };

  online = (): void => {
    this.#sync.retryNow();
  };

  /**
   * The person goes elsewhere in the application. What is unsent goes out; a review, and a task on which nothing was
   * done, is given back to the others.
   */
  leave(): void {
    const { access, document } = this.#state;
    document.commitPreview();
    const { token } = this.#lease;
    if (access === "editing" && token !== null) {
      const { task, initial } = this.#assignment;
      const untouched = document.operations.length === 0 && document.base.revision === initial.number;
      if (untouched || task.state === "in_review") {
        void this.ports.api.release(this.taskId, token).catch(() => undefined);
      } else void this.#sync.flush(true);
    }
    this.dispose();
  }

  /** Stops all traffic. Unsent operations stay in the browser; the lease runs out by itself. */
  dispose(): void {
    this.#stop();
    this.#listeners.clear();
  }

  #begin(assignment: Assignment): void {
    this.#beganAt = new Date();
    this.#lease.renewed(assignment.lease);
    this.#releaseTab = this.ports.tabs.claim(this.ports.userId, this.taskId, () => this.#lose("other-tab"));
    this.#lease.start(() => this.#state.access === "editing");
    if (this.#state.access === "editing") this.#sync.start();
  }

  #newSync(document: AnnotationDocument): DraftSync {
    const { api, store, userId } = this.ports;
    const taskId = this.#assignment.task.id;
    const sync = new DraftSync({
      document,
      keepInBrowser: (current) => {
        const { base, operations, past } = current;
        const draft = { userId, taskId, baseRevision: base.revision, operations, past, inHand: current.inHand() };
        return store.write({ ...draft, updatedAt: Date.now() });
      },
      sendToServer: async ({ base, operations }, keepalive) => {
        const body = { base_revision: base.revision, operations: operationsToApi(operations) };
        const saved = await api.putDraft(taskId, this.#credentials(), body, keepalive);
        this.#lease.renewed(saved.lease);
        if (this.#state.problem !== null) this.#set({ problem: null });
        return new Date(saved.saved_at);
      },
      onState: () => this.#refresh(),
      onRefused: (error) => void this.#refused(error),
    });
    const { draft } = this.#assignment;
    const newestOnServer = draft?.operations.at(-1)?.op_id;
    if (draft !== null && newestOnServer !== undefined && draft.base_revision === document.base.revision) {
      sync.confirmServer(newestOnServer, new Date(draft.updated_at));
    }
    return sync;
  }

  #credentials(): WriteCredentials {
    const { token } = this.#lease;
    if (token === null) throw new Error("no lease on this task");
    return { leaseToken: token, etag: this.#etag };
  }

  /** Runs a write with the drafts at rest. Resolves false when the server refused; the state says why. */
  async #write(send: (credentials: WriteCredentials) => Promise<void>): Promise<boolean> {
    if (this.#state.access !== "editing" || this.#state.busy) return false;
    this.#set({ busy: true, problem: null });
    await this.#sync.pause();
    try {
      await send(this.#credentials());
      return true;
    } catch (error) {
      await this.#refused(error);
      return false;
    } finally {
      this.#set({ busy: false });
      this.#sync.resume();
    }
  }

  async #end(send: (credentials: WriteCredentials) => Promise<void>): Promise<boolean> {
    const done = await this.#write(send);
    if (!done) return false;
    this.#stop();
    this.#set({ access: "ended" });
    await this.#forgetDrafts();
    return true;
  }

  async #refused(error: unknown): Promise<void> {
    if (isProblem(error, "lease-lost")) this.#lose("lease-lost");
    else if (isProblem(error, "stale-revision")) await this.#reopen("always");
    else if (isTransient(error)) {
      this.#set({ problem: strings().session.notThrough(problemText(error)) });
    } else this.#set({ problem: problemText(error) });
  }

  async #reopen(ask: "on-conflict" | "always"): Promise<void> {
    const before = this.#state.document;
    before.commitPreview();
    const { base, operations, past } = before;
    const page: Log = { origin: "page", baseRevision: base.revision, operations, past };
    this.#stop();
    try {
      await this.#goOn(await this.ports.api.lease(this.taskId), [page], ask);
    } catch (error) {
      this.#set({ access: "lease-lost", problem: problemText(error) });
    }
  }

  /** Goes on with a fresh lease, and with all that is kept of this person's unsaved work; `logs` come first. */
  async #goOn(assignment: Assignment, logs: Log[], ask: "on-conflict" | "always"): Promise<void> {
    const all = [...logs, ...(await keptLogs(assignment, this.ports))];
    const opened = await reconcile(assignment, all, this.ports.api, ask);
    this.#sync.dispose();
    this.#assignment = assignment;
    this.#etag = assignment.etag;
    this.#sync = this.#newSync(opened.document);
    const access = opened.conflict === null ? "editing" : "conflict";
    this.#set({ ...opened, access, problem: null, comments: assignment.comments });
    this.#begin(assignment);
    this.#refresh();
  }

  #worked(): WorkedFromTo {
    return { began_at: this.#beganAt.toISOString(), ended_at: new Date().toISOString() };
  }

  #lose(access: "lease-lost" | "other-tab"): void {
    const { document } = this.#state;
    // The newer tab has its own idea of the draft; without one, what is in the hand is kept like the rest.
    if (access === "other-tab") document.cancelPreview();
    else document.commitPreview();
    this.#stop();
    this.#set({ access });
  }

  #stop(): void {
    this.#sync.dispose();
    this.#releaseTab?.();
    this.#releaseTab = null;
    this.#lease.stop();
  }

  async #forgetDrafts(except?: number): Promise<void> {
    // A draft that cannot be removed is recognised as saved when it is next read.
    await this.ports.store.remove(this.ports.userId, this.taskId, except).catch(() => undefined);
  }

  #refresh(): void {
    const { document, conflict } = this.#state;
    const { revision } = document.base;
    if (this.#state.browserRefuses !== this.#sync.browserFailed) this.#set({ browserRefuses: this.#sync.browserFailed });
    if (conflict !== null) this.#set({ saveState: { where: "unmerged", revision } });
    else if (document.operations.length === 0) this.#set({ saveState: { where: "revision", revision } });
    else this.#set({ saveState: this.#sync.kept });
  }

  #set(change: Partial<SessionState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
