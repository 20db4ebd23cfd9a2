"""train: a new version of the landmark model from a snapshot, and the gate's verdict on it."""

import shutil
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.annotations.tables import LandmarkRevision
from backend.installation import Installation
from backend.modelzoo.service import finish_training, training_again
from backend.modelzoo.tables import BaselineSource, ModelVersion
from backend.photos.tables import Photo
from backend.projects.tables import Project
from backend.snapshots.tables import SnapshotItem
from ml.landmarks import checkpoint
from ml.landmarks.evaluate import evaluate, evaluate_mean_face
from ml.landmarks.gate import gate
from ml.landmarks.metrics import Metrics
from ml.landmarks.predict import Landmarker
from ml.landmarks.samples import Sample
from ml.landmarks.train import TrainConfig, train
from workers.execution import Execution
from workers.photos import load_photo
from workers.proposals import shipped_weights
from workers.training_reports import reporting


@dataclass(frozen=True)
class Plan:
    """What to train, from what, and what the result would replace.

    Attributes:
        config: the recipe.
        train_set: the photos to learn from.
        held_out: the photos to measure on.
        init: the model file that training starts from; None for random weights.
        predecessor: the model file that predicts now; None for the mean face.
        predecessor_source: which that is.
    """

    config: TrainConfig
    train_set: list[Sample]
    held_out: list[Sample]
    init: bytes | None
    predecessor: bytes | None
    predecessor_source: BaselineSource


def train_landmarks(execution: Execution) -> None:
    """Resumes from its work folder after a kill; the folder is named by the model version and removed at the end."""
    facet = execution.facet
    model_id = execution.job.payload["model_id"]
    with facet.db.reading() as session:
        plan = plan_training(facet, session, session.get_one(ModelVersion, model_id))
    with facet.db.transaction() as session:
        execution.guard(session)
        training_again(session, session.get_one(ModelVersion, model_id))
    work_dir = facet.settings.data_dir / "training" / str(model_id)
    result = train(
        plan.config,
        plan.train_set,
        plan.held_out,
        init=plan.init,
        work_dir=work_dir,
        progress=reporting(execution),
    )
    baseline = result.baseline if result.baseline is not None else _score_predecessor(plan)
    decision = gate(result.metrics, baseline)
    checkpoint_sha256 = facet.blobs.put(result.checkpoint)
    with execution.finishing() as session:
        finish_training(
            session,
            session.get_one(ModelVersion, model_id),
            checkpoint_sha256,
            dict(result.metrics),
            dict(baseline),
            plan.predecessor_source,
            promote=decision.promote,
            reason=decision.reason,
        )
    shutil.rmtree(work_dir, ignore_errors=True)


def _score_predecessor(plan: Plan) -> Metrics:
    """What annotators start from now: the new version must not be worse than that."""
    if plan.predecessor is None:
        return evaluate_mean_face(plan.held_out)
    return evaluate(Landmarker.load(plan.predecessor, plan.config.device), plan.held_out)


def plan_training(facet: Installation, session: Session, model: ModelVersion) -> Plan:
    project = session.get_one(Project, model.project_id)
    statement = (
        select(SnapshotItem.split, Photo.blob_sha256, LandmarkRevision.points, LandmarkRevision.visibility)
        .join(Photo, Photo.id == SnapshotItem.photo_id)
        .join(LandmarkRevision, LandmarkRevision.id == SnapshotItem.revision_id)
        .where(SnapshotItem.snapshot_id == model.snapshot_id)
        .order_by(SnapshotItem.stem)
    )
    samples: dict[str, list[Sample]] = {"train": [], "val": [], "test": []}
    for split, sha256, points, visibility in session.execute(statement):
        # Points outside the photo, or unknown, teach nothing. Photos are decoded when they are needed.
        samples[split].append(Sample(partial(load_photo, facet.blobs, sha256), points, visibility > 0))
    config = TrainConfig(
        width=project.train_width,
        epochs=project.train_epochs,
        threads=facet.settings.torch_threads or TrainConfig.threads,
        save_seconds=facet.settings.train_save_seconds,
        snapshot=model.snapshot_id,
    )
    init, predecessor, source = _starting_point(facet, session, model, project.train_width)
    return Plan(config, samples["train"], samples["val"], init, predecessor, source)


def _starting_point(
    facet: Installation, session: Session, model: ModelVersion, width: int
) -> tuple[bytes | None, bytes | None, BaselineSource]:
    """What training starts from, what predicts now, and which that is."""
    if model.parent_id is not None:
        parent = session.get_one(ModelVersion, model.parent_id)
        assert parent.checkpoint_sha256 is not None
        weights = facet.blobs.get(parent.checkpoint_sha256)
        return weights, weights, "model"
    weights_shipped = shipped_weights(facet.settings)
    if weights_shipped is None:
        return None, None, "mean_face"
    # A project that asked for another width wants that network, which no weights of this one fit.
    _, metadata = checkpoint.load(weights_shipped)
    return (weights_shipped if metadata.width == width else None), weights_shipped, "shipped"
