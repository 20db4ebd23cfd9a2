"""repredict: after a change of what a project predicts with, new proposals for the photos that nobody has opened."""

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from backend.annotations.service import propose
from backend.annotations.tables import LandmarkRevision
from backend.db import FOR_CHANGE
from backend.jobs.service import enqueue
from backend.photos.tables import Photo
from backend.projects.tables import Project
from backend.settings import Settings
from backend.tasks.tables import Task
from ml.landmarks.doubt import doubt
from workers.execution import Execution
from workers.proposals import Proposer, propose_points, proposer_of, start

BATCH = 16

_HEAD = and_(LandmarkRevision.task_id == Task.id, LandmarkRevision.number == Task.head_number)


class _Changed(Exception):
    """The project predicts with something else now."""


def repredict(execution: Execution) -> None:
    """In batches, each stored at once and guarded by the claim. An interrupted run leaves nothing to be done twice."""
    facet, job = execution.facet, execution.job
    done = after = lost = 0
    proposer = None
    while True:
        execution.check_stopping()
        with facet.db.reading() as session:
            # Read anew for each batch: what is promoted or rolled back in between finds this job alive and asks for no other.
            before, proposer = proposer, proposer_of(session, facet.settings, job.project_id)
            if before != proposer:
                after = lost = 0
            rows = session.execute(
                select(Task.id, Photo.blob_sha256)
                .join(Photo, Photo.id == Task.photo_id)
                .join(LandmarkRevision, _HEAD)
                .where(Task.project_id == job.project_id, Task.id > after, _outdated(proposer))
                .order_by(Task.id)
                .limit(BATCH)
            ).all()
        if not rows:
            try:
                with execution.finishing() as session:
                    # Whoever changes it holds the project, and sees this job ended or is seen here.
                    session.get_one(Project, job.project_id, with_for_update=FOR_CHANGE, populate_existing=True)
                    if proposer_of(session, facet.settings, job.project_id) != proposer:
                        raise _Changed
            except _Changed:
                continue
            return
        proposals = propose_points(facet, proposer, [row.blob_sha256 for row in rows])
        lost += proposals.count(None)
        done, after = done + len(rows) - proposals.count(None), rows[-1].id
        with facet.db.transaction() as session:
            execution.progress_in(session, done, 0, _message(done, lost))
            for row, proposal in zip(rows, proposals, strict=True):
                if proposal is None:
                    # It keeps the proposal that it has.
                    continue
                task = session.get_one(Task, row.id, with_for_update=True)
                # Whoever opened it meanwhile keeps the points they are looking at.
                propose(
                    session,
                    task,
                    proposal.points,
                    confidence=proposal.confidence,
                    model_version_id=proposer.version_id,
                    shipped_sha256=proposer.shipped_sha256,
                    doubt=doubt(proposal.confidence),
                )


def _outdated(proposer: Proposer) -> ColumnElement[bool]:
    """Tasks that nobody has opened, whose points something else has proposed."""
    return and_(
        Task.state == "ready",
        Task.opened.is_(False),
        LandmarkRevision.source.in_(("mean_face", "shipped", "model")),
        or_(
            LandmarkRevision.model_version_id.is_distinct_from(proposer.version_id),
            LandmarkRevision.shipped_sha256.is_distinct_from(proposer.shipped_sha256),
        ),
    )


def follow_the_start(session: Session, settings: Settings) -> list[int]:
    """Asks for new proposals in the projects that an upgrade of Facet gave another start, and returns their ids.

    These are the projects without a version of their own where an unopened photo's points are not the shipped weights'
    that this installation has now, or not the mean face's, where it does without weights.
    """
    stale = (
        select(Task.id)
        .join(LandmarkRevision, _HEAD)
        .where(Task.project_id == Project.id, _outdated(start(settings)))
        .exists()
    )
    projects = session.scalars(select(Project.id).where(Project.active_model_id.is_(None), stale)).all()
    for project_id in projects:
        enqueue(session, "repredict", project_id, {}, f"repredict:{project_id}")
    return list(projects)


def _message(done: int, lost: int) -> str:
    unreadable = f"; {lost} could not be read from the store" if lost else ""
    return f"{done} photos predicted again{unreadable}"
