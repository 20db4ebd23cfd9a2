"""Proposals for photos, by whichever model is active at this moment. One resident model a process."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from backend.blobs import BlobStore
from backend.modelzoo.tables import ModelVersion
from backend.projects.tables import Project
from ml.landmarks.mean_face import Proposal, place_mean_face
from ml.landmarks.predict import Landmarker
from workers.photos import load_photo


@dataclass(frozen=True)
class ActiveModel:
    """The model that a project predicts with; no id and no weights while it has none."""

    version_id: int | None
    checkpoint_sha256: str | None


class _Resident:
    """The last model used, kept in memory. New weights have another hash, so no restart is needed to notice them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sha256 = ""
        self._landmarker: Landmarker | None = None

    def get(self, blobs: BlobStore, sha256: str) -> Landmarker:
        with self._lock:
            if self._landmarker is None or self._sha256 != sha256:
                self._landmarker, self._sha256 = Landmarker.load(blobs.get(sha256)), sha256
            return self._landmarker


_resident = _Resident()


def active_model(session: Session, project_id: int) -> ActiveModel:
    project = session.get_one(Project, project_id)
    if project.active_model_id is None:
        return ActiveModel(None, None)
    version = session.get_one(ModelVersion, project.active_model_id)
    return ActiveModel(version.id, version.checkpoint_sha256)


def propose_points(blobs: BlobStore, model: ActiveModel, photo_sha256s: Sequence[str]) -> list[Proposal]:
    """106 points for each photo: the model's, or the mean face fitted to the found face while there is no model."""
    images: list[np.ndarray] = [load_photo(blobs, sha256) for sha256 in photo_sha256s]
    if model.checkpoint_sha256 is None:
        return [place_mean_face(image) for image in images]
    return _resident.get(blobs, model.checkpoint_sha256).predict(images)
