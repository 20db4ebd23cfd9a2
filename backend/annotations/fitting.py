"""What becomes of a task when its label map is drawn, or cannot be."""

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.annotations.tables import LabelMap, LandmarkRevision
from backend.projects.tables import Project
from backend.reviews.service import add_review, approve
from backend.reviews.tables import Comment
from backend.tasks.pairs import pair_of
from backend.tasks.service import move, send_back
from backend.tasks.tables import Task


def fitting_done(
    session: Session,
    task_id: int,
    revision_id: int,
    blob_sha256: str,
    fitter: str,
    fitted_sha256: str | None = None,
) -> None:
    """Stores the label map of a revision and passes the task on: to a reviewer, or past them by the review share.

    Two labels of one photo are always compared by a person.

    `fitted_sha256` is the map as it was before what people painted was laid over it, when something was.
    """
    if session.scalar(select(LabelMap.id).where(LabelMap.revision_id == revision_id)) is None:
        session.add(
            LabelMap(
                task_id=task_id,
                revision_id=revision_id,
                blob_sha256=blob_sha256,
                fitted_sha256=fitted_sha256,
                fitter=fitter,
            )
        )
        session.flush()
    task, revision = _waiting_for(session, task_id, revision_id)
    if task is None or revision is None:
        # A reviewer had a revision drawn that nobody waits for.
        return
    project = session.get_one(Project, task.project_id)
    move(session, task, "in_review", "task.in_review", None, revision=revision.number)
    drawn = needs_review(project.review_seed, task.id, revision.number, project.review_share)
    if not drawn and pair_of(session, task) is None:
        add_review(session, task, revision, "approved", None)
        approve(session, task, None)


def map_of_proposal(session: Session, task_id: int, revision_id: int, blob_sha256: str, drawn_by: str) -> None:
    """Stores the label map of a proposal, unless somebody has opened the task meanwhile or it has one."""
    task = session.get_one(Task, task_id, with_for_update=True, populate_existing=True)
    drawn = session.scalar(select(LabelMap.id).where(LabelMap.revision_id == revision_id))
    if task.opened or drawn is not None:
        return
    session.add(LabelMap(task_id=task_id, revision_id=revision_id, blob_sha256=blob_sha256, fitter=drawn_by))


def fitting_failed(session: Session, task_id: int, revision_id: int, error: str) -> None:
    """Returns the task to its annotator with a comment that says why."""
    task, _revision = _waiting_for(session, task_id, revision_id)
    if task is None:
        return
    session.add(Comment(task_id=task.id, body=f"The mask could not be drawn from these points: {error}"))
    send_back(session, task, "task.rejected", None)


def _waiting_for(session: Session, task_id: int, revision_id: int) -> tuple[Task | None, LandmarkRevision | None]:
    task = session.get(Task, task_id, with_for_update=True, populate_existing=True)
    revision = session.get(LandmarkRevision, revision_id)
    # A second label that was withdrawn takes its task and revisions along.
    if task is None or revision is None or task.state != "fitting" or task.head_number != revision.number:
        return None, None
    return task, revision


def needs_review(seed: str, task_id: int, revision_number: int, review_share: float) -> bool:
    """Whether this submission is among the share that a person looks at: even, and not to be foreseen by annotators."""
    digest = hashlib.sha256(f"{seed}:{task_id}:{revision_number}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48 < review_share
