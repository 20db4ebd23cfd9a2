"""Immutable dataset versions: which photo, which points, which label map, under which name."""

from datetime import datetime
from typing import Literal

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, Id, UtcDateTime, now
from backend.photos.tables import Split

SnapshotState = Literal["freezing", "ready"]

# Compared by code points on both databases, whatever language PostgreSQL's was made for: files must not change places with it.
_Stem = String(120).with_variant(String(120, collation="C"), "postgresql")


class Snapshot(Base):
    """Its items are fixed in the transaction that asks for it; a job then writes the manifest of SHA-256 sums."""

    __tablename__ = "snapshots"
    __table_args__ = (UniqueConstraint("project_id", "number"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    state: Mapped[SnapshotState] = mapped_column(String(16), default="freezing")
    photos: Mapped[int] = mapped_column(default=0)
    # Of these, how many are in each split.
    train: Mapped[int] = mapped_column(default=0, server_default="0")
    val: Mapped[int] = mapped_column(default=0, server_default="0")
    test: Mapped[int] = mapped_column(default=0, server_default="0")
    manifest_sha256: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class SnapshotItem(Base):
    __tablename__ = "snapshot_items"
    __table_args__ = (Index("ix_snapshot_items_order", "snapshot_id", "split", "stem"),)

    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshots.id", ondelete="CASCADE"), primary_key=True)
    photo_id: Mapped[int] = mapped_column(ForeignKey("photos.id"), primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("landmark_revisions.id"))
    label_map_id: Mapped[int] = mapped_column(ForeignKey("label_maps.id"))
    # Copied, so that a snapshot stays what it was whatever happens to the photo's row later.
    stem: Mapped[str] = mapped_column(_Stem)
    split: Mapped[Split] = mapped_column(String(8))
