"""prelabel: the first proposal of points for newly imported photos."""

from sqlalchemy import select

from backend.annotations.service import propose
from backend.photos.tables import Photo
from backend.tasks.tables import Task
from workers.execution import Execution
from workers.proposals import active_model, propose_points


def prelabel(execution: Execution) -> None:
    facet, job = execution.facet, execution.job
    with facet.db.reading() as session:
        model = active_model(session, job.project_id)
        pending = select(Task.id, Photo.blob_sha256).join(Photo, Photo.id == Task.photo_id)
        rows = session.execute(
            pending.where(Task.id.in_(job.payload["task_ids"]), Task.state == "pending").order_by(Task.id)
        ).all()
    proposals = propose_points(facet.blobs, model, [row.blob_sha256 for row in rows])
    with execution.finishing() as session:
        for row, proposal in zip(rows, proposals, strict=True):
            task = session.get_one(Task, row.id, with_for_update=True)
            if task.state == "pending":
                propose(
                    session,
                    task,
                    proposal.points,
                    confidence=proposal.confidence,
                    model_version_id=model.version_id,
                )
