"""Two tasks of one photo: independent labels by two people. One is in force, the other rests beside it (`kept_beside`).

Whoever has a hand in one of them does not see the other, nor that it exists, until one of the two is approved.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from backend.tasks.tables import Task

if TYPE_CHECKING:
    from backend.accounts.access import Principal


@dataclass(frozen=True)
class Pair:
    """`rests` is the label that was there first, until a reviewer prefers it."""

    in_force: Task
    rests: Task


def pair_of(session: Session, task: Task) -> Pair | None:
    if task.kept_beside is not None:
        return Pair(session.get_one(Task, task.kept_beside), task)
    rests = session.scalar(select(Task).where(Task.kept_beside == task.id))
    return None if rests is None else Pair(task, rests)


def put_in_force(session: Session, task: Task, instead_of: Task) -> None:
    """`instead_of` rests from now on. Flushes after every step: no photo may have two tasks in force at any time."""
    instead_of.kept_beside = task.id
    session.flush()
    task.kept_beside = None
    session.flush()


def may_open(session: Session, caller: "Principal", task: Task) -> bool:
    """Whether the caller may know of a task of a project that they may see."""
    pair = None if caller.is_admin else pair_of(session, task)
    if pair is None or pair.in_force.state == "approved":
        return True
    theirs = [one for one in (pair.in_force, pair.rests) if _has_a_hand_in(one, caller.user_id)]
    if theirs:
        return task in theirs
    return task is pair.in_force or caller.at_least("reviewer")


def _has_a_hand_in(task: Task, user_id: int) -> bool:
    return task.annotator_id == user_id or (task.state == "in_progress" and task.lease_user_id == user_id)


def shown_to(caller: "Principal") -> ColumnElement[bool]:
    """Picks the one task a photo that its caller meets in lists: the one in force, or their own that rests still."""
    if caller.is_admin:
        return Task.kept_beside.is_(None)
    rests, in_force = aliased(Task), aliased(Task)
    theirs_rests = exists().where(
        rests.kept_beside == Task.id, rests.annotator_id == caller.user_id, Task.state != "approved"
    )
    resting = exists().where(in_force.id == Task.kept_beside, in_force.state != "approved")
    return or_(and_(Task.kept_beside.is_(None), ~theirs_rests), and_(Task.annotator_id == caller.user_id, resting))


def rests_by(user_id: int) -> ColumnElement[bool]:
    """Whether the label that rests beside a task is this person's."""
    rests = aliased(Task)
    return exists().where(rests.kept_beside == Task.id, rests.annotator_id == user_id)
