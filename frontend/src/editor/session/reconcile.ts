/**
 * What a task looks like when it is opened, or taken again: the server's newest revision, with whatever the page, the
 * browser and the server have kept of this person's unsaved work on it.
 */
import { strings } from "../../strings/strings";
import { AnnotationDocument, type Baseline } from "../core/document";
import { type KeptHistory, NO_HISTORY } from "../core/history";
import {
  comparePaintings,
  compareStates,
  isConflict,
  longerContinuation,
  type PointDifference,
  withoutOvercarrying,
} from "../core/merge";
import { type AnnotationState, applyChange, copyState, type Operation, replay } from "../core/operations";
import { differenceOf, PaintedLayer } from "../core/paintedLayer";
import { pointsFromPairs } from "../core/points";
import { type Assignment, baselineOf, operationsFromApi, type Revision } from "./apiTypes";
import type { DraftStore } from "./draftStore";
import type { TaskApi } from "./taskApi";

/** One record of unsaved work. */
export interface Log {
  readonly origin: "page" | "browser" | "server";
  readonly baseRevision: number;
  readonly operations: readonly Operation[];
  readonly past: KeptHistory;
  /** A drag that had not ended when the page was gone. */
  readonly inHand?: Operation | null;
}

export interface Reconciled {
  readonly document: AnnotationDocument;
  /** Points on which unsaved work on an older revision and the current one disagree; the person has to choose. */
  readonly conflict: readonly PointDifference[] | null;
  /** What happened to unsaved work, where it needs saying. */
  readonly notice: string | null;
}

/** What browser and server have kept of this person's work; without the browser's database, the server alone. */
export async function keptLogs(
  assignment: Assignment,
  { store, userId }: { readonly store: DraftStore; readonly userId: number },
): Promise<Log[]> {
  const drafts = await store.read(userId, assignment.task.id).catch(() => []);
  const logs = drafts.map((draft): Log => ({ origin: "browser", ...draft }));
  const { draft } = assignment;
  if (draft === null) return logs;
  const operations = operationsFromApi(draft.operations);
  return [...logs, { origin: "server", baseRevision: draft.base_revision, operations, past: NO_HISTORY }];
}

/**
 * Builds the document. `logs` come in the order of trust (page, browser, server): where two of them diverge, the first
 * is kept. `api` is asked for an older revision only when there is unsaved work on it. Work that touches none of the
 * points that the newer revision changed is carried over without a question unless `ask` is "always". Nobody is asked
 * about single pixels: what this person painted lies over what others painted meanwhile, and one undo shows theirs.
 */
export async function reconcile(
  assignment: Assignment,
  logs: readonly Log[],
  api: Pick<TaskApi, "revision" | "painting">,
  ask: "on-conflict" | "always" = "on-conflict",
): Promise<Reconciled> {
  const baseline = async (revision: Revision) => baselineOf(revision, await paintingOf(assignment, revision, api));
  const base = await baseline(assignment.revision);
  const initial = pointsFromPairs(assignment.initial.points);
  const current = mergeLogs(logs.filter((log) => log.baseRevision === base.revision));
  const stale = mergeLogs(newestStale(logs, base.revision));
  const open = (operations: readonly Operation[], past: KeptHistory) =>
    new AnnotationDocument({ initial, base, operations, past });

  if (stale === null || stale.operations.length === 0) {
    const document = open(current?.operations ?? [], current?.past ?? NO_HISTORY);
    return { document, conflict: null, notice: current?.diverged ? strings().session.diverged : null };
  }

  const staleBase = await baseline(await api.revision(assignment.task.id, stale.baseRevision));
  const saved = (current?.operations.length ?? 0) === 0 ? savedPart(staleBase, stale.operations, base) : 0;
  if (saved > 0) {
    const { operations, past } = stale;
    const document = new AnnotationDocument({ initial, base: staleBase, operations, past });
    document.advanceBase(base.revision, saved);
    return { document, conflict: null, notice: strings().session.arrived(base.revision) };
  }
  const document = open(current?.operations ?? [], current?.past ?? NO_HISTORY);
  const mine = replay(staleBase, stale.operations);
  const differences = compareStates(staleBase, mine, document.current);
  const painting = comparePaintings(staleBase.painting, mine.painting, document.current.painting);
  const moved = differences.some((difference) => difference.changedByMe);
  if (!moved && painting === null) return { document, conflict: null, notice: null };
  const asked = moved && (ask === "always" || differences.some(isConflict) || document.operations.length > 0);
  const overpainted = painting !== null && painting.bothChanged > 0 ? strings().session.overpainted : null;
  if (asked || document.operations.length > 0) {
    if (painting !== null) document.change({ kind: "paint", payload: painting.mine });
    return { document, conflict: asked ? differences : null, notice: overpainted };
  }
  const notice = overpainted ?? strings().session.carriedOver(base.revision, stale.operations.length);
  return { document: open(rebased(stale.operations, base), NO_HISTORY), conflict: null, notice };
}

