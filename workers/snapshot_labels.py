"""The label maps of a snapshot as samples to learn from and to score on, read from the blob store when they are needed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.annotations.tables import LabelMap, LandmarkRevision
from backend.blobs import BlobStore
from backend.photos.tables import Photo, Split
from backend.snapshots.tables import SnapshotItem
from ml.data.lapa import decode_label_map
from ml.geometry import Points
from ml.parsing.samples import Sample
from workers.photos import load_photo


@dataclass(frozen=True)
class _Item:
    photo_sha256: str
    label_map_sha256: str
    points: Points


class SnapshotLabels(Sequence[Sample]):
    """The samples of some splits of a snapshot, in the order of names; nothing is decoded before it is asked for."""

    def __init__(self, blobs: BlobStore, session: Session, snapshot_id: int, splits: Sequence[Split]) -> None:
        statement = (
            select(Photo.blob_sha256, LabelMap.blob_sha256, LandmarkRevision.points)
            .select_from(SnapshotItem)
            .join(Photo, Photo.id == SnapshotItem.photo_id)
            .join(LabelMap, LabelMap.id == SnapshotItem.label_map_id)
            .join(LandmarkRevision, LandmarkRevision.id == SnapshotItem.revision_id)
            .where(SnapshotItem.snapshot_id == snapshot_id, SnapshotItem.split.in_(splits))
            .order_by(SnapshotItem.stem)
        )
        self._blobs = blobs
        self._items = [_Item(row[0], row[1], row[2]) for row in session.execute(statement)]

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, index: int) -> Sample:  # type: ignore[override]  # nobody slices a snapshot
        item = self._items[index]
        label_map = decode_label_map(self._blobs.get(item.label_map_sha256), item.label_map_sha256)
        return Sample(load_photo(self._blobs, item.photo_sha256), label_map, item.points)
