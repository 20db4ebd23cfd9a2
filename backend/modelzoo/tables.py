"""Model versions, what they scored, and which one a project used when."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, Document, Id, UtcDateTime, now

ModelState = Literal["training", "ready", "failed"]
GateDecision = Literal["promoted", "kept"]
PromotionAction = Literal["promoted", "rolled_back"]
BaselineSource = Literal["model", "shipped", "mean_face"]

_TRAINING = text("state = 'training'")


class ModelVersion(Base):
    """One trained landmark network. Every version is kept; `projects.active_model_id` says which one predicts.

    One training at a time in a project, whoever asks and however: the partial unique index says so.
    """

    __tablename__ = "model_versions"
    __table_args__ = (
        UniqueConstraint("project_id", "number"),
        Index(
            "uq_model_versions_training",
            "project_id",
            unique=True,
            postgresql_where=_TRAINING,
            sqlite_where=_TRAINING,
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[ModelState] = mapped_column(String(16), default="training")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("model_versions.id"))
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshots.id"))
    labels: Mapped[int]
    checkpoint_sha256: Mapped[str | None] = mapped_column(String(64))
    # Both measured on the same held-out photos: this version, and what would be replaced by it. That is the version
    # that was active when the training began (the parent), or else what the project started from.
    metrics: Mapped[dict[str, Any] | None] = mapped_column(Document)
    baseline: Mapped[dict[str, Any] | None] = mapped_column(Document)
    baseline_source: Mapped[BaselineSource | None] = mapped_column(String(16))
    decision: Mapped[GateDecision | None] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    trained_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Promotion(Base):
    """A change of the active model: by the gate (no user), or by an admin. No version: back to the project's start."""

    __tablename__ = "promotions"
    __table_args__ = (Index("ix_promotions_project", "project_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    model_version_id: Mapped[int | None] = mapped_column(ForeignKey("model_versions.id"))
    action: Mapped[PromotionAction] = mapped_column(String(16))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