async function paintingOf(
  { task }: Assignment,
  { number, painting_url }: Revision,
  api: Pick<TaskApi, "painting">,
): Promise<PaintedLayer> {
  const { width, height } = task.photo;
  return PaintedLayer.of(width, height, painting_url === null ? {} : await api.painting(task.id, number));
}

interface MergedLog {
  readonly baseRevision: number;
  readonly operations: readonly Operation[];
  readonly past: KeptHistory;
  readonly diverged: boolean;
}

function mergeLogs(logs: readonly Log[]): MergedLog | null {
  const [first, ...others] = logs;
  if (first === undefined) return null;
  const hand = logs.find((log) => log.inHand);
  let merged: MergedLog = { ...first, diverged: false };
  for (const log of others) {
    const { operations, verdict } = longerContinuation(merged.operations, log.operations);
    merged = {
      baseRevision: merged.baseRevision,
      operations,
      past: isEmpty(merged.past) ? log.past : merged.past,
      diverged: merged.diverged || verdict === "diverged",
    };
  }
  // Whatever was done after a drag shows that the drag had ended.
  if (hand?.inHand && logs.every((log) => log.origin !== "page") && merged.operations.length === hand.operations.length) {
    return { ...merged, operations: [...merged.operations, hand.inHand] };
  }
  return merged;
}

function isEmpty({ done, undone }: KeptHistory): boolean {
  return done.length + undone.length === 0;
}

/**
 * How many of `operations`, made on `from`, are in the revision `onto` already and make up all of it: then it is this
 * person's own save, whose answer never came. 0 when it is anything else.
 */
function savedPart(from: Baseline, operations: readonly Operation[], onto: Baseline): number {
  const state = copyState(from);
  let saved = 0;
  for (const [index, operation] of operations.entries()) {
    applyChange(state, operation);
    if (compareStates(from, state, onto).length === 0 && samePainting(state, onto)) saved = index + 1;
  }
  return saved;
}

function samePainting({ painting: a }: AnnotationState, { painting: b }: AnnotationState): boolean {
  return differenceOf(a, b, new Set([...a.tiles, ...b.tiles])).pixels() === null;
}

/** The logs with operations on the newest revision before `revision` that has any. */
function newestStale(logs: readonly Log[], revision: number): Log[] {
  const stale = logs.filter((log) => log.baseRevision < revision && (log.operations.length > 0 || log.inHand));
  const newest = Math.max(...stale.map((log) => log.baseRevision));
  return stale.filter((log) => log.baseRevision === newest);
}

function rebased(operations: readonly Operation[], base: Baseline): Operation[] {
  const carriedOver = withoutOvercarrying(operations, base);
  return carriedOver.map((operation) => ({ ...operation, base_revision: base.revision }));
}
