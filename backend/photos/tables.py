"""Photos and the imports that brought them."""

from datetime import datetime
from typing import Literal, get_args

import numpy as np
from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import ArrayColumn, Base, Id, UtcDateTime, now
from ml.schema import N_POINTS

Split = Literal["train", "val", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)
Outcome = Literal["imported", "duplicate", "refused"]
ImportState = Literal["open", "unpacking", "done", "failed"]
# What becomes of a label map that a photo brings along, when its task is submitted: the facial parts are kept while hair
# and skin are found anew, or all of it is kept.
MapUse = Literal["parts", "whole"]


class Photo(Base):
    """One photo as Facet keeps it: upright, without metadata, JPEG.

    `pixels_sha256` is over the decoded upright pixels, so that the same picture under another name, with other metadata or
    in another lossless file is recognised.
    """

    __tablename__ = "photos"
    __table_args__ = (
        UniqueConstraint("project_id", "pixels_sha256"),
        UniqueConstraint("project_id", "stem"),
        # A migration that has SQLite copy this table must make it anew: batch mode does not see what is on an expression.
        Index("uq_photos_project_id_lower_stem", "project_id", text("lower(stem)"), unique=True),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"))
    name: Mapped[str] = mapped_column(String(255))
    # The name inside a dataset: [A-Za-z0-9_-], unique in the project, also where a disk takes a and A for one.
    stem: Mapped[str] = mapped_column(String(120))
    width: Mapped[int]
    height: Mapped[int]
    blob_sha256: Mapped[str] = mapped_column(String(64))
    thumbnail_sha256: Mapped[str] = mapped_column(String(64))
    pixels_sha256: Mapped[str] = mapped_column(String(64))
    split: Mapped[Split] = mapped_column(String(8))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class GivenLabels(Base):
    """What a dataset's photo brought along: points, a label map, or both, and the names of the files they came from.

    points: (106, 2) float32, pixels of the upright photo. known: (106,) uint8, 1 where a point is given, 0 elsewhere.
    """

    __tablename__ = "given_labels"

    photo_id: Mapped[int] = mapped_column(ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True)
    points: Mapped[np.ndarray | None] = mapped_column(ArrayColumn("<f4", N_POINTS, 2))
    known: Mapped[np.ndarray | None] = mapped_column(ArrayColumn("|u1", N_POINTS))
    points_file: Mapped[str | None] = mapped_column(String(255))
    label_map_sha256: Mapped[str | None] = mapped_column(String(64))
    label_file: Mapped[str | None] = mapped_column(String(255))
    map_use: Mapped[MapUse] = mapped_column(String(8))


class Import(Base):
    __tablename__ = "imports"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    state: Mapped[ImportState] = mapped_column(String(16), default="open")
    expected: Mapped[int | None]
    imported: Mapped[int] = mapped_column(default=0)
    # Of these, how many brought points, a label map, or both along.
    labeled: Mapped[int] = mapped_column(default=0, server_default="0")
    duplicates: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    map_use: Mapped[MapUse] = mapped_column(String(8), default="parts", server_default="parts")
    # The key of the stored zip, until it is unpacked or nobody has wanted it for long.
    archive: Mapped[str | None] = mapped_column(String(80))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id", use_alter=True, name="fk_imports_job_id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class ImportItem(Base):
    """What became of one file of an import."""

    __tablename__ = "import_items"
    __table_args__ = (
        Index("ix_import_items_import_outcome", "import_id", "outcome", "id"),
        Index("ix_import_items_import_name", "import_id", "name"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(255))
    outcome: Mapped[Outcome] = mapped_column(String(16))
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("photos.id"))
    duplicate_of: Mapped[str | None] = mapped_column(String(255))
    reason: Mapped[str | None] = mapped_column(Text)
