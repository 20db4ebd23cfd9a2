"""Landmark revisions and drafts: what is saved is appended, what is refused is kept, nothing is overwritten."""

from collections.abc import Sequence

import numpy as np
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from backend.accounts.access import Principal
from backend.annotations.operations import (
    Operation,
    active_seconds,
    count_corrected,
    replay,
    untouched,
)
from backend.annotations.revision_views import origins_of, revision_view
from backend.annotations.schemas import OperationsBody
from backend.annotations.stored_painting import check_paint, painting_after
from backend.annotations.tables import Draft, LabelMap, LandmarkRevision, Source
from backend.blobs import BlobStore
from backend.db import now
from backend.insights.service import note_work
from backend.jobs.service import enqueue
from backend.jobs.tables import Job
from backend.problems import Invalid, NotFound, Problem
from backend.projects.tables import Project
from backend.tasks import leases
from backend.tasks.leases import Lease, LeaseLost
from backend.tasks.service import check_lease, move
from backend.tasks.tables import Task
from ml.schema import N_POINTS

# Longer numbers fit no revision, and no column.
MAX_ETAG_DIGITS = 9


class StaleRevision(Problem):
    """The write starts from a revision that is no longer the newest. What was sent is kept as the sender's draft."""

    status = 412
    code = "stale-revision"
    title = "The task has a newer revision than yours"
    keeps_changes = True


class PreconditionMissing(Problem):
    status = 428
    code = "precondition-missing"
    title = "If-Match is missing"


def etag_of(task: Task) -> str:
    return f'"{task.head_number}"'


def parse_etag(header: str | None) -> int:
    if header is None:
        raise PreconditionMissing('Send If-Match with the etag that you were given, like "3".')
    number = header.strip().removeprefix("W/").strip('"')
    if not (number.isdecimal() and len(number) <= MAX_ETAG_DIGITS):
        raise Invalid(f'If-Match must be the etag of the task, like "3", not {header}.')
    return int(number)


def get_revision(session: Session, task_id: int, number: int) -> LandmarkRevision:
    statement = select(LandmarkRevision).where(LandmarkRevision.task_id == task_id, LandmarkRevision.number == number)
    revision = session.scalar(statement)
    if revision is None:
        raise NotFound(f"Task {task_id} has no revision {number}.")
    return revision


def head_of(session: Session, task: Task) -> LandmarkRevision:
    """The newest revision. NotFound while the task has none (its prelabel job has not run)."""
    return get_revision(session, task.id, task.head_number)


def initial_of(session: Session, task: Task) -> LandmarkRevision:
    """The proposal that people started from: the newest revision without an author."""
    statement = (
        select(LandmarkRevision)
        .where(LandmarkRevision.task_id == task.id, LandmarkRevision.author_id.is_(None))
        .order_by(LandmarkRevision.number.desc())
        .limit(1)
    )
    return session.scalars(statement).one()


def list_revisions(session: Session, task_id: int) -> list[LandmarkRevision]:
    statement = select(LandmarkRevision).where(LandmarkRevision.task_id == task_id).order_by(LandmarkRevision.number)
    return list(session.scalars(statement))


def _source_of(model_version_id: int | None, shipped_sha256: str | None, *, imported: bool) -> Source:
    if imported:
        return "imported"
    return "model" if model_version_id is not None else "shipped" if shipped_sha256 else "mean_face"


def propose(
    session: Session,
    task: Task,
    points: np.ndarray,
    *,
    confidence: np.ndarray | None,
    model_version_id: int | None,
    shipped_sha256: str | None = None,
    doubt: float = 0.0,
    imported: bool = False,
) -> LandmarkRevision | None:
    """Appends a machine's proposal to a task that nobody has opened; None (and no change) when somebody has.

    Without a version and without the shipped weights' SHA-256 it is the mean face's, unless the points were `imported`
    with the photo. `doubt` is what the queue may be ordered by.
    """
    if task.opened:
        return None
    revision = LandmarkRevision(
        task_id=task.id,
        number=task.head_number + 1,
        parent=task.head_number or None,
        source=_source_of(model_version_id, shipped_sha256, imported=imported),
        model_version_id=model_version_id,
        shipped_sha256=shipped_sha256,
        points=points,
        visibility=np.full(N_POINTS, 2, np.uint8),
        confidence=confidence,
        origins=untouched(),
        operations=[],
    )
    session.add(revision)
    task.head_number = revision.number
    task.doubt = doubt
    if task.state == "pending":
        move(session, task, "ready", "task.ready", None)
    return revision


