/** The requests that a task under work needs, as one object so that tests can stand in for the server. */
import { api, maybe, must } from "../../api/client";
import { isProblem } from "../../api/problem";
import { signInGate } from "../../api/signInGate";
import type { ReviewOrder } from "../../api/types";
import type { Assignment, Comment, CommentCreate, DraftSaved, Lease, Operation, Painting, Revision, Saved } from "./apiTypes";

/** What every write on a task under lease carries. */
export interface WriteCredentials {
  readonly leaseToken: string;
  readonly etag: string;
}

/** By the clock that stamps operations, ISO 8601: active seconds count from the first to the last. */
export interface WorkedFromTo {
  readonly began_at: string;
  readonly ended_at: string;
}

export interface Verdict {
  readonly verdict: "approved" | "rejected";
  /** Of two labels of the photo, the one that rests beside the task is approved. */
  readonly preferOther: boolean;
}

export interface TaskApi {
  nextTask(projectId: number): Promise<Assignment | null>;
  /** What `nextTask` will probably give after `taskId`, without a lease. */
  lookAhead(projectId: number, taskId: number): Promise<Assignment | null>;
  nextReview(projectId: number, order: ReviewOrder): Promise<Assignment | null>;
  /** Takes this very task, or takes it again. */
  lease(taskId: number): Promise<Assignment>;
  /** Without a lease. */
  view(taskId: number): Promise<Assignment>;
  renew(taskId: number, leaseToken: string): Promise<Lease>;
  release(taskId: number, leaseToken: string): Promise<void>;
  revision(taskId: number, number: number): Promise<Revision>;
  /** What is painted by hand at a revision. */
  painting(taskId: number, number: number): Promise<Painting>;
  putDraft(
    taskId: number,
    credentials: WriteCredentials,
    draft: { base_revision: number; operations: Operation[] },
    keepalive: boolean,
  ): Promise<DraftSaved>;
  save(taskId: number, credentials: WriteCredentials, operations: Operation[], worked: WorkedFromTo): Promise<Saved>;
  submit(taskId: number, credentials: WriteCredentials, operations: Operation[], worked: WorkedFromTo): Promise<void>;
  skip(taskId: number, credentials: WriteCredentials, reason: string): Promise<void>;
  review(
    taskId: number,
    credentials: WriteCredentials,
    verdict: Verdict,
    comments: CommentCreate[],
  ): Promise<void>;
  /** Has somebody else label the photo from the start. */
  askSecondLabel(taskId: number, leaseToken: string): Promise<void>;
  /** Takes that back, while nobody has opened it. */
  withdrawSecondLabel(taskId: number): Promise<void>;
  resolveComment(taskId: number, commentId: number): Promise<Comment>;
}

/** Signing in again and again does not help a request that is refused for another reason. */
const SIGN_INS = 3;

/** Tries again after a sign-in when an ended session is what stands in the way. */
async function signedIn<T>(call: () => Promise<T>): Promise<T> {
  for (let left = SIGN_INS; ; left -= 1) {
    try {
      return await call();
    } catch (error) {
      if (left === 0 || !isProblem(error) || error.status !== 401) throw error;
      await signInGate.signedIn();
    }
  }
}

function headersOf({ leaseToken, etag }: WriteCredentials) {
  return { "X-Lease-Token": leaseToken, "If-Match": etag };
}

/** Browsers refuse a request that outlives its page with a body above 64 KiB; below it, with room for headers. */
const KEEPALIVE_BYTES = 60_000;

