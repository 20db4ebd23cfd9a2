"""The eleven-category baseline of a snapshot: its training, which one is active, and what it says of a label map."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.annotations.service import label_map_of
from backend.annotations.tables import LabelMap
from backend.baselines.tables import Disagreement, ParsingBaseline
from backend.db import FOR_CHANGE, now
from backend.events.service import record
from backend.jobs.service import enqueue
from backend.jobs.tables import Job
from backend.modelzoo.service import ModelNotReady, NotEnoughLabels, TrainingRunning
from backend.problems import NotFound
from backend.projects.tables import Project
from backend.snapshots.service import get_snapshot, split_counts
from backend.tasks.tables import Task

JOB_KIND = "train_baseline"

_WAIT = "Wait for the baseline in training to end; its progress is on the jobs page."


@dataclass(frozen=True)
class Opinion:
    """What a baseline says of a label map; see `Disagreement` for the fields."""

    baseline_id: int
    share: float
    by_category: list[float | None]
    usual: list[float | None]
    worst_category: int | None
    place: tuple[float, float] | None


def start_training(session: Session, project_id: int, snapshot_id: int, **settings: int) -> Job:
    """Queues the training of a baseline on a snapshot: `depth`, `input_size` and `epochs` are the settings.

    One training a project at a time: the database takes no second baseline in training.

    Raises:
        TrainingRunning, NotEnoughLabels, NotFound: nothing was queued.
    """
    session.get_one(Project, project_id, with_for_update=FOR_CHANGE)
    snapshot = get_snapshot(session, project_id, snapshot_id)
    counts = split_counts(session, [snapshot.id])[snapshot.id]
    if counts["train"] == 0 or counts["val"] + counts["test"] == 0:
        raise NotEnoughLabels(
            f"Snapshot {snapshot.number} needs a photo to learn from and a held-out one: it has {counts['train']} in train,"
            f" {counts['val']} in val and {counts['test']} in test."
        )
    statement = select(func.max(ParsingBaseline.number)).where(ParsingBaseline.project_id == project_id)
    baseline = ParsingBaseline(
        project_id=project_id,
        number=(session.scalar(statement) or 0) + 1,
        snapshot_id=snapshot.id,
        labels=counts["train"],
        **settings,
    )
    try:
        with session.begin_nested():
            session.add(baseline)
            session.flush()
    except IntegrityError as error:
        raise TrainingRunning(_WAIT) from error
    return enqueue(session, JOB_KIND, project_id, {"baseline_id": baseline.id}, f"baseline:{project_id}")


def training_again(baseline: ParsingBaseline) -> None:
    """Says that a failed training is being tried again, for as long as it is."""
    if baseline.state == "failed":
        baseline.state = "training"


def fail_training(session: Session, baseline_id: int) -> None:
    session.get_one(ParsingBaseline, baseline_id).state = "failed"


def finish_training(
    session: Session, baseline: ParsingBaseline, checkpoint_sha256: str, scores: dict[str, Any]
) -> None:
    """Stores what was trained. The newest baseline is the active one: all it does is to give hints."""
    baseline.checkpoint_sha256, baseline.scores = checkpoint_sha256, scores
    baseline.state, baseline.trained_at = "ready", now()
    record(
        session,
        "baseline.ready",
        baseline.project_id,
        ("baseline", baseline.id),
        number=baseline.number,
        mean_f1=scores["tables"]["lapa"]["mean"],
    )
    activate(session, baseline.project_id, baseline, None)


def activate(session: Session, project_id: int, baseline: ParsingBaseline | None, user_id: int | None) -> None:
    """Makes a baseline the one that is asked about label maps drawn from now on; None: none is asked.

    Raises:
        ModelNotReady: it has no weights.
    """
    if baseline is not None and baseline.state != "ready":
        raise ModelNotReady(f"Baseline {baseline.number} is {baseline.state}.")
    # The lock that lets changes of the active one follow each other.
    session.get_one(Project, project_id, with_for_update=FOR_CHANGE)
    current = active_baseline(session, project_id)
    if current is baseline:
        return
    session.execute(
        update(ParsingBaseline)
        .where(ParsingBaseline.project_id == project_id, ParsingBaseline.is_active)
        .values(is_active=False)
    )
    if baseline is not None:
        baseline.is_active = True
    record(
        session,
        "baseline.activated",
        project_id,
        ("baseline", baseline.id) if baseline else ("project", project_id),
        actor_id=user_id,
        number=baseline.number if baseline else None,
    )


def active_baseline(session: Session, project_id: int) -> ParsingBaseline | None:
    statement = select(ParsingBaseline).where(ParsingBaseline.project_id == project_id, ParsingBaseline.is_active)
    return session.scalar(statement)


def get_baseline(session: Session, project_id: int, baseline_id: int) -> ParsingBaseline:
    baseline = session.get(ParsingBaseline, baseline_id)
    if baseline is None or baseline.project_id != project_id:
        raise NotFound(f"This project has no baseline {baseline_id}.")
    return baseline


def list_baselines(session: Session, project_id: int) -> list[ParsingBaseline]:
    statement = select(ParsingBaseline).where(ParsingBaseline.project_id == project_id).order_by(ParsingBaseline.number)
    return list(session.scalars(statement))


def note_opinion(session: Session, task: Task, revision_id: int, opinion: Opinion | None) -> None:
    """Keeps what a baseline says of the label map of a revision, and puts the task in its place among the reviews.

    None: nobody was asked, and the task counts as one that nobody disagrees with.
    """
    task.agreement = 1.0 - opinion.share if opinion else 1.0
    label_map = session.scalar(select(LabelMap).where(LabelMap.revision_id == revision_id))
    if opinion is None or label_map is None or session.get(Disagreement, label_map.id) is not None:
        return
    x, y = opinion.place or (None, None)
    session.add(
        Disagreement(
            label_map_id=label_map.id,
            baseline_id=opinion.baseline_id,
            share=opinion.share,
            by_category=opinion.by_category,
            usual=opinion.usual,
            worst_category=opinion.worst_category,
            x=x,
            y=y,
        )
    )


def disagreement_of(session: Session, task: Task) -> Disagreement | None:
    """What was said of the task's newest label map; None while it is not drawn, or where no baseline was asked."""
    label_map = label_map_of(session, task)
    return session.get(Disagreement, label_map.id) if label_map is not None else None
