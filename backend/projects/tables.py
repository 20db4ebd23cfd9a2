"""A project and its policy, its members, and the counters that change with its tasks."""

from datetime import datetime
from typing import Literal

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, Id, UtcDateTime, now
from backend.settings import new_secret

# Which of the photos that are ready annotators get first.
QueueOrder = Literal["import", "least_doubtful"]


class Project(Base):
    __tablename__ = "projects"
    __table_args__ = (
        CheckConstraint("review_share BETWEEN 0 AND 1", name="review_share"),
        CheckConstraint("holdout_share > 0 AND holdout_share < 1", name="holdout_share"),
        CheckConstraint("retrain_every > 0", name="retrain_every"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    description: Mapped[str] = mapped_column(Text, default="")
    # Which points and categories the project's labels are in (ml.schema.SCHEMA_VERSION at its creation).
    schema_version: Mapped[str] = mapped_column(String(40))
    lease_seconds: Mapped[int] = mapped_column(default=600)
    review_share: Mapped[float] = mapped_column(default=1.0)
    # Drawn once: without it, annotators could work out which of their submissions nobody will look at.
    review_seed: Mapped[str] = mapped_column(String(64), default=new_secret)
    retrain_every: Mapped[int] = mapped_column(default=2000)
    holdout_share: Mapped[float] = mapped_column(default=0.1)
    train_width: Mapped[int] = mapped_column(default=128)
    train_epochs: Mapped[int] = mapped_column(default=60)
    queue_order: Mapped[QueueOrder] = mapped_column(String(16), default="import", server_default="import")
    # Approvals ever counted by the last training, finished or not: the next starts `retrain_every` later.
    labels_at_last_training: Mapped[int] = mapped_column(default=0)
    active_model_id: Mapped[int | None] = mapped_column(
        ForeignKey("model_versions.id", use_alter=True, name="fk_projects_active_model_id")
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class ProjectMember(Base):
    __tablename__ = "project_members"

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class TaskCounter(Base):
    """How many tasks of a project are in a state: kept by the transaction that moves a task, never counted anew."""

    __tablename__ = "task_counters"

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True)
    state: Mapped[str] = mapped_column(String(16), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
