"""Proposals for photos, by whatever a project predicts with at this moment."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import structlog
from sqlalchemy.orm import Session

from backend.blobs import BlobMissing, BlobStore
from backend.installation import Installation
from backend.modelzoo.tables import ModelVersion
from backend.projects.tables import Project
from backend.settings import Settings
from ml import model_file
from ml.data.errors import DataError
from ml.geometry import transform_points
from ml.landmarks import shipped
from ml.landmarks.mean_face import Proposal, place_mean_face
from ml.landmarks.photo_copies import PhotoCopies
from ml.landmarks.predict import Landmarker
from workers.resident import Resident

log = structlog.get_logger()


@dataclass(frozen=True)
class Proposer:
    """What a project predicts with: a version of its own, or the shipped weights, or, with neither, the mean face.

    Attributes:
        version_id: the active version, or None.
        checkpoint_sha256: of the active version's model file.
        shipped_sha256: of the shipped model file, when that predicts.
    """

    version_id: int | None = None
    checkpoint_sha256: str | None = None
    shipped_sha256: str | None = None


_resident = Resident(Landmarker.load)


def landmarker_of(facet: Installation, proposer: Proposer) -> Landmarker | None:
    """The network of a proposer; None for the mean face."""
    if proposer.checkpoint_sha256 is not None:
        version = proposer.checkpoint_sha256
        return _resident.get(version, lambda: facet.blobs.get(version))
    if proposer.shipped_sha256 is not None:
        return _resident.get(proposer.shipped_sha256, shipped.shipped_checkpoint)
    return None


@lru_cache(maxsize=1)
def _warn_of_missing_weights(reason: str) -> None:
    log.warning("shipped_weights.missing", reason=reason, instead="the mean face")


def shipped_weights(settings: Settings) -> bytes | None:
    """The model file that projects without a version start from; None where the installation does without."""
    if not settings.shipped_weights:
        return None
    try:
        return shipped.shipped_checkpoint()
    except shipped.ShippedWeightsMissing as error:
        _warn_of_missing_weights(str(error))
        return None


def proposer_of(session: Session, settings: Settings, project_id: int) -> Proposer:
    """What a project predicts with now."""
    project = session.get_one(Project, project_id)
    if project.active_model_id is not None:
        version = session.get_one(ModelVersion, project.active_model_id)
        return Proposer(version_id=version.id, checkpoint_sha256=version.checkpoint_sha256)
    return start(settings)


def start(settings: Settings) -> Proposer:
    """What projects without a version of their own predict with."""
    weights = shipped_weights(settings)
    return Proposer(shipped_sha256=model_file.sha256(weights) if weights is not None else None)


def propose_points(facet: Installation, proposer: Proposer, photo_sha256s: Sequence[str]) -> list[Proposal | None]:
    """106 points for each photo; None for one that the blob store has lost or damaged: it must not hold up the others."""
    photos = [_photo(facet.blobs, sha256) for sha256 in photo_sha256s]
    readable = [photo for photo in photos if photo is not None]
    landmarker = landmarker_of(facet, proposer)
    proposals = landmarker.predict_photos(readable) if landmarker else [_mean_face(photo) for photo in readable]
    made = iter(proposals)
    return [None if photo is None else next(made) for photo in photos]


def _mean_face(photo: PhotoCopies) -> Proposal:
    proposal = place_mean_face(photo.coarse.image)
    return replace(proposal, points=transform_points(photo.coarse.to_photo, proposal.points))


def _photo(blobs: BlobStore, sha256: str) -> PhotoCopies | None:
    try:
        return PhotoCopies(blobs.get(sha256), sha256)
    except (BlobMissing, DataError) as error:
        log.error("photo.unreadable", reason=str(error))
        return None