def get_draft(session: Session, task_id: int, user_id: int) -> Draft | None:
    return session.get(Draft, (task_id, user_id))


def keep_draft(
    session: Session, task_id: int, user_id: int, base_revision: int, operations: Sequence[Operation]
) -> Draft:
    """Replaces this person's draft of the task. Idempotent: the whole list travels every time."""
    draft = session.get(Draft, (task_id, user_id))
    if draft is None:
        draft = Draft(task_id=task_id, user_id=user_id)
        session.add(draft)
    draft.base_revision = base_revision
    draft.operations = [operation.model_dump(mode="json") for operation in operations]
    draft.updated_at = now()
    return draft


def save_draft(
    session: Session,
    task: Task,
    caller: Principal,
    token: str,
    if_match: int,
    base_revision: int,
    operations: Sequence[Operation],
) -> tuple[Draft, Lease]:
    """Keeps unsaved operations on the server and renews the lease; kept even when the lease is gone."""
    check_paint(session, task, operations)
    draft = keep_draft(session, task.id, caller.user_id, base_revision, operations)
    project = check_lease(session, task, caller, token, "in_progress")
    if if_match != task.head_number:
        raise _stale(session, task)
    return draft, leases.renew(task, token, project.lease_seconds)


def save_revision(
    session: Session,
    blobs: BlobStore,
    task: Task,
    caller: Principal,
    token: str,
    if_match: int,
    work: OperationsBody,
) -> tuple[LandmarkRevision, Lease]:
    """Appends a revision made of the operations on revision `if_match`, and renews the lease.

    A repeated request (same last op_id on the same base) gets the revision of the first one.
    """
    project = _check_write(session, task, caller, token, if_match, work.operations)
    revision = _append(session, blobs, task, caller, work)
    session.execute(delete(Draft).where(Draft.task_id == task.id, Draft.user_id == caller.user_id))
    return revision, leases.renew(task, token, project.lease_seconds)


def submit(
    session: Session,
    blobs: BlobStore,
    task: Task,
    caller: Principal,
    token: str,
    if_match: int,
    work: OperationsBody,
) -> LandmarkRevision:
    """Saves, hands the task to the fitting job, and ends the lease. A repeated submission changes nothing."""
    if _was_submitted(session, task, caller, if_match, work.operations):
        return head_of(session, task)
    _check_write(session, task, caller, token, if_match, work.operations)
    revision = _append(session, blobs, task, caller, work)
    session.execute(delete(Draft).where(Draft.task_id == task.id, Draft.user_id == caller.user_id))
    # A look that changed nothing makes no revision that could say how long it took.
    looked = 0.0 if work.operations else active_seconds([], work.began_at, work.ended_at)
    _note_submission(session, task, caller, revision, looked)
    task.annotator_id, task.submitted_at = caller.user_id, now()
    task.reserved_for = task.reserved_until = None
    leases.end(task)
    move(session, task, "fitting", "task.submitted", caller.user_id, revision=revision.number)
    fit_later(session, task, revision)
    return revision


def fit_later(session: Session, task: Task, revision: LandmarkRevision) -> Job:
    return enqueue(
        session,
        "fitting",
        task.project_id,
        {"task_id": task.id, "revision_id": revision.id},
        # SQLite may give the id of a withdrawn label's revision to another, but never that of its task.
        f"fitting:{task.id}:{revision.id}",
    )


def _check_write(
    session: Session, task: Task, caller: Principal, token: str, if_match: int, operations: Sequence[Operation]
) -> Project:
    """Refuses a stale or leaseless write, after keeping its operations as a draft."""
    check_paint(session, task, operations)
    try:
        project = check_lease(session, task, caller, token, "in_progress")
    except LeaseLost:
        if operations:
            keep_draft(session, task.id, caller.user_id, if_match, operations)
        raise
    if if_match != task.head_number and not _is_repeat(session, task, caller, if_match, operations):
        if operations:
            keep_draft(session, task.id, caller.user_id, if_match, operations)
        raise _stale(session, task)
    return project


