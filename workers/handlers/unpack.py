"""unpack: the photos of a zip, batch by batch; progress and photos are stored together, so that a kill repeats nothing."""

import tempfile
from functools import partial
from itertools import islice

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
        key = session.get_one(Import, import_id).archive
    if key is None:
        raise JobRefused("The archive is not kept any more; send it again in a new import.")
    # Without a name: a worker that is killed leaves nothing behind.
    with tempfile.TemporaryFile(dir=facet.settings.data_dir) as spool:
        for chunk in facet.blobs.stream_archive(key):
            spool.write(chunk)
        try:
            archive = Archive(
                spool,
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
        row = session.get_one(Import, import_id)
        row.state, row.archive = "done", None
        session.flush()
        # Before each had a file of its own, imports of one zip shared one.
        shared = session.scalar(select(Import.id).where(Import.archive == key).limit(1)) is not None
    if not shared:
        facet.blobs.delete_archive(key)


def _report(execution: Execution, done: int, total: int, session: Session) -> None:
    execution.progress_in(session, done, total, f"{done} of {total} files")
