"""Landmark revisions as they are sent: with names for ids, and numbers short enough for a slow line."""

from itertools import chain

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.schemas import Person
from backend.accounts.tables import User
from backend.annotations.operations import replay_origins
from backend.annotations.schemas import RevisionMeta, RevisionView
from backend.annotations.tables import LandmarkRevision
from backend.modelzoo.tables import ModelVersion


def person(session: Session, user_id: int | None) -> Person | None:
    user = session.get(User, user_id) if user_id is not None else None
    return Person.model_validate(user) if user is not None else None


def revision_meta(session: Session, revision: LandmarkRevision) -> RevisionMeta:
    model = session.get(ModelVersion, revision.model_version_id) if revision.model_version_id else None
    return RevisionMeta(
        number=revision.number,
        parent=revision.parent,
        source=revision.source,
        author=person(session, revision.author_id),
        model_number=model.number if model else None,
        active_seconds=revision.active_seconds,
        corrected_points=revision.corrected_points,
        created_at=revision.created_at,
    )


def _numbers(array: np.ndarray, digits: int) -> list:
    return np.round(array.astype(np.float64), digits).tolist()


def origins_of(session: Session, revision: LandmarkRevision) -> np.ndarray:
    """(106,) uint8: which points of a revision a person moved or confirmed."""
    if revision.origins is not None:
        return revision.origins
    # It is of a release that did not keep them, as are all before it.
    logs = session.scalars(
        select(LandmarkRevision.operations)
        .where(LandmarkRevision.task_id == revision.task_id, LandmarkRevision.number <= revision.number)
        .order_by(LandmarkRevision.number)
    )
    return replay_origins(chain.from_iterable(logs))


def painting_url(revision: LandmarkRevision) -> str | None:
    painted = revision.painting_sha256 is not None
    return f"/api/v1/tasks/{revision.task_id}/revisions/{revision.number}/painting" if painted else None


def revision_view(session: Session, revision: LandmarkRevision) -> RevisionView:
    confidence = revision.confidence
    return RevisionView(
        **revision_meta(session, revision).model_dump(),
        # A thousandth of a pixel: below the float32 of large photos, and half the bytes of full precision.
        points=_numbers(revision.points, 3),
        visibility=revision.visibility.tolist(),
        origins=origins_of(session, revision).tolist(),
        confidence=None if confidence is None else _numbers(confidence, 3),
        painting_url=painting_url(revision),
    )
