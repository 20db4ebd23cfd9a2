"""train_baseline: a BSPNet for all eleven categories from the label maps of a snapshot, scored on its held-out photos."""

import shutil
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from backend.baselines.service import finish_training, training_again
from backend.baselines.tables import ParsingBaseline
from backend.installation import Installation
from ml.parsing.checkpoint import Architecture
from ml.parsing.confusion import Confusion
from ml.parsing.evaluate import tables
from ml.parsing.train import TrainConfig, train
from ml.schema import N_CATEGORIES
from workers.execution import Execution
from workers.snapshot_labels import SnapshotLabels
from workers.training_reports import reporting

# From random weights: the rate is ten times that which suits ImageNet's.
LEARNING_RATE = 1e-2


@dataclass(frozen=True)
class Plan:
    """What to train, from what, and what to score it on."""

    config: TrainConfig
    train_set: SnapshotLabels
    held_out: SnapshotLabels


def train_baseline(execution: Execution) -> None:
    """Resumes from its work folder after a kill; the folder is named by the baseline and removed at the end."""
    facet = execution.facet
    baseline_id = execution.job.payload["baseline_id"]
    with facet.db.reading() as session:
        plan = plan_training(facet, session, session.get_one(ParsingBaseline, baseline_id))
    with facet.db.transaction() as session:
        execution.guard(session)
        training_again(session.get_one(ParsingBaseline, baseline_id))
    work_dir = facet.settings.data_dir / "training" / f"baseline-{baseline_id}"
    result = train(plan.config, plan.train_set, plan.held_out, work_dir=work_dir, progress=reporting(execution))
    checkpoint_sha256 = facet.blobs.put(result.checkpoint)
    scores = scores_of(result.metrics)
    with execution.finishing() as session:
        finish_training(session, session.get_one(ParsingBaseline, baseline_id), checkpoint_sha256, scores)
    shutil.rmtree(work_dir, ignore_errors=True)


def plan_training(facet: Installation, session: Session, baseline: ParsingBaseline) -> Plan:
    """The paper's model C on the square around the points, which every label of a project has."""
    architecture = Architecture(
        "bspnet",
        "C",
        baseline.depth,  # type: ignore[arg-type]  # the API takes 18, 50 and 101
        N_CATEGORIES,
        baseline.input_size,
        "face",
    )
    config = TrainConfig(
        architecture,
        epochs=baseline.epochs,
        learning_rate=LEARNING_RATE,
        threads=facet.settings.torch_threads or TrainConfig.threads,
        save_seconds=facet.settings.train_save_seconds,
        snapshot=baseline.snapshot_id,
    )
    return Plan(
        config,
        SnapshotLabels(facet.blobs, session, baseline.snapshot_id, ("train",)),
        # Nothing is chosen by these scores, so both shares of the held-out photos may tell what it is worth.
        SnapshotLabels(facet.blobs, session, baseline.snapshot_id, ("val", "test")),
    )


def scores_of(metrics: dict[str, Any]) -> dict[str, Any]:
    """What is kept of a model file's metrics: the paper's two tables, and the counts that they come from."""
    confusion = Confusion(metrics["confusion"], metrics["photos"])
    found = tables(confusion, N_CATEGORIES)
    return {
        "photos": confusion.photos,
        "tables": {name: found[name] for name in ("lapa", "helen")},
        "confusion": metrics["confusion"],
    }
