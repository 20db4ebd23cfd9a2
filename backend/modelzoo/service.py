"""Learning: when to train, what became of it, and which version a project predicts with."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.db import FOR_CHANGE, now
from backend.events.service import record
from backend.jobs.service import enqueue
from backend.jobs.tables import Job
from backend.modelzoo.tables import BaselineSource, ModelVersion, Promotion, PromotionAction
from backend.photos.tables import Photo, Split
from backend.problems import Conflict, NotFound
from backend.projects.tables import Project, TaskCounter
from backend.snapshots.service import create_snapshot
from backend.tasks.tables import Task


class TrainingRunning(Conflict):
    code = "training-running"
    title = "This project is training already"


class NotEnoughLabels(Conflict):
    code = "not-enough-labels"
    title = "There are too few approved labels"


class ModelNotReady(Conflict):
    code = "model-not-ready"
    title = "This version cannot predict"


_WAIT = "Wait for it to end; its progress is on the jobs page."

LEARNING_SPLITS: tuple[Split, ...] = ("train", "val")


def projects_due(session: Session) -> list[Project]:
    """Projects with `retrain_every` approvals since their last training, and none going on."""
    statement = (
        select(Project)
        .join(TaskCounter, (TaskCounter.project_id == Project.id) & (TaskCounter.state == "approved"))
        .where(TaskCounter.count - Project.labels_at_last_training >= Project.retrain_every)
        .order_by(Project.id)
    )
    return [project for project in session.scalars(statement) if live_training(session, project.id) is None]


def live_training(session: Session, project_id: int) -> Job | None:
    statement = select(Job).where(
        Job.project_id == project_id, Job.kind == "train", Job.state.in_(("queued", "running"))
    )
    return session.scalar(statement)


def start_training(session: Session, project_id: int, user_id: int | None) -> Job:
    """Freezes a snapshot and queues its training from the active weights.

    One training a project at a time: the database takes no second version in training.

    Raises:
        TrainingRunning, NotEnoughLabels: nothing was frozen.
    """
    project = session.get_one(Project, project_id, with_for_update=FOR_CHANGE, populate_existing=True)
    if live_training(session, project_id) is not None:
        raise TrainingRunning(_WAIT)
    approved = session.get_one(TaskCounter, (project_id, "approved"), populate_existing=True).count
    if approved == 0:
        raise NotEnoughLabels("Approve some labels first.")
    for split in LEARNING_SPLITS:
        if not _has_label(session, project_id, split):
            raise NotEnoughLabels(f"No photo of the {split} share has an approved label yet; approve more.")
    snapshot = create_snapshot(session, project_id, f"Training at {approved} labels", user_id)
    newest = session.scalar(select(func.max(ModelVersion.number)).where(ModelVersion.project_id == project_id)) or 0
    model = ModelVersion(
        project_id=project_id,
        number=newest + 1,
        parent_id=project.active_model_id,
        snapshot_id=snapshot.id,
        labels=snapshot.photos,
    )
    try:
        with session.begin_nested():
            session.add(model)
            session.flush()
    except IntegrityError as error:
        raise TrainingRunning(_WAIT) from error
    project.labels_at_last_training = snapshot.photos
    return enqueue(session, "train", project_id, {"model_id": model.id}, f"train:{project_id}")


def _has_label(session: Session, project_id: int, split: Split) -> bool:
    statement = (
        select(Task.id)
        .join(Photo, Photo.id == Task.photo_id)
        .where(Task.project_id == project_id, Task.state == "approved", Photo.split == split)
        .limit(1)
    )
    return session.scalar(statement) is not None


def finish_training(
    session: Session,
    model: ModelVersion,
    checkpoint_sha256: str,
    metrics: dict[str, Any],
    baseline: dict[str, Any],
    baseline_source: BaselineSource,
    *,
    promote: bool,
    reason: str,
) -> None:
    """Stores what was trained; promotes it when the gate says so and the active model is still the one compared with."""
    model.checkpoint_sha256, model.metrics = checkpoint_sha256, metrics
    model.baseline, model.baseline_source = baseline, baseline_source
    model.state, model.trained_at = "ready", now()
    project = session.get_one(Project, model.project_id, with_for_update=FOR_CHANGE, populate_existing=True)
    promote = promote and project.active_model_id == model.parent_id
    model.decision = "promoted" if promote else "kept"
    record(
        session,
        "model.ready",
        project.id,
        ("model", model.id),
        number=model.number,
        decision=model.decision,
        reason=reason,
    )
    if promote:
        activate(session, project, model, None, reason)


def fail_training(session: Session, model_id: int) -> None:
    session.get_one(ModelVersion, model_id).state = "failed"


def training_again(session: Session, model: ModelVersion) -> None:
    """Says that a failed training is being tried again, for as long as it is."""
    if model.state == "failed":
        model.state = "training"


def activate(session: Session, project: Project, model: ModelVersion | None, user_id: int | None, reason: str) -> None:
    """Makes a version the one that predicts, and has unopened photos predicted again.

    Args:
        model: None takes the project back to what it started from, the shipped weights.
        user_id: None when the gate promotes.

    Raises:
        ModelNotReady: it has no weights.
    """
    session.refresh(project, with_for_update=FOR_CHANGE)
    if model is not None and model.state != "ready":
        raise ModelNotReady(f"Version {model.number} is {model.state}.")
    current = session.get(ModelVersion, project.active_model_id) if project.active_model_id else None
    if current is model:
        return
    back = current is not None and (model is None or model.number < current.number)
    action: PromotionAction = "rolled_back" if back else "promoted"
    project.active_model_id = model.id if model else None
    session.add(
        Promotion(
            project_id=project.id,
            model_version_id=model.id if model else None,
            action=action,
            user_id=user_id,
            reason=reason,
        )
    )
    record(
        session,
        "model.promoted",
        project.id,
        ("model", model.id) if model else ("project", project.id),
        actor_id=user_id,
        number=model.number if model else None,
        action=action,
        reason=reason,
    )
    enqueue(session, "repredict", project.id, {}, f"repredict:{project.id}")


def get_model(session: Session, project_id: int, model_id: int) -> ModelVersion:
    model = session.get(ModelVersion, model_id)
    if model is None or model.project_id != project_id:
        raise NotFound(f"This project has no model {model_id}.")
    return model


def list_models(session: Session, project_id: int) -> list[ModelVersion]:
    statement = select(ModelVersion).where(ModelVersion.project_id == project_id).order_by(ModelVersion.number)
    return list(session.scalars(statement))


def list_promotions(session: Session, project_id: int) -> list[Promotion]:
    statement = select(Promotion).where(Promotion.project_id == project_id).order_by(Promotion.id.desc())
    return list(session.scalars(statement))
