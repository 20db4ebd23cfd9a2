"""Parsing baselines: networks that learned label maps from a snapshot, what they scored, and what they say of new maps."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, Document, Id, UtcDateTime, now
from backend.modelzoo.tables import ModelState

_TRAINING = text("state = 'training'")
_ACTIVE = text("is_active")


class ParsingBaseline(Base):
    """A BSPNet for all eleven categories, from one snapshot. The active one, if any, is asked about every new label map.

    One training at a time in a project, and one active baseline: the partial unique indexes say so.
    """

    __tablename__ = "parsing_baselines"
    __table_args__ = (
        UniqueConstraint("project_id", "number"),
        Index(
            "uq_parsing_baselines_training",
            "project_id",
            unique=True,
            postgresql_where=_TRAINING,
            sqlite_where=_TRAINING,
        ),
        Index(
            "uq_parsing_baselines_active",
            "project_id",
            unique=True,
            postgresql_where=_ACTIVE,
            sqlite_where=_ACTIVE,
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    number: Mapped[int]
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshots.id"))
    state: Mapped[ModelState] = mapped_column(String(16), default="training")
    is_active: Mapped[bool] = mapped_column(default=False)
    depth: Mapped[int]
    input_size: Mapped[int]
    epochs: Mapped[int]
    # How many photos it learns from; the snapshot's others are held out.
    labels: Mapped[int]
    checkpoint_sha256: Mapped[str | None] = mapped_column(String(64))
    # {"photos": n, "tables": {name: {column: F1 or null}}, "confusion": 11 rows of counts}, over the held-out photos.
    scores: Mapped[dict[str, Any] | None] = mapped_column(Document)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    trained_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Disagreement(Base):
    """How far a label map is from what a baseline draws of the same photo. Shares are 0 to 1."""

    __tablename__ = "disagreements"

    label_map_id: Mapped[int] = mapped_column(ForeignKey("label_maps.id", ondelete="CASCADE"), primary_key=True)
    baseline_id: Mapped[int] = mapped_column(ForeignKey("parsing_baselines.id", ondelete="CASCADE"), index=True)
    share: Mapped[float]
    # Eleven shares by category id; null for background, and for categories of which neither map has more than a few pixels.
    by_category: Mapped[list[float | None]] = mapped_column(Document)
    # The same of the baseline's held-out photos: what is usual; null where they do not have the category.
    usual: Mapped[list[float | None]] = mapped_column(Document)
    worst_category: Mapped[int | None]
    # Where the worst category differs most, photo pixels.
    x: Mapped[float | None]
    y: Mapped[float | None]
