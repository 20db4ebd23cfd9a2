"""How the points of a project's faces err together: what the editor carries points along by."""

import numpy as np
from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from backend.annotations.tables import LandmarkRevision
from backend.projects.tables import Project
from backend.tasks.tables import Task
from ml.schema import N_POINTS
from ml.shape import ShapeModel, default_shape_model, fit

# The newest labels say most about what people correct now, and more than these change little.
LEARN_FROM = 500
# Fewer say less than the model that Facet ships with.
LEARN_FROM_AT_LEAST = 20


def shape_model_of(session: Session, project: Project) -> tuple[ShapeModel, int]:
    """The shape model for proposals as the project makes them now, and how many of its own labels it has learned from.

    It is about the errors of one proposer. So it learns from approved labels that began as a proposal of the active
    model (or of what the project starts from, while no model is active), and from none of them when they are few.
    """
    proposals, truths, known = approved_labels(session, project)
    if len(proposals) < LEARN_FROM_AT_LEAST:
        return default_shape_model(), 0
    return fit(proposals, truths, known), len(proposals)


def approved_labels(session: Session, project: Project) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Proposals (N, 106, 2) and approved points (N, 106, 2), image pixels, and which of those are known (N, 106)."""
    proposal, label = aliased(LandmarkRevision), aliased(LandmarkRevision)
    newest_proposal = (
        select(func.max(LandmarkRevision.number))
        .where(LandmarkRevision.task_id == Task.id, LandmarkRevision.author_id.is_(None))
        .correlate(Task)
        .scalar_subquery()
    )
    rows = session.execute(
        select(proposal.source, proposal.points, label.points, label.visibility)
        .select_from(Task)
        .join(proposal, and_(proposal.task_id == Task.id, proposal.number == newest_proposal))
        .join(label, and_(label.task_id == Task.id, label.number == Task.head_number))
        .where(
            Task.project_id == project.id,
            Task.state == "approved",
            proposal.model_version_id.is_not_distinct_from(project.active_model_id),
            # Points that came with a photo are nobody's proposal, and do not err as one.
            proposal.source != "imported",
        )
        .order_by(Task.id.desc())
        .limit(LEARN_FROM)
    ).all()
    # An installation may have begun with the mean face and gone on with the shipped model.
    alike = [row for row in rows if row[0] == rows[0][0]]
    proposals, truths = (np.array([row[i] for row in alike], np.float32).reshape(-1, N_POINTS, 2) for i in (1, 2))
    known = np.array([row[3] for row in alike], np.uint8).reshape(-1, N_POINTS) > 0
    return proposals, truths, known
