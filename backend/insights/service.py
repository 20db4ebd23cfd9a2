"""Throughput and corrections, from counters that the submitting and approving transactions keep."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from backend.insights.schemas import SentBack
from backend.insights.tables import DayCount
from backend.photos.tables import Photo
from backend.reviews.tables import Comment
from backend.tasks.tables import Task

_PENDING = "day_counts"
_FIELDS = ("submitted", "approved", "corrected_points", "active_seconds")


def note_work(session: Session, project_id: int, user_id: int, **amounts: float) -> None:
    """Adds to a person's counters of today: submitted, approved, corrected_points, active_seconds."""
    key = (project_id, user_id, datetime.now(UTC).date())
    counts: dict[Any, dict[str, float]] = session.info.setdefault(
        _PENDING, defaultdict(lambda: dict.fromkeys(_FIELDS, 0))
    )
    for field, amount in amounts.items():
        counts[key][field] += amount


def apply_day_counts(session: Session) -> None:
    pending = session.info.pop(_PENDING, {})
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    for (project_id, user_id, day), amounts in sorted(pending.items()):
        statement = insert(DayCount).values(project_id=project_id, user_id=user_id, day=day, **amounts)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["project_id", "user_id", "day"],
                set_={field: getattr(DayCount, field) + statement.excluded[field] for field in _FIELDS},
            )
        )


def days_since(session: Session, project_id: int, first: date, user_id: int | None = None) -> list[dict[str, Any]]:
    """Sums by day, oldest first, days without work left out; of one person when `user_id` is given."""
    columns = [func.sum(getattr(DayCount, field)).label(field) for field in _FIELDS]
    statement = (
        select(DayCount.day, *columns)
        .where(DayCount.project_id == project_id, DayCount.day >= first)
        .group_by(DayCount.day)
        .order_by(DayCount.day)
    )
    if user_id is not None:
        statement = statement.where(DayCount.user_id == user_id)
    return [dict(row._mapping) for row in session.execute(statement)]


def to_change(session: Session, task_id: int) -> SentBack:
    """What a task that was sent back is to be changed for."""
    photo = session.scalars(select(Photo.name).join(Task, Task.photo_id == Photo.id).where(Task.id == task_id)).one()
    left = select(Comment.body).where(Comment.task_id == task_id, Comment.resolved_at.is_(None)).order_by(Comment.id)
    return SentBack(task_id=task_id, photo=photo, comments=list(session.scalars(left)))


def thirty_days_ago() -> date:
    return (datetime.now(UTC) - timedelta(days=29)).date()
