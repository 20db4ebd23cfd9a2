"""A task: one label of a photo to be made, its state, its lease, and who passed it on."""

from datetime import datetime
from typing import Final, Literal, get_args

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, Id, UtcDateTime, now

TaskState = Literal["pending", "ready", "in_progress", "fitting", "in_review", "approved"]
STATES: tuple[TaskState, ...] = get_args(TaskState)
# Which submission a reviewer gets next.
ReviewOrder = Literal["oldest", "most_disagreement"]


class Task(Base):
    """The state machine of DESIGN: pending, ready, in_progress, fitting, in_review, approved.

    A lease (`lease_*`) is held by one annotator while in_progress, or by one reviewer while in_review; an expired lease is
    no lease, and nobody needs to clear it. `head_number` is the number of the newest landmark revision and the task's ETag.

    A photo has one task, or two when a second, independent label was asked for: then one is *kept beside* the other and
    rests. Queues, counts and snapshots know only the task that does not rest.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        CheckConstraint(
            "state IN ('pending', 'ready', 'in_progress', 'fitting', 'in_review', 'approved')", name="state"
        ),
        # The queue asks only for open work: finished tasks cost it nothing.
        Index(
            "ix_tasks_queue",
            "project_id",
            "priority",
            "id",
            postgresql_where=text("state IN ('ready', 'in_progress')"),
            sqlite_where=text("state IN ('ready', 'in_progress')"),
        ),
        Index(
            "ix_tasks_queue_least_doubtful",
            "project_id",
            "doubt",
            "priority",
            "id",
            postgresql_where=text("state IN ('ready', 'in_progress')"),
            sqlite_where=text("state IN ('ready', 'in_progress')"),
        ),
        Index(
            "ix_tasks_review_queue",
            "project_id",
            "submitted_at",
            "id",
            postgresql_where=text("state = 'in_review'"),
            sqlite_where=text("state = 'in_review'"),
        ),
        Index(
            "ix_tasks_review_queue_disagreement",
            "project_id",
            "agreement",
            "submitted_at",
            "id",
            postgresql_where=text("state = 'in_review'"),
            sqlite_where=text("state = 'in_review'"),
        ),
        Index("ix_tasks_project_state", "project_id", "state", "id"),
        Index(
            "uq_tasks_photo",
            "photo_id",
            unique=True,
            postgresql_where=text("kept_beside IS NULL"),
            sqlite_where=text("kept_beside IS NULL"),
        ),
        Index(
            "ix_tasks_lease_holder",
            "lease_user_id",
            "project_id",
            postgresql_where=text("lease_user_id IS NOT NULL"),
            sqlite_where=text("lease_user_id IS NOT NULL"),
        ),
        Index(
            "ix_tasks_reserved_for",
            "reserved_for",
            "project_id",
            postgresql_where=text("reserved_for IS NOT NULL"),
            sqlite_where=text("reserved_for IS NOT NULL"),
        ),
        # Else SQLite gives the id of a withdrawn second label to the next task, and a tab that still shows the one would save
        # into the other. A migration that copies this table must say so again: batch mode does not see it.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    photo_id: Mapped[int] = mapped_column(ForeignKey("photos.id", ondelete="CASCADE"))
    # The photo's task in whose favour this one rests, its label ready to be compared: see pairs.py.
    kept_beside: Mapped[int | None] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), unique=True)
    state: Mapped[TaskState] = mapped_column(String(16), default="pending")
    # Smaller comes first.
    priority: Mapped[float] = mapped_column(default=0.0)
    # Of the proposal, 0..1, written with it. The mean face doubts nothing and cannot say, so among its photos every order is
    # the order of import.
    doubt: Mapped[float] = mapped_column(default=0.0, server_default=text("0"))
    # Of the newest label map with the baseline's, 0..1; 1 where no baseline was asked.
    agreement: Mapped[float] = mapped_column(default=1.0, server_default=text("1"))
    head_number: Mapped[int] = mapped_column(default=0)
    opened: Mapped[bool] = mapped_column(default=False)

    lease_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    lease_token_sha256: Mapped[str | None] = mapped_column(String(64))
    lease_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    # Who submitted last; a rejected task waits for this person first.
    annotator_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reserved_for: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reserved_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    skips: Mapped[int] = mapped_column(default=0)

    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, onupdate=now)


BARRED: Final = "This person knows the photo's first label."
"""The reason of a skip that nobody made: the queue never offers a second label to who knows the first."""


class TaskSkip(Base):
    """This person does not want this task; the queue offers it to others."""

    __tablename__ = "task_skips"
    __table_args__ = (UniqueConstraint("task_id", "user_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
