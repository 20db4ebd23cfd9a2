"""Verdicts on submitted work, and comments pinned to a point or a place."""

from datetime import datetime
from typing import Literal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, Id, UtcDateTime, now

Verdict = Literal["approved", "rejected"]


class Review(Base):
    """One verdict on one revision. `reviewer_id` is empty when the project's review share let the task pass unseen."""

    __tablename__ = "reviews"
    __table_args__ = (
        CheckConstraint("verdict IN ('approved', 'rejected')", name="verdict"),
        Index("ix_reviews_task", "task_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("landmark_revisions.id"))
    label_map_id: Mapped[int | None] = mapped_column(ForeignKey("label_maps.id"))
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    verdict: Mapped[Verdict] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Comment(Base):
    """A remark on a task; pinned to a point, to a place (x, y in photo pixels), or to neither.

    `author_id` is empty when Facet itself speaks, as when a mask could not be drawn from the points.
    """

    __tablename__ = "comments"
    __table_args__ = (Index("ix_comments_task", "task_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"))
    review_id: Mapped[int | None] = mapped_column(ForeignKey("reviews.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    body: Mapped[str] = mapped_column(Text)
    point_index: Mapped[int | None]
    x: Mapped[float | None]
    y: Mapped[float | None]
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
