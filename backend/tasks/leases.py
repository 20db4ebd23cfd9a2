"""Leases: who works on a task right now. Taken in one SQL statement, renewed by edits, and gone when they expire.

Two people never hold one task: on PostgreSQL the statement locks its row and skips locked ones, on SQLite writers queue.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import compare_digest
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, text, update
from sqlalchemy.orm import Session, aliased

from backend.accounts.service import sha256_of
from backend.db import now
from backend.problems import Conflict
from backend.projects.tables import QueueOrder
from backend.settings import new_secret
from backend.tasks.pairs import rests_by
from backend.tasks.tables import BARRED, ReviewOrder, Task, TaskSkip


class LeaseLost(Conflict):
    """The sender no longer holds the task. What was sent is kept as the sender's draft."""

    code = "lease-lost"
    title = "Somebody else has this task now, or it was given back"
    keeps_changes = True


@dataclass(frozen=True)
class Lease:
    """`token` is the secret that every write on the task must carry."""

    token: str
    expires_at: datetime
    seconds: int


# The partial indexes' own condition, word for word, so that both databases' planners can prove that they apply.
_OPEN = text("tasks.state IN ('ready', 'in_progress')")
_IN_REVIEW = text("tasks.state = 'in_review'")


def _lapsed(time: datetime) -> ColumnElement[bool]:
    return or_(Task.lease_expires_at.is_(None), Task.lease_expires_at < time)


