"""prelabel: the first proposal of points for newly imported photos."""

from sqlalchemy import select

from backend.annotations.service import propose
from backend.blobs import BlobMissing
from backend.photos.tables import GivenLabels, Photo
from backend.tasks.tables import Task
from ml.landmarks.doubt import doubt
from workers.execution import Execution
from workers.given_points import propose_given
from workers.handlers.parse import parse_later
from workers.proposals import propose_points, proposer_of


def prelabel(execution: Execution) -> None:
    """The readable photos are stored and ready, whatever becomes of the others: the next attempt is for those alone."""
    facet, job = execution.facet, execution.job
    with facet.db.reading() as session:
        proposer = proposer_of(session, facet.settings, job.project_id)
        pending = (
            select(Task.id, Photo.blob_sha256, Photo.name, Photo, GivenLabels)
            .join(Photo, Photo.id == Task.photo_id)
            .outerjoin(GivenLabels, GivenLabels.photo_id == Photo.id)
        )
        found = session.execute(
            pending.where(Task.id.in_(job.payload["task_ids"]), Task.state == "pending").order_by(Task.id)
        ).all()
    brought = [row for row in found if row.GivenLabels is not None and row.GivenLabels.points is not None]
    known = [propose_given(execution, proposer, row.id, row.Photo, row.GivenLabels) for row in brought]
    lost = [row.name for row, is_known in zip(brought, known, strict=True) if not is_known]
    ready = [row.id for row, is_known in zip(brought, known, strict=True) if is_known]
    rows = [row for row in found if row.GivenLabels is None or row.GivenLabels.points is None]
    proposals = propose_points(facet, proposer, [row.blob_sha256 for row in rows])
    ready += [row.id for row, proposal in zip(rows, proposals, strict=True) if proposal is not None]
    with facet.db.transaction() as session:
        execution.guard(session)
        for row, proposal in zip(rows, proposals, strict=True):
            task = session.get_one(Task, row.id, with_for_update=True)
            if proposal is not None and task.state == "pending":
                propose(
                    session,
                    task,
                    proposal.points,
                    confidence=proposal.confidence,
                    model_version_id=proposer.version_id,
                    shipped_sha256=proposer.shipped_sha256,
                    doubt=doubt(proposal.confidence),
                )
        parse_later(session, facet.settings, job.project_id, ready, f"parse:{job.id}")
    lost += [row.name for row, proposal in zip(rows, proposals, strict=True) if proposal is None]
    if lost:
        raise BlobMissing(f"These photos are lost or damaged in the store: {', '.join(lost)}. The others are ready.")
    with execution.finishing():
        pass
