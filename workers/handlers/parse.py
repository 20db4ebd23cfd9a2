"""parse: the label maps of proposals, drawn when photos come in, so that opening one shows hair and skin at once."""

from collections.abc import Sequence

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.annotations.fitting import map_of_proposal
from backend.annotations.tables import LabelMap, LandmarkRevision
from backend.blobs import BlobMissing
from backend.jobs.service import enqueue
from backend.photos.tables import GivenLabels, Photo
from backend.settings import Settings
from backend.tasks.tables import Task
from ml.data.errors import DataError
from ml.data.lapa import encode_label_map
from ml.geometry import Image
from ml.parsing.segmenters import Found, Segmenter
from ml.ppa.parts import FittingError
from workers.execution import Execution
from workers.label_maps import label_map_of_points
from workers.photos import load_photo
from workers.segmenters import draws_at_import, segmenter_of

log = structlog.get_logger()

Waiting = tuple[int, LandmarkRevision, Photo, GivenLabels | None]


def parse_later(session: Session, settings: Settings, project_id: int, task_ids: Sequence[int], key: str) -> None:
    """Asks for the maps of tasks that have just got proposals, where networks find hair and skin.

    The graph cut depends on every point, so it waits for the corrected ones.
    """
    if task_ids and draws_at_import(settings):
        enqueue(session, "parse", project_id, {"task_ids": list(task_ids)}, key)


def parse(execution: Execution) -> None:
    """In batches, each stored at once and guarded by the claim. A photo that cannot be drawn waits for its annotator."""
    facet, job = execution.facet, execution.job
    segmenter = segmenter_of(facet.settings)
    with facet.db.reading() as session:
        waiting = _without_map(session, job.payload["task_ids"])
    for start in range(0, len(waiting), segmenter.batch_size):
        execution.check_stopping()
        drawn = _draw(execution, segmenter, waiting[start : start + segmenter.batch_size])
        done = min(start + segmenter.batch_size, len(waiting))
        with facet.db.transaction() as session:
            execution.progress_in(session, done, len(waiting))
            for task_id, revision_id, sha256, drawn_by in drawn:
                map_of_proposal(session, task_id, revision_id, sha256, drawn_by)
    with execution.finishing():
        pass


def _without_map(session: Session, task_ids: Sequence[int]) -> list[Waiting]:
    """The tasks that nobody has opened, with what they start from, as long as that has no map."""
    rows = session.execute(
        select(Task.id, LandmarkRevision, Photo, GivenLabels)
        .join(Photo, Photo.id == Task.photo_id)
        .join(
            LandmarkRevision,
            (LandmarkRevision.task_id == Task.id) & (LandmarkRevision.number == Task.head_number),
        )
        .outerjoin(LabelMap, LabelMap.revision_id == LandmarkRevision.id)
        .outerjoin(GivenLabels, GivenLabels.photo_id == Photo.id)
        .where(Task.id.in_(task_ids), Task.state == "ready", Task.opened.is_(False), LabelMap.id.is_(None))
        .order_by(Task.id)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def _draw(execution: Execution, segmenter: Segmenter, batch: Sequence[Waiting]) -> list[tuple[int, int, str, str]]:
    """Returns task, revision, blob and what drew it, for each photo of the batch that can be drawn."""
    facet = execution.facet
    images: list[Image] = []
    readable: list[Waiting] = []
    for each in batch:
        try:
            images.append(load_photo(facet.blobs, each[2].blob_sha256))
        except (BlobMissing, DataError) as error:
            log.error("photo.unreadable", reason=str(error))
        else:
            readable.append(each)
    found = segmenter.segment(images, [revision.points for _, revision, _, _ in readable])
    drawn = []
    for (task_id, revision, _, given), image, regions in zip(readable, images, found, strict=True):
        try:
            label_map, drawn_by = label_map_of_points(
                facet.blobs, image, revision, given, frozenset(), Found(segmenter.version, regions)
            )
        except (BlobMissing, FittingError) as error:
            log.warning("proposal.not_drawn", task_id=task_id, reason=str(error))
            continue
        drawn.append((task_id, revision.id, facet.blobs.put(encode_label_map(label_map)), drawn_by))
    return drawn
