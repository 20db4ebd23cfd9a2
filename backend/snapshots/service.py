"""Freezing what is approved. Items are fixed by one statement; whatever is approved later goes into later snapshots."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, insert, literal, select
from sqlalchemy.orm import Session

from backend.annotations.tables import LabelMap, LandmarkRevision
from backend.blobs import BlobStore
from backend.db import FOR_CHANGE, affected
from backend.events.service import record
from backend.jobs.service import enqueue
from backend.photos.tables import SPLITS, Photo
from backend.problems import Conflict, NotFound
from backend.projects.tables import Project
from backend.snapshots.tables import Snapshot, SnapshotItem
from backend.tasks.tables import Task
from ml.data.lapa import format_landmarks
from ml.schema import SCHEMA_VERSION


class NothingApproved(Conflict):
    code = "nothing-approved"
    title = "There is nothing to freeze"


class StillFreezing(Conflict):
    code = "still-freezing"
    title = "The snapshot is not ready"


def create_snapshot(session: Session, project_id: int, name: str | None, user_id: int | None) -> Snapshot:
    """Fixes all approved labels of a project as one dataset version, and has its manifest written by a job."""
    # The project's row is the lock that gives snapshots their numbers one by one.
    session.get_one(Project, project_id, with_for_update=FOR_CHANGE)
    newest = session.scalar(select(func.max(Snapshot.number)).where(Snapshot.project_id == project_id)) or 0
    snapshot = Snapshot(
        project_id=project_id, number=newest + 1, name=name or f"Snapshot {newest + 1}", created_by=user_id
    )
    session.add(snapshot)
    session.flush()
    approved = (
        select(literal(snapshot.id), Photo.id, LandmarkRevision.id, LabelMap.id, Photo.stem, Photo.split)
        .join(Task, Task.photo_id == Photo.id)
        .join(
            LandmarkRevision,
            (LandmarkRevision.task_id == Task.id) & (LandmarkRevision.number == Task.head_number),
        )
        .join(LabelMap, LabelMap.revision_id == LandmarkRevision.id)
        .where(Task.project_id == project_id, Task.state == "approved")
    )
    columns = ["snapshot_id", "photo_id", "revision_id", "label_map_id", "stem", "split"]
    snapshot.photos = affected(session, insert(SnapshotItem).from_select(columns, approved))
    if snapshot.photos == 0:
        raise NothingApproved("Approve some labels first; a snapshot holds approved labels only.")
    enqueue(session, "freeze", project_id, {"snapshot_id": snapshot.id}, f"freeze:{snapshot.id}")
    record(
        session,
        "snapshot.created",
        project_id,
        ("snapshot", snapshot.id),
        actor_id=user_id,
        number=snapshot.number,
        photos=snapshot.photos,
    )
    return snapshot


def get_snapshot(session: Session, project_id: int, snapshot_id: int) -> Snapshot:
    snapshot = session.get(Snapshot, snapshot_id)
    if snapshot is None or snapshot.project_id != project_id:
        raise NotFound(f"This project has no snapshot {snapshot_id}.")
    return snapshot


def find_snapshot(session: Session, project_id: int, number: int) -> Snapshot:
    statement = select(Snapshot).where(Snapshot.project_id == project_id, Snapshot.number == number)
    snapshot = session.scalar(statement)
    if snapshot is None:
        raise NotFound(f"This project has no snapshot number {number}.")
    return snapshot


def list_snapshots(session: Session, project_id: int) -> list[Snapshot]:
    statement = select(Snapshot).where(Snapshot.project_id == project_id).order_by(Snapshot.id.desc())
    return list(session.scalars(statement))


def split_counts(session: Session, snapshot_ids: list[int]) -> dict[int, dict[str, int]]:
    counts: dict[int, dict[str, int]] = {snapshot_id: dict.fromkeys(SPLITS, 0) for snapshot_id in snapshot_ids}
    statement = (
        select(SnapshotItem.snapshot_id, SnapshotItem.split, func.count())
        .where(SnapshotItem.snapshot_id.in_(snapshot_ids))
        .group_by(SnapshotItem.snapshot_id, SnapshotItem.split)
    )
    for snapshot_id, split, count in session.execute(statement):
        counts[snapshot_id][split] = count
    return counts


def items_of(
    session: Session, snapshot_id: int, batch: int = 200
) -> Iterator[tuple[SnapshotItem, Photo, LandmarkRevision, LabelMap]]:
    """The items by split and stem, in constant memory: the order of every file that is made of a snapshot."""
    for split in SPLITS:
        last = ""
        while True:
            statement = (
                select(SnapshotItem, Photo, LandmarkRevision, LabelMap)
                .join(Photo, Photo.id == SnapshotItem.photo_id)
                .join(LandmarkRevision, LandmarkRevision.id == SnapshotItem.revision_id)
                .join(LabelMap, LabelMap.id == SnapshotItem.label_map_id)
                .where(SnapshotItem.snapshot_id == snapshot_id, SnapshotItem.split == split, SnapshotItem.stem > last)
                .order_by(SnapshotItem.stem)
                .limit(batch)
            )
            rows = session.execute(statement).all()
            for row in rows:
                yield row[0], row[1], row[2], row[3]
            if len(rows) < batch:
                break
            last = rows[-1][0].stem
            session.expunge_all()


def lapa_paths(item: SnapshotItem) -> tuple[str, str, str]:
    """Where the image, the label map and the landmarks of an item lie in LaPa's layout."""
    return (
        f"{item.split}/images/{item.stem}.jpg",
        f"{item.split}/labels/{item.stem}.png",
        f"{item.split}/landmarks/{item.stem}.txt",
    )


def landmarks_text(revision: LandmarkRevision) -> bytes:
    return format_landmarks(revision.points).encode()


def build_manifest(session: Session, snapshot: Snapshot, project_name: str) -> bytes:
    """The manifest: every file of the snapshot with its SHA-256, and what the ids mean. The same bytes every time."""
    files: dict[str, str] = {}
    for item, photo, revision, label_map in items_of(session, snapshot.id):
        image, labels, landmarks = lapa_paths(item)
        files[image] = photo.blob_sha256
        files[labels] = label_map.blob_sha256
        files[landmarks] = hashlib.sha256(landmarks_text(revision)).hexdigest()
    document: dict[str, Any] = {
        "format": "lapa",
        "schema": SCHEMA_VERSION,
        "project": project_name,
        "snapshot": snapshot.number,
        "name": snapshot.name,
        "created_at": snapshot.created_at.isoformat(timespec="seconds"),
        "photos": snapshot.photos,
        "files": files,
    }
    return json.dumps(document, indent=1, ensure_ascii=False).encode() + b"\n"


def freeze(session: Session, snapshot: Snapshot, manifest_sha256: str) -> None:
    snapshot.manifest_sha256, snapshot.state = manifest_sha256, "ready"
    record(session, "snapshot.ready", snapshot.project_id, ("snapshot", snapshot.id), number=snapshot.number)


def read_manifest(blobs: BlobStore, snapshot: Snapshot) -> bytes:
    if snapshot.manifest_sha256 is None:
        raise StillFreezing("Its manifest is being written; ask again in a moment.")
    return blobs.get(snapshot.manifest_sha256)
