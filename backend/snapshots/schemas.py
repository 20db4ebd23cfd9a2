from datetime import datetime

from pydantic import BaseModel, Field

from backend.accounts.schemas import Person
from backend.snapshots.tables import SnapshotState


class NewSnapshot(BaseModel):
    name: str | None = Field(default=None, min_length=1, max_length=120)


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