export const taskApi: TaskApi = {
  nextTask: (projectId) =>
    signedIn(() =>
      maybe(api.POST("/api/v1/projects/{project_id}/tasks/next", { params: { path: { project_id: projectId } } })),
    ),
  lookAhead: (projectId, taskId) =>
    maybe(
      api.GET("/api/v1/projects/{project_id}/tasks/next", {
        params: { path: { project_id: projectId }, query: { besides: taskId } },
      }),
    ),
  nextReview: (projectId, order) =>
    signedIn(() =>
      maybe(
        api.POST("/api/v1/projects/{project_id}/reviews/next", {
          params: { path: { project_id: projectId }, query: { order } },
        }),
      ),
    ),
  lease: (taskId) =>
    signedIn(() => must(api.POST("/api/v1/tasks/{task_id}/lease", { params: { path: { task_id: taskId } } }))),
  view: (taskId) => signedIn(() => must(api.GET("/api/v1/tasks/{task_id}", { params: { path: { task_id: taskId } } }))),
  renew: (taskId, leaseToken) =>
    signedIn(() =>
      must(
        api.POST("/api/v1/tasks/{task_id}/lease/renew", {
          params: { path: { task_id: taskId }, header: { "X-Lease-Token": leaseToken } },
        }),
      ),
    ),
  release: async (taskId, leaseToken) => {
    await api.DELETE("/api/v1/tasks/{task_id}/lease", {
      params: { path: { task_id: taskId }, header: { "X-Lease-Token": leaseToken } },
      keepalive: true,
    });
  },
  revision: (taskId, number) =>
    signedIn(() =>
      must(api.GET("/api/v1/tasks/{task_id}/revisions/{number}", { params: { path: { task_id: taskId, number } } })),
    ),
  painting: (taskId, number) =>
    signedIn(() =>
      must(
        api.GET("/api/v1/tasks/{task_id}/revisions/{number}/painting", { params: { path: { task_id: taskId, number } } }),
      ),
    ),
  putDraft: (taskId, credentials, draft, keepalive) =>
    signedIn(() =>
      must(
        api.PUT("/api/v1/tasks/{task_id}/draft", {
          params: { path: { task_id: taskId }, header: headersOf(credentials) },
          body: draft,
          keepalive: keepalive && JSON.stringify(draft).length < KEEPALIVE_BYTES,
        }),
      ),
    ),
  save: (taskId, credentials, operations, worked) =>
    signedIn(() =>
      must(
        api.POST("/api/v1/tasks/{task_id}/revisions", {
          params: { path: { task_id: taskId }, header: headersOf(credentials) },
          body: { operations, ...worked },
        }),
      ),
    ),
  submit: async (taskId, credentials, operations, worked) => {
    await signedIn(() =>
      api.POST("/api/v1/tasks/{task_id}/submit", {
        params: { path: { task_id: taskId }, header: headersOf(credentials) },
        body: { operations, ...worked },
      }),
    );
  },
  skip: async (taskId, credentials, reason) => {
    await signedIn(() =>
      api.POST("/api/v1/tasks/{task_id}/skip", {
        params: { path: { task_id: taskId }, header: headersOf(credentials) },
        body: { reason },
      }),
    );
  },
  review: async (taskId, credentials, { verdict, preferOther }, comments) => {
    await signedIn(() =>
      api.POST("/api/v1/tasks/{task_id}/reviews", {
        params: { path: { task_id: taskId }, header: headersOf(credentials) },
        body: { verdict, comments, prefer_other: preferOther },
      }),
    );
  },
  askSecondLabel: async (taskId, leaseToken) => {
    await signedIn(() =>
      api.POST("/api/v1/tasks/{task_id}/second-label", {
        params: { path: { task_id: taskId }, header: { "X-Lease-Token": leaseToken } },
      }),
    );
  },
  withdrawSecondLabel: async (taskId) => {
    await signedIn(() =>
      api.DELETE("/api/v1/tasks/{task_id}/second-label", { params: { path: { task_id: taskId } } }),
    );
  },
  resolveComment: (taskId, commentId) =>
    signedIn(() =>
      must(
        api.POST("/api/v1/tasks/{task_id}/comments/{comment_id}/resolve", {
          params: { path: { task_id: taskId, comment_id: commentId } },
        }),
      ),
    ),
};