def _stale(session: Session, task: Task) -> StaleRevision:
    return StaleRevision(
        f"The newest revision is {task.head_number}. Your operations are kept as a draft: merge them and send again.",
        current=revision_view(session, head_of(session, task)),
    )


def _is_repeat(session: Session, task: Task, caller: Principal, if_match: int, operations: Sequence[Operation]) -> bool:
    """Whether the head is what this very request made when it came the first time."""
    head = head_of(session, task)
    return (
        bool(operations)
        and head.author_id == caller.user_id
        and head.parent == if_match
        and head.last_op_id == str(operations[-1].op_id)
    )


def _was_submitted(
    session: Session, task: Task, caller: Principal, if_match: int, operations: Sequence[Operation]
) -> bool:
    if task.state not in ("fitting", "in_review", "approved") or task.annotator_id != caller.user_id:
        return False
    same_head = not operations and if_match == task.head_number
    return same_head or _is_repeat(session, task, caller, if_match, operations)


def _append(
    session: Session, blobs: BlobStore, task: Task, caller: Principal, work: OperationsBody
) -> LandmarkRevision:
    head, operations = head_of(session, task), work.operations
    if not operations or head.last_op_id == str(operations[-1].op_id):
        return head
    for operation in operations:
        if operation.base_revision > head.number:
            raise Invalid(f"Operation {operation.op_id} starts from revision {operation.base_revision}, not yet there.")
    points, visibility, origins = replay(head.points, head.visibility, origins_of(session, head), operations)
    revision = LandmarkRevision(
        task_id=task.id,
        number=head.number + 1,
        parent=head.number,
        source="annotator",
        author_id=caller.user_id,
        points=points,
        visibility=visibility,
        origins=origins,
        painting_sha256=painting_after(session, blobs, task, head, operations),
        operations=[operation.model_dump(mode="json") for operation in operations],
        last_op_id=str(operations[-1].op_id),
        active_seconds=active_seconds(operations, work.began_at, work.ended_at),
        corrected_points=count_corrected(points, initial_of(session, task).points, origins),
    )
    session.add(revision)
    session.flush()
    task.head_number = revision.number
    return revision


def _note_submission(
    session: Session, task: Task, caller: Principal, revision: LandmarkRevision, looked: float
) -> None:
    """Counts a submission, and `looked` seconds that are in no revision.

    A task that comes again after a rejection adds only what was done since, and no new label.
    """
    before = task.submitted_at
    mine = LandmarkRevision.task_id == task.id, LandmarkRevision.author_id == caller.user_id
    seconds = select(func.coalesce(func.sum(LandmarkRevision.active_seconds), 0.0)).where(*mine)
    corrected = revision.corrected_points
    if before is not None:
        seconds = seconds.where(LandmarkRevision.created_at > before)
        submitted_then = (
            select(LandmarkRevision.corrected_points)
            .where(LandmarkRevision.task_id == task.id, LandmarkRevision.created_at <= before)
            .order_by(LandmarkRevision.number.desc())
            .limit(1)
        )
        corrected -= session.scalar(submitted_then) or 0
    note_work(
        session,
        task.project_id,
        caller.user_id,
        submitted=int(before is None),
        corrected_points=corrected,
        active_seconds=(session.scalar(seconds) or 0.0) + looked,
    )


def label_map_of(session: Session, task: Task, number: int | None = None) -> LabelMap | None:
    """The label map of the task's newest revision, or of revision `number`; None while it is not drawn."""
    statement = (
        select(LabelMap)
        .join(LandmarkRevision, LandmarkRevision.id == LabelMap.revision_id)
        .where(LandmarkRevision.task_id == task.id, LandmarkRevision.number == (number or task.head_number))
    )
    return session.scalar(statement)


def newest_label_map(session: Session, task: Task) -> tuple[LabelMap, int] | None:
    """The newest label map of the task, and the number of its revision; None while none was ever drawn."""
    statement = (
        select(LabelMap, LandmarkRevision.number)
        .join(LandmarkRevision, LandmarkRevision.id == LabelMap.revision_id)
        .where(LandmarkRevision.task_id == task.id)
        .order_by(LandmarkRevision.number.desc())
        .limit(1)
    )
    found = session.execute(statement).first()
    return (found[0], found[1]) if found else None
