"""Freezing what is approved. Items are fixed by one statement; whatever is approved later goes into later snapshots."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from sqlalchemy import func, insert, literal, select
from sqlalchemy.orm import Session

from backend.annotations.tables import LabelMap, LandmarkRevision
from backend.blobs import BlobStore
from backend.db import FOR_CHANGE, Database, affected
from backend.events.service import record
from backend.jobs.service import enqueue
from backend.jobs.tables import Job
from backend.photos.tables import SPLITS, Photo, Split
from backend.problems import Conflict, NotFound
from backend.projects.tables import Project
from backend.snapshots.tables import Snapshot, SnapshotItem
from backend.tasks.tables import Task
from ml.data.lapa import format_landmarks
from ml.geometry import Points
from ml.schema import SCHEMA_VERSION


class NothingApproved(Conflict):
    code = "nothing-approved"
    title = "There is nothing to freeze"


class StillFreezing(Conflict):
    code = "still-freezing"
    title = "The snapshot is not ready"


class Item(NamedTuple):
    """What the files of one photo in a snapshot are made of."""

    split: Split
    stem: str
    photo_sha256: str
    label_map_sha256: str
    points: Points


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
    # Counted once: a list of snapshots would count all items of all of them each time that somebody looks.
    splits = split_counts(session, [snapshot.id])[snapshot.id]
    snapshot.train, snapshot.val, snapshot.test = splits["train"], splits["val"], splits["test"]
    enqueue(session, "freeze", project_id, {"snapshot_id": snapshot.id}, _freeze_key(snapshot.id))
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


def items_of(db: Database, snapshot_id: int, batch: int = 200) -> Iterator[Item]:
    """The items by split and stem, in constant memory: the order of the manifest, and by it of every download.

    Items never change, so each batch has a transaction of its own: none stays open for as long as a snapshot is large.
    """
    for split in SPLITS:
        last = ""
        while True:
            statement = (
                select(
                    SnapshotItem.split,
                    SnapshotItem.stem,
                    Photo.blob_sha256,
                    LabelMap.blob_sha256,
                    LandmarkRevision.points,
                )
                .select_from(SnapshotItem)
                .join(Photo, Photo.id == SnapshotItem.photo_id)
                .join(LandmarkRevision, LandmarkRevision.id == SnapshotItem.revision_id)
                .join(LabelMap, LabelMap.id == SnapshotItem.label_map_id)
                .where(SnapshotItem.snapshot_id == snapshot_id, SnapshotItem.split == split, SnapshotItem.stem > last)
                .order_by(SnapshotItem.stem)
                .limit(batch)
            )
            with db.reading() as session:
                items = [Item(*row) for row in session.execute(statement)]
            yield from items
            if len(items) < batch:
                break
            last = items[-1].stem


def landmark_files(session: Session, snapshot_id: int, paths: Sequence[str]) -> dict[str, bytes]:
    """Those of the paths that are an item's landmarks, and what is in them: no blob holds it."""
    stems = [PurePosixPath(path).stem for path in paths if "/landmarks/" in path]
    statement = (
        select(SnapshotItem.split, SnapshotItem.stem, LandmarkRevision.points)
        .join(LandmarkRevision, LandmarkRevision.id == SnapshotItem.revision_id)
        # All splits are named for the index, which has them before the stems.
        .where(SnapshotItem.snapshot_id == snapshot_id, SnapshotItem.split.in_(SPLITS), SnapshotItem.stem.in_(stems))
    )
    return {lapa_paths(split, stem)[2]: landmarks_text(points) for split, stem, points in session.execute(statement)}


def lapa_paths(split: Split, stem: str) -> tuple[str, str, str]:
    """Where the image, the label map and the landmarks of an item lie in LaPa's layout."""
    return f"{split}/images/{stem}.jpg", f"{split}/labels/{stem}.png", f"{split}/landmarks/{stem}.txt"


def landmarks_text(points: Points) -> bytes:
    return format_landmarks(points).encode()


def build_manifest(db: Database, snapshot: Snapshot, project_name: str) -> bytes:
    """The manifest: every file of the snapshot with its SHA-256, and what the ids mean. The same bytes every time."""
    files: dict[str, str] = {}
    for item in items_of(db, snapshot.id):
        image, labels, landmarks = lapa_paths(item.split, item.stem)
        files[image] = item.photo_sha256
        files[labels] = item.label_map_sha256
        files[landmarks] = hashlib.sha256(landmarks_text(item.points)).hexdigest()
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


def _freeze_key(snapshot_id: int) -> str:
    return f"freeze:{snapshot_id}"


def freeze_job(session: Session, snapshot: Snapshot) -> Job | None:
    """The job that writes the manifest."""
    statement = (
        select(Job)
        .where(Job.project_id == snapshot.project_id, Job.dedupe_key == _freeze_key(snapshot.id))
        .order_by(Job.id.desc())
        .limit(1)
    )
    return session.scalar(statement)


def check_freezing(session: Session, snapshot: Snapshot) -> None:
    """Raises StillFreezing, with the reason, when it is in vain to wait for a manifest that is not there yet."""
    job = freeze_job(session, snapshot)
    if job is not None and job.state == "failed":
        raise StillFreezing(
            f"Its manifest could not be written. An admin can retry job {job.id}, which has failed: {job.error}"
        )


def read_manifest(blobs: BlobStore, snapshot: Snapshot) -> bytes:
    if snapshot.manifest_sha256 is None:
        raise StillFreezing("Its manifest is being written; ask again in a moment.")
    return blobs.get(snapshot.manifest_sha256)
