"""Imports: from files to photos and pending tasks, with an account of what became of each file."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path, PurePosixPath

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from backend.accounts.access import Principal
from backend.accounts.tables import User
from backend.db import FOR_CHANGE, now
from backend.events.service import record
from backend.installation import Installation
from backend.jobs.service import enqueue
from backend.jobs.tables import LIVE, Job
from backend.photos.dataset_layout import PHOTO_SUFFIXES, group_files
from backend.photos.decode import DecodedPhoto, PhotoRefused, decode_photo
from backend.photos.given_labels import NOTHING_GIVEN, GivenFiles, read_given
from backend.photos.tables import GivenLabels, Import, ImportItem, MapUse, Photo, Split
from backend.problems import Conflict, Invalid, NotFound
from backend.projects.counters import note_move
from backend.projects.tables import Project
from backend.tasks.pairs import shown_to
from backend.tasks.tables import BARRED, Task, TaskSkip
from ml.data.errors import DataError

log = structlog.get_logger()

# Photos a prelabel job: few enough to be ready soon, enough to fill a batch.
PRELABEL_BATCH = 16


class ImportClosed(Conflict):
    code = "import-closed"
    title = "This import takes no more files"


@dataclass(frozen=True)
class IncomingFile:
    """A file as it arrived: its name, its bytes or why they were refused on the way, and its label files by name."""

    name: str
    data: bytes | None
    refusal: str | None = None
    labels: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class _Examined:
    name: str
    photo: DecodedPhoto | None
    blob_sha256: str
    thumbnail_sha256: str
    refusal: str | None
    given: GivenFiles = NOTHING_GIVEN
    label_map_sha256: str | None = None


def start_import(
    session: Session,
    project_id: int,
    user_id: int | None,
    expected: int | None,
    map_use: MapUse = "parts",
) -> Import:
    """Begins an import; `map_use` says what becomes of label maps that photos bring along."""
    row = Import(project_id=project_id, user_id=user_id, expected=expected, map_use=map_use, state="open")
    session.add(row)
    session.flush()
    return row


def check_takes_archive(row: Import) -> None:
    """Raises ImportClosed when the import has files already."""
    if row.state != "open" or row.imported + row.duplicates + row.refused:
        raise ImportClosed("Start a new import for the archive.")


def unpack_later(session: Session, row: Import, archive: str) -> Job:
    """Hands a stored archive to the `unpack` job."""
    check_takes_archive(row)
    row.state, row.archive = "unpacking", archive
    job = enqueue(session, "unpack", row.project_id, {"import_id": row.id}, f"unpack:{row.id}")
    row.job_id = job.id
    return job


def unpacking_failed(session: Session, import_id: int) -> None:
    session.get_one(Import, import_id).state = "failed"


def remove_old_archives(facet: Installation) -> None:
    """Removes archives that have lain about for `archive_days` and that no job is to unpack any more.

    They were refused, their import was stopped, or their process was killed before it could enter or remove them.
    """
    before = now() - timedelta(days=facet.settings.archive_days)
    facet.blobs.delete_half_archives(before)
    # In earlier releases a killed process left its copy of the archive here, under a name of eight such characters.
    for path in facet.settings.data_dir.glob("archive-" + 8 * "[a-z0-9_]"):
        with suppress(FileNotFoundError):
            if path.is_file() and path.stat().st_mtime < before.timestamp():
                path.unlink()
    stored = dict(facet.blobs.archives())
    old = {key for key, stored_at in stored.items() if stored_at < before}
    with facet.db.reading() as session:
        # Earlier releases kept archives among the other blobs: those are found by their imports alone.
        entered = select(Import.archive).where(Import.archive.is_not(None), Import.created_at < before)
        old.update(key for key in session.scalars(entered) if key is not None and key not in stored)
    for key in sorted(old):
        with facet.db.transaction() as session:
            wanted = select(Import.id).join(Job, Job.id == Import.job_id).where(Job.state.in_(LIVE))
            if session.scalar(wanted.where(Import.archive == key).limit(1)) is not None:
                continue
            session.execute(update(Import).where(Import.archive == key).values(archive=None))
        facet.blobs.delete_archive(key)
        log.info("archive.removed", key=key)


def import_files(
    facet: Installation,
    import_id: int,
    files: Sequence[IncomingFile],
    guard: Callable[[Session], None] | None = None,
) -> list[ImportItem]:
    """Decodes the files, stores them, and makes a pending task of each new photo. Returns an item a file, in order.

    Decoding happens before the transaction: it takes a tenth of a second a photo, and writers wait for one another.
    `guard` runs inside the transaction; what it raises keeps everything of this call out of the database.
    """
    examined = [_examine(facet, file) for file in files]
    with facet.db.transaction() as session:
        row = session.get(Import, import_id, with_for_update=True)
        if row is None:
            raise NotFound(f"There is no import {import_id}.")
        if guard is not None:
            guard(session)
        # Two imports that bring the same picture at once: the second waits here, and then finds it.
        project = session.get_one(Project, row.project_id, with_for_update=FOR_CHANGE)
        items = [_enter(session, project, row, file) for file in examined]
        session.flush()
        _prelabel_later(session, row, [item.photo_id for item in items if item.outcome == "imported"])
        record(
            session,
            "import.progress",
            project.id,
            ("import", row.id),
            actor_id=row.user_id,
            imported=row.imported,
            duplicates=row.duplicates,
            refused=row.refused,
            expected=row.expected,
        )
    return items


def _examine(facet: Installation, file: IncomingFile) -> _Examined:
    name = _shown(file.name) or "unnamed"
    if file.data is None:
        return _Examined(name, None, "", "", file.refusal or "It could not be read.")
    if len(file.data) > facet.settings.max_photo_bytes:
        limit = facet.settings.max_photo_bytes // 2**20
        return _Examined(name, None, "", "", f"It is larger than {limit} MiB.")
    try:
        photo = decode_photo(file.data, facet.settings.max_photo_pixels)
    except PhotoRefused as refusal:
        return _Examined(name, None, "", "", str(refusal))
    try:
        given = read_given(file.labels, photo.width, photo.height) if file.labels else NOTHING_GIVEN
    except DataError as error:
        return _Examined(name, None, "", "", f"{error.source} {error.problem}.")
    return _Examined(
        name,
        photo,
        facet.blobs.put(photo.jpeg),
        facet.blobs.put(photo.thumbnail),
        None,
        given,
        facet.blobs.put(given.label_map) if given.label_map is not None else None,
    )


def _shown(name: str | None) -> str | None:
    """A name as it is kept: backslashes and control characters of foreign systems are not worth keeping in it."""
    return None if name is None else re.sub(r"[\x00-\x1f\x7f]", "", name.replace("\\", "/"))[-255:]


def _sent_before(session: Session, row: Import, file: _Examined, photo_id: int | None) -> ImportItem | None:
    """The item of the same file of this import, when its answer was lost and it is sent again."""
    sent = select(ImportItem).where(
        ImportItem.import_id == row.id,
        ImportItem.name == file.name,
        ImportItem.photo_id == photo_id if photo_id is not None else ImportItem.reason == file.refusal,
    )
    return session.scalars(sent.order_by(ImportItem.id).limit(1)).first()


def _enter(session: Session, project: Project, row: Import, file: _Examined) -> ImportItem:
    item = ImportItem(import_id=row.id, name=file.name, outcome="refused", reason=file.refusal)
    if file.photo is None:
        before = _sent_before(session, row, file, None)
        if before is not None:
            return before
        row.refused += 1
        session.add(item)
        return item

    same = select(Photo).where(Photo.project_id == project.id, Photo.pixels_sha256 == file.photo.pixels_sha256)
    present = session.scalar(same)
    if present is not None:
        before = _sent_before(session, row, file, present.id)
        if before is not None:
            return before
        row.duplicates += 1
        item.outcome, item.photo_id, item.duplicate_of = "duplicate", present.id, present.name
        item.reason = f"It shows the same picture as {present.name}."
        if file.given.points_file or file.given.label_file:
            item.reason += " Its labels were not taken."
        session.add(item)
        return item

    photo = Photo(
        project_id=project.id,
        import_id=row.id,
        name=file.name,
        stem=_free_stem(session, project.id, file.name, file.photo.pixels_sha256),
        width=file.photo.width,
        height=file.photo.height,
        blob_sha256=file.blob_sha256,
        thumbnail_sha256=file.thumbnail_sha256,
        pixels_sha256=file.photo.pixels_sha256,
        split=split_of(file.photo.pixels_sha256, project.holdout_share),
    )
    session.add(photo)
    session.flush()
    session.add(Task(project_id=project.id, photo_id=photo.id, priority=float(photo.id)))
    if file.given.points_file or file.given.label_file:
        row.labeled += 1
        session.add(
            GivenLabels(
                photo_id=photo.id,
                points=file.given.points,
                known=file.given.known,
                points_file=_shown(file.given.points_file),
                label_map_sha256=file.label_map_sha256,
                label_file=_shown(file.given.label_file),
                map_use=row.map_use,
            )
        )
    note_move(session, project.id, None, "pending")
    record(session, "photo.imported", project.id, ("photo", photo.id), actor_id=row.user_id, name=photo.name)
    row.imported += 1
    item.outcome, item.photo_id = "imported", photo.id
    session.add(item)
    return item


def _free_stem(session: Session, project_id: int, name: str, pixels_sha256: str) -> str:
    stem = re.sub(r"[^A-Za-z0-9_-]+", "_", PurePosixPath(name).stem).strip("_")[:100] or "photo"
    taken = select(Photo.id).where(Photo.project_id == project_id, func.lower(Photo.stem) == func.lower(stem))
    return f"{stem}-{pixels_sha256[:10]}" if session.scalar(taken) else stem


def split_of(pixels_sha256: str, holdout_share: float) -> Split:
    """Decided by the picture alone, once and for ever: half of the held-out share is `val`, half `test`."""
    place = int(pixels_sha256[:12], 16) / 16**12
    if place < holdout_share / 2:
        return "val"
    return "test" if place < holdout_share else "train"


def _prelabel_later(session: Session, row: Import, photo_ids: list[int | None]) -> None:
    tasks = list(session.scalars(select(Task.id).where(Task.photo_id.in_(photo_ids)).order_by(Task.id)))
    for start in range(0, len(tasks), PRELABEL_BATCH):
        batch = tasks[start : start + PRELABEL_BATCH]
        enqueue(session, "prelabel", row.project_id, {"task_ids": batch}, f"prelabel:{batch[0]}-{batch[-1]}")


def get_import(session: Session, project_id: int, import_id: int) -> Import:
    row = session.get(Import, import_id)
    if row is None or row.project_id != project_id:
        raise NotFound(f"This project has no import {import_id}.")
    return row


def list_imports(session: Session, project_id: int) -> list[Import]:
    statement = select(Import).where(Import.project_id == project_id).order_by(Import.id.desc()).limit(50)
    return list(session.scalars(statement))


def list_items(
    session: Session, import_id: int, outcome: str | None, after: int | None, limit: int
) -> list[ImportItem]:
    statement = select(ImportItem).where(ImportItem.import_id == import_id).order_by(ImportItem.id).limit(limit)
    if outcome is not None:
        statement = statement.where(ImportItem.outcome == outcome)
    if after is not None:
        statement = statement.where(ImportItem.id > after)
    return list(session.scalars(statement))


def list_photos(
    session: Session, caller: Principal, project_id: int, state: str | None, after: int | None, limit: int
) -> list[tuple[Photo, Task, str | None]]:
    """Photos with their task and the name of whoever submitted it, oldest first; `after` is a task id."""
    statement = (
        select(Photo, Task, User.name)
        .join(Task, Task.photo_id == Photo.id)
        .outerjoin(User, User.id == func.coalesce(Task.lease_user_id, Task.annotator_id))
        .where(Task.project_id == project_id, shown_to(caller))
        .order_by(Task.id)
        .limit(limit)
    )
    if state is not None:
        statement = statement.where(Task.state == state)
    if after is not None:
        statement = statement.where(Task.id > after)
    return [(row[0], row[1], row[2]) for row in session.execute(statement)]


def skip_reasons(session: Session, caller: Principal, tasks: Iterable[Task]) -> dict[int, list[str]]:
    """Who skipped these tasks and why, by task, the first one first; nothing for annotators."""
    skipped = [task.id for task in tasks if task.skips]
    if not skipped or not caller.at_least("reviewer"):
        return {}
    statement = (
        select(TaskSkip.task_id, User.name, TaskSkip.reason)
        .join(User, User.id == TaskSkip.user_id)
        .where(TaskSkip.task_id.in_(skipped), TaskSkip.reason != BARRED)
        .order_by(TaskSkip.id)
    )
    found: dict[int, list[str]] = {}
    for task_id, name, reason in session.execute(statement):
        found.setdefault(task_id, []).append(f"{name}: {reason}")
    return found


def get_photo(session: Session, photo_id: int) -> Photo:
    photo = session.get(Photo, photo_id)
    if photo is None:
        raise NotFound(f"There is no photo {photo_id}.")
    return photo


def find_photo_files(paths: Iterable[Path]) -> dict[Path, list[Path]]:
    """The photo files among `paths` and below the folders among them, in a stable order, each with its label files.

    Raises:
        Invalid: a path does not exist.
    """
    found: dict[Path, list[Path]] = {}
    for path in paths:
        if path.is_dir():
            files = sorted(file for file in path.rglob("*") if file.is_file())
            groups, orphans = group_files([file.as_posix() for file in files])
            for number, labels in groups.items():
                if files[number].suffix.lower() in PHOTO_SUFFIXES and number not in orphans:
                    found[files[number]] = [files[label] for label in labels]
        elif path.is_file():
            found[path] = []
        else:
            raise Invalid(f"{path} does not exist.")
    return found
