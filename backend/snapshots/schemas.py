from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from backend.accounts.schemas import Person
from backend.snapshots.tables import SnapshotState
from backend.text import NoNul


class NewSnapshot(BaseModel):
    name: Annotated[str, Field(min_length=1, max_length=120), NoNul] | None = None


class SplitCounts(BaseModel):
    train: int
    val: int
    test: int


class SnapshotView(BaseModel):
    id: int
    number: int
    name: str
    state: SnapshotState
    photos: int
    splits: SplitCounts
    manifest_sha256: str | None
    created_at: datetime
    created_by: Person | None