def _take(session: Session, candidates: Select[Any], user_id: int, seconds: int) -> tuple[int, Lease] | None:
    """Leases the first of `candidates` (a select of Task.id), in one statement."""
    lease = Lease(new_secret(), now() + timedelta(seconds=seconds), seconds)
    first = candidates.limit(1).with_for_update(skip_locked=True, of=Task).scalar_subquery()
    taken = session.execute(
        update(Task)
        .where(Task.id == first)
        .values(
            lease_user_id=user_id,
            lease_token_sha256=sha256_of(lease.token),
            lease_expires_at=lease.expires_at,
            updated_at=now(),
        )
        .returning(Task.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    return None if taken is None else (taken, lease)


# Each is an index: smaller comes first. Photos of equal standing come as they were imported.
_ORDERS: dict[QueueOrder, tuple[Any, ...]] = {
    "import": (Task.priority, Task.id),
    "least_doubtful": (Task.doubt, Task.priority, Task.id),
}


def _candidates(project_id: int, user_id: int) -> tuple[Select[Any], Select[Any], Select[Any]]:
    """Selects of Task.id, in the order in which this person is to do them: begun, sent back to them, free for anybody."""
    time = now()
    mine = select(Task.id).where(
        Task.lease_user_id == user_id, Task.project_id == project_id, Task.state == "in_progress"
    )
    sent_back = select(Task.id).where(
        Task.reserved_for == user_id, Task.project_id == project_id, Task.state == "ready"
    )
    skipped = exists().where(TaskSkip.task_id == Task.id, TaskSkip.user_id == user_id)
    queue = select(Task.id).where(
        Task.project_id == project_id,
        _OPEN,
        or_(Task.state == "ready", _lapsed(time)),
        or_(Task.reserved_for.is_(None), Task.reserved_until < time),
        ~skipped,
    )
    return mine, sent_back, queue


def take_next(
    session: Session, project_id: int, user_id: int, seconds: int, order: QueueOrder = "import"
) -> tuple[int, Lease] | None:
    """The task that this person should do now: their own unfinished one, one sent back to them, else the queue's first.

    `order` is the queue's alone: work that was begun comes before it in every order.

    The state is the caller's to change, in the same transaction: here only the lease is taken.
    """
    mine, sent_back, queue = _candidates(project_id, user_id)
    for candidates in (mine.order_by(Task.id), sent_back.order_by(Task.id), queue.order_by(*_ORDERS[order])):
        taken = _take(session, candidates, user_id, seconds)
        if taken is not None:
            return taken
    return None


@dataclass(frozen=True)
class OwnWork:
    """How much of a project waits for one person: begun, sent back to them (the first one's task), and ready but skipped."""

    begun: int
    sent_back: int
    first_sent_back: int | None
    skipped: int


def own_work(session: Session, project_id: int, user_id: int) -> OwnWork:
    mine, sent_back, _ = _candidates(project_id, user_id)
    # From the few skips to their tasks: SQLite would else begin with all that are ready.
    skipped = select(TaskSkip.task_id).where(
        TaskSkip.user_id == user_id,
        # A bar is nobody's skip, and tells of a second label.
        TaskSkip.reason != BARRED,
        exists().where(Task.id == TaskSkip.task_id, Task.project_id == project_id, Task.state == "ready"),
    )

    def count(found: Select[Any]) -> int:
        return session.scalar(select(func.count()).select_from(found.subquery())) or 0

    first = session.scalar(sent_back.order_by(Task.id).limit(1))
    return OwnWork(count(mine), count(sent_back), first, count(skipped))


def look_ahead(
    session: Session, project_id: int, user_id: int, order: QueueOrder = "import", besides: int | None = None
) -> int | None:
    """The task that this person will probably get once they are done with task `besides`; nothing is taken.

    Of the queue, everybody at work now is shown a share of their own, by the task's id: two people who prepare for what
    comes next do not prepare for the same photo, and what is left of the shares when somebody comes or goes is settled
    by whoever takes a task first.
    """
    mine, sent_back, queue = _candidates(project_id, user_id)
    free = queue.where(or_(Task.state == "ready", Task.lease_user_id != user_id)).order_by(*_ORDERS[order])
    leased = select(Task.lease_user_id).where(
        Task.project_id == project_id, Task.state == "in_progress", Task.lease_expires_at >= now()
    )
    at_work = {holder for holder in session.scalars(leased.distinct()) if holder is not None}
    people = sorted(at_work | {user_id})
    share = free.where(Task.id % len(people) == people.index(user_id))
    for candidates in (mine.order_by(Task.id), sent_back.order_by(Task.id), share, free):
        if besides is not None:
            candidates = candidates.where(Task.id != besides)
        found = session.scalar(candidates.limit(1))
        if found is not None:
            return found
    return None


def _knows_the_other(user_id: int) -> ColumnElement[bool]:
    """Whether this is a second label that must not be this person's: the queue's no holds by hand, too."""
    rests = aliased(Task)
    barred = exists().where(TaskSkip.task_id == Task.id, TaskSkip.user_id == user_id)
    return and_(exists().where(rests.kept_beside == Task.id), barred)


def take_task(session: Session, task_id: int, user_id: int, seconds: int) -> Lease | None:
    """This very task, when it is free for this person; None when it is not.

    Free are: ready ones, their own in_progress ones, lapsed ones, and their own submission while nobody reviews it.
    """
    time = now()
    reserved = Task.reserved_for
    free = or_(
        and_(Task.state == "ready", or_(reserved.is_(None), reserved == user_id, Task.reserved_until < time)),
        and_(Task.state == "in_progress", or_(Task.lease_user_id == user_id, _lapsed(time))),
        and_(Task.state == "in_review", Task.annotator_id == user_id, _lapsed(time)),
    )
    wanted = select(Task.id).where(Task.id == task_id, free, Task.kept_beside.is_(None), ~_knows_the_other(user_id))
    taken = _take(session, wanted, user_id, seconds)
    return None if taken is None else taken[1]


# Each is an index. Those on which nobody was asked for a second opinion come last in the second one.
_REVIEW_ORDERS: dict[ReviewOrder, tuple[Any, ...]] = {
    "oldest": (Task.submitted_at, Task.id),
    "most_disagreement": (Task.agreement, Task.submitted_at, Task.id),
}


def take_next_review(
    session: Session, project_id: int, user_id: int, seconds: int, *, own_work: bool, order: ReviewOrder = "oldest"
) -> tuple[int, Lease] | None:
    """The first task that waits for a review; one's own submissions only when `own_work` (admins of small teams)."""
    time = now()
    queue = select(Task.id).where(
        Task.project_id == project_id,
        _IN_REVIEW,
        or_(_lapsed(time), Task.lease_user_id == user_id),
        Task.kept_beside.is_(None),
    )
    if not own_work:
        queue = queue.where(Task.annotator_id != user_id, ~rests_by(user_id))
    return _take(session, queue.order_by(*_REVIEW_ORDERS[order]), user_id, seconds)


def holds(task: Task, user_id: int, token: str) -> bool:
    """Whether this token is the task's present lease. An expired one that nobody took over still counts."""
    return (
        task.lease_user_id == user_id
        and task.lease_token_sha256 is not None
        and compare_digest(task.lease_token_sha256, sha256_of(token))
    )


def renew(task: Task, token: str, seconds: int) -> Lease:
    task.lease_expires_at = now() + timedelta(seconds=seconds)
    return Lease(token, task.lease_expires_at, seconds)


def end(task: Task) -> None:
    task.lease_user_id = task.lease_token_sha256 = task.lease_expires_at = None
