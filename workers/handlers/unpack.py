"""unpack: the photos of a zip, batch by batch; progress and photos are stored together, so that a kill repeats nothing."""

import tempfile
from functools import partial
from itertools import islice
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.photos.archive import Archive, ArchiveRefused
from backend.photos.service import IncomingFile, import_files
from backend.photos.tables import Import
from workers.execution import Execution
from workers.failures import JobRefused

BATCH = 8


def unpack(execution: Execution) -> None:
    facet, job = execution.facet, execution.job
    import_id = job.payload["import_id"]
    with facet.db.reading() as session:
        archive_sha256 = session.get_one(Import, import_id).archive_sha256
    assert archive_sha256 is not None
    with tempfile.NamedTemporaryFile(prefix="archive-", dir=facet.settings.data_dir) as spool:
        for chunk in facet.blobs.stream(archive_sha256):
            spool.write(chunk)
        spool.flush()
        try:
            archive = Archive(
                Path(spool.name),
                max_files=facet.settings.max_archive_files,
                max_file_bytes=facet.settings.max_photo_bytes,
            )
        except ArchiveRefused as refusal:
            raise JobRefused(str(refusal)) from refusal
        total = len(archive)
        with facet.db.transaction() as session:
            execution.guard(session)
            row = session.get_one(Import, import_id)
            # It had failed when somebody tries the job again.
            row.state, row.expected = "unpacking", total
        done = job.done
        entries = archive.entries(start=done)
        # Lazily: one batch of photos in memory at a time.
        while batch := list(islice(entries, BATCH)):
            execution.check_stopping()
            done += len(batch)
            files = [IncomingFile(entry.name, entry.data, entry.refusal, entry.labels) for entry in batch]
            import_files(facet, import_id, files, guard=partial(_report, execution, done, total))
    with execution.finishing() as session:
        session.get_one(Import, import_id).state = "done"
        # The same archive may be on its way into another project, or again into this one: it is one blob.
        others = select(Import.id).where(Import.archive_sha256 == archive_sha256, Import.state != "done")
        wanted = session.scalar(others.limit(1)) is not None
    if not wanted:
        facet.blobs.delete(archive_sha256)


def _report(execution: Execution, done: int, total: int, session: Session) -> None:
    execution.progress_in(session, done, total, f"{done} of {total} files")
