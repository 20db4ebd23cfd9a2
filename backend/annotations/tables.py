"""What people and models said of a face: append-only landmark revisions, label maps, and drafts in the making."""

from datetime import datetime
from typing import Any, Literal

import numpy as np
from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import ArrayColumn, Base, Document, Id, UtcDateTime, now
from ml.schema import N_POINTS

# "imported": the points came with the photo, from a dataset's file.
Source = Literal["mean_face", "shipped", "model", "imported", "annotator"]


class LandmarkRevision(Base):
    """One state of a task's 106 points. Never changed once written.

    points: (106, 2) float32, x then y, pixels of the upright photo. visibility: (106,) uint8, 0 outside, 1 occluded,
    2 visible. confidence: (106,) float32 in 0..1, from a model only. `operations` lead from the parent's points to these.
    """

    __tablename__ = "landmark_revisions"
    __table_args__ = (UniqueConstraint("task_id", "number"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"))
    number: Mapped[int]
    parent: Mapped[int | None]
    source: Mapped[Source] = mapped_column(String(16))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    model_version_id: Mapped[int | None] = mapped_column(ForeignKey("model_versions.id"))
    # Which weights proposed, when it was those that ship with Facet: another release may ship others.
    shipped_sha256: Mapped[str | None] = mapped_column(String(64))
    points: Mapped[np.ndarray] = mapped_column(ArrayColumn("<f4", N_POINTS, 2))
    visibility: Mapped[np.ndarray] = mapped_column(ArrayColumn("|u1", N_POINTS))
    confidence: Mapped[np.ndarray | None] = mapped_column(ArrayColumn("<f4", N_POINTS))
    # Why each point lies where it does (see operations.py): (106,) uint8. None in revisions that were made before it was
    # kept; then the operations tell.
    origins: Mapped[np.ndarray | None] = mapped_column(ArrayColumn("|u1", N_POINTS))
    # What people painted by hand so far (blob, see painting.py); None while nothing is painted.
    painting_sha256: Mapped[str | None] = mapped_column(String(64))
    # Read only where they are asked for: they are the bulk of a revision, and a history has many.
    operations: Mapped[list[dict[str, Any]]] = mapped_column(Document, default=list, deferred=True)
    # The op_id of the last operation: a repeated save is recognised by it.
    last_op_id: Mapped[str | None] = mapped_column(String(36))
    active_seconds: Mapped[float] = mapped_column(default=0.0)
    corrected_points: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class LabelMap(Base):
    """The 8-bit label map (PNG blob, ids 0..10) that was fitted to one landmark revision, its painting laid over it."""

    __tablename__ = "label_maps"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("landmark_revisions.id", ondelete="CASCADE"), unique=True)
    blob_sha256: Mapped[str] = mapped_column(String(64))
    # The map without the painting; None where nothing is painted, and both are one.
    fitted_sha256: Mapped[str | None] = mapped_column(String(64))
    fitter: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    @property
    def fitted(self) -> str:
        """The blob of the map without the painting."""
        return self.fitted_sha256 or self.blob_sha256


class Draft(Base):
    """One person's unsaved operations on a task. It outlives the lease, so that losing that loses no work."""

    __tablename__ = "drafts"

    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    base_revision: Mapped[int]
    operations: Mapped[list[dict[str, Any]]] = mapped_column(Document, default=list)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, onupdate=now)
