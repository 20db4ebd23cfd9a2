import { useQueryClient, type QueryClient, type QueryKey } from "@tanstack/react-query";
import { useEffect, useEffectEvent } from "react";
import { keys } from "./keys";
import { API_BASE } from "./client";
import type { components } from "./schema";

export const EVENT_KINDS = [
  "photo.imported",
  "import.progress",
  "task.ready",
  "task.leased",
  "task.submitted",
  "task.in_review",
  "task.approved",
  "task.rejected",
  "task.skipped",
  "job.started",
  "job.progress",
  "job.succeeded",
  "job.failed",
  "model.ready",
  "model.promoted",
  "baseline.ready",
  "baseline.activated",
  "snapshot.ready",
] as const;

export type EventKind = (typeof EVENT_KINDS)[number];

/** One line of a project's event log, of a kind that this version knows. */
export type ProjectEvent = components["schemas"]["EventView"] & { kind: EventKind };

/** The event in a message's data, or null for a keep-alive and for kinds that this version does not know. */
export function parseEvent(data: string): ProjectEvent | null {
  try {
    const value = JSON.parse(data) as Partial<ProjectEvent> | null;
    const known = value !== null && EVENT_KINDS.some((kind) => kind === value.kind);
    return known && typeof value.project_id === "number" ? (value as ProjectEvent) : null;
  } catch {
    return null;
  }
}

/** The cached answers that an event makes stale. */
export function staleKeys(event: Pick<ProjectEvent, "kind" | "project_id" | "subject">): QueryKey[] {
  const id = event.project_id;
  const room = event.kind.slice(0, event.kind.indexOf("."));
  switch (room) {
    case "photo":
      return [keys.detail(id), keys.photos(id), keys.insights(id)];
    case "import":
      return [keys.imports(id)];
    case "task": {
      const stale: QueryKey[] = [keys.detail(id), keys.photos(id), keys.insights(id)];
      if (event.subject?.type === "task") stale.push(keys.task(id, event.subject.id));
      return stale;
    }
    case "job":
      return event.kind === "job.progress" ? [keys.jobs(id)] : [keys.jobs(id), keys.imports(id)];
    case "model":
      return [keys.models(id), keys.detail(id), keys.insights(id)];
    case "baseline":
      return [keys.baselines(id)];
    case "snapshot":
      return [keys.snapshots(id)];
    default:
      return [];
  }
}

/** Collects stale keys and refreshes each once a window, however many events name it. */
export class Invalidator {
  #pending = new Map<string, QueryKey>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly client: Pick<QueryClient, "invalidateQueries">,
    private readonly windowMs = 500,
  ) {}

  add(event: ProjectEvent): void {
    for (const key of staleKeys(event)) this.#pending.set(JSON.stringify(key), key);
    if (this.#pending.size > 0) this.#timer ??= setTimeout(() => this.#flush(), this.windowMs);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#pending.clear();
  }

  #flush(): void {
    this.#timer = null;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const queryKey of pending) void this.client.invalidateQueries({ queryKey });
  }
}

/**
 * Follows a project's event log, refreshing what its events make stale.
 *
 * The browser reconnects by itself and sends Last-Event-ID, so that nothing is missed; it gives up only when the
 * server refuses (a session that has ended), and then a new try follows half a minute later.
 *
 * @param notify called with every event.
 * @returns what ends it.
 */
export function followEvents(
  client: Pick<QueryClient, "invalidateQueries">,
  projectId: number,
  notify: (event: ProjectEvent) => void,
): () => void {
  const invalidator = new Invalidator(client);
  let source: EventSource | null = null;
  let retry: ReturnType<typeof setTimeout> | null = null;

  const receive = (message: MessageEvent<string>): void => {
    const event = parseEvent(message.data);
    if (event === null) return;
    invalidator.add(event);
    notify(event);
  };
  const connect = (isRetry = false): void => {
    const opened = new EventSource(`${API_BASE}/projects/${projectId}/events`);
    opened.onmessage = receive;
    for (const kind of EVENT_KINDS) opened.addEventListener(kind, receive);
    opened.onerror = () => {
      if (opened.readyState === EventSource.CLOSED) retry = setTimeout(() => connect(true), 30_000);
    };
    // The log is told from here on: what happened after a page's answers were given and before that is in neither, so they
    // are asked for again. What a page shows of one task may be costly; it can be stale only after a log that broke off.
    opened.onopen = () =>
      void client.invalidateQueries({
        queryKey: keys.project(projectId),
        predicate: ({ queryKey }) => isRetry || queryKey[2] !== "task",
      });
    source = opened;
  };
  connect();
  return () => {
    if (retry !== null) clearTimeout(retry);
    source?.close();
    invalidator.stop();
  };
}

/**
 * Follows a project's event log while mounted.
 *
 * @param onEvent called with every event, for a page that reacts to one beyond refreshing its data.
 */
export function useProjectEvents(projectId: number, onEvent?: (event: ProjectEvent) => void): void {
  const client = useQueryClient();
  const notify = useEffectEvent((event: ProjectEvent) => onEvent?.(event));

  useEffect(() => followEvents(client, projectId, (event) => notify(event)), [client, projectId]);
}
