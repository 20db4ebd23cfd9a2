"""facet import and facet export: photos in and datasets out, on the machine that holds the installation."""

import threading
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from backend.blobs import BlobMissing
from backend.db import now
from backend.installation import Installation
from backend.photos.archive import Archive, ArchiveRefused
from backend.photos.service import IncomingFile, find_photo_files, import_files, start_import
from backend.problems import Problem
from backend.projects.service import create_project, find_by_name
from backend.snapshots.lapa_zip import stream_lapa_zip
from backend.snapshots.service import StillFreezing, create_snapshot, find_snapshot, freeze_job
from backend.snapshots.tables import Snapshot
from cli.opened import open_installation

BATCH = 8
POLL_SECONDS = 0.2
console = Console(stderr=True)


def import_photos(project_name: str, paths: list[Path], *, create: bool) -> int:
    """Returns 0 when all went in, 1 when some files were refused, 2 when nothing could be done."""
    facet = open_installation()
    try:
        with facet.db.transaction() as session:
            try:
                project = find_by_name(session, project_name)
            except Problem:
                if not create:
                    raise
                project = create_project(session, None, project_name)
            archives = [path for path in paths if path.suffix.lower() == ".zip" and path.is_file()]
            files = find_photo_files(path for path in paths if path not in archives)
            opened = [
                Archive(
                    path,
                    max_files=facet.settings.max_archive_files,
                    max_file_bytes=facet.settings.max_photo_bytes,
                )
                for path in archives
            ]
            total = len(files) + sum(map(len, opened))
            import_id = start_import(session, project.id, None, total).id
    except Problem as problem:
        console.print(problem.detail, style="red", markup=False)
        return 2
    except ArchiveRefused as refusal:
        console.print(str(refusal), style="red", markup=False)
        return 2

    counts = {"imported": 0, "duplicate": 0, "refused": 0}
    incoming = _incoming(files, opened, facet.settings.max_photo_bytes)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("Importing", total=total)
        while batch := list(islice(incoming, BATCH)):
            for item in import_files(facet, import_id, batch):
                counts[item.outcome] += 1
                if item.reason:
                    progress.console.print(f"{item.name}: {item.outcome}. {item.reason}", markup=False)
            progress.advance(bar, len(batch))
    console.print(
        f"{counts['imported']} imported, {counts['duplicate']} duplicates, {counts['refused']} refused "
        f"into '{project_name}'."
    )
    facet.close()
    return 1 if counts["refused"] else 0


def _incoming(files: dict[Path, list[Path]], archives: list[Archive], limit: int) -> Iterator[IncomingFile]:
    for path, label_files in files.items():
        try:
            labels = {label.as_posix(): label.read_bytes() for label in label_files}
            with path.open("rb") as file:
                yield IncomingFile(path.name, file.read(limit + 1), labels=labels)
        except OSError as error:
            yield IncomingFile(path.name, None, f"It cannot be read: {error.strerror}.")
    for archive in archives:
        for entry in archive.entries():
            yield IncomingFile(entry.name, entry.data, entry.refusal, entry.labels)


def export_snapshot(project_name: str, out: Path, number: int | None) -> int:
    """Writes the zip beside its final name first: a broken-off export never looks like a whole one."""
    if not out.parent.is_dir():
        console.print(f"There is no folder {out.parent}.", style="red", markup=False)
        return 2
    facet = open_installation()
    partial = out.with_name(out.name + ".part")
    try:
        with facet.db.transaction() as session:
            project = find_by_name(session, project_name)
            if number is None:
                snapshot = create_snapshot(session, project.id, None, None)
            else:
                snapshot = find_snapshot(session, project.id, number)
        snapshot = _frozen(facet, snapshot.id)
        size = 0
        with partial.open("wb") as file:
            for chunk in stream_lapa_zip(facet, snapshot):
                size += file.write(chunk)
        partial.replace(out)
    except Problem as problem:
        console.print(problem.detail, style="red", markup=False)
        return 2
    except (BlobMissing, OSError) as error:
        console.print(f"The export broke off: {error}", style="red", markup=False)
        return 2
    finally:
        partial.unlink(missing_ok=True)
    console.print(f"Snapshot {snapshot.number} of '{project_name}': {snapshot.photos} photos, {size:,} bytes in {out}.")
    facet.close()
    return 0


def _frozen(facet: Installation, snapshot_id: int) -> Snapshot:
    """Has a snapshot frozen, and waits for it. No worker need run for this: whoever claims the job first does it, once.

    Returns one that is not ready only where its job has failed for good; reading its manifest says so.

    Raises:
        StillFreezing: the worker that claimed the job is gone, and nobody is there who gives the job to another.
    """
    from workers.execution import run_job

    while True:
        with facet.db.reading() as session:
            snapshot = session.get_one(Snapshot, snapshot_id)
            job = freeze_job(session, snapshot)
        if snapshot.state == "ready" or job is None or job.state == "failed":
            return snapshot
        if job.state == "queued":
            run_job(facet, job.id, threading.Event())
            continue
        silent = (now() - job.heartbeat_at).total_seconds() if job.heartbeat_at else 0
        # The clock of a running Facet has given the job to another long before.
        if silent > 4 * facet.settings.job_stale_seconds:
            raise StillFreezing(
                f"The worker that freezes snapshot {snapshot.number} has not been heard for {silent:.0f} s. Start Facet, "
                f"which has another do it, then export it with --snapshot {snapshot.number}."
            )
        time.sleep(POLL_SECONDS)
