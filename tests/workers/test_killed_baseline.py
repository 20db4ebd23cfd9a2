"""A baseline whose worker is killed in the middle of its training: it goes on, and is what it would have been."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from backend.baselines.service import start_training
from backend.baselines.tables import ParsingBaseline
from backend.events.tables import Event
from backend.snapshots.service import create_snapshot
from ml.model_file import unpack
from ml.parsing.train import train
from ml.synthetic import render_face
from tests.workers.faces import approve_label, import_faces, new_project, share_out
from tests.workers.processes import Stage, wait_until
from workers.handlers.train_baseline import plan_training, scores_of

pytestmark = pytest.mark.slow


# Half a minute: the kills of a landmark training, which waits for its state in the same way, run on both set-ups.
@pytest.mark.parametrize("stage", ["team"], indirect=True)
def test_a_baseline_survives_the_kill_of_its_worker(stage: Stage, tmp_path: Path) -> None:
    facet = stage.facet
    project_id = new_project(facet, "Baseline")
    faces = [render_face(seed, 96) for seed in range(8)]
    tasks = import_faces(facet, project_id, faces)
    share_out(facet, project_id)
    for task_id, face in zip(tasks, faces, strict=True):
        approve_label(facet, task_id, face)
    with facet.db.transaction() as session:
        snapshot = create_snapshot(session, project_id, None, None)
        job_id = start_training(session, project_id, snapshot.id, depth=18, input_size=33, epochs=30).id
        (baseline_id,) = session.scalars(select(ParsingBaseline.id)).all()
    stage.start("beat")

    worker = stage.start("worker", "--concurrency=2")
    wait_until("a state is saved", lambda: stage.training_saved_at(0))
    wait_until("it reports", lambda: stage.progress_since_start(job_id))
    worker.kill()
    killed = stage.job(job_id)
    assert (killed.state, killed.attempts) == ("running", 1)
    _, state = unpack(next((facet.settings.data_dir / "training").glob("*/training.safetensors")).read_bytes())
    assert killed.done <= state["step"] < killed.total == 30

    stage.start("worker", "--concurrency=2")
    ended = stage.ended(job_id)
    assert (ended.attempts, ended.done) == (2, 30)
    # From the state on disk: not one step was taken twice.
    assert stage.progress_since_start(job_id)[0] == state["step"] + 1
    told = stage.told(job_id)
    assert (told["job.started"], told["job.succeeded"]) == (2, 1)

    with facet.db.reading() as session:
        (baseline,) = session.scalars(select(ParsingBaseline)).all()
        assert (baseline.id, baseline.state, baseline.is_active) == (baseline_id, "ready", True)
        of_baseline = select(Event.kind).where(Event.subject_type == "baseline", Event.subject_id == baseline_id)
        assert Counter(session.scalars(of_baseline)) == {"baseline.ready": 1, "baseline.activated": 1}
        plan = plan_training(facet, session, baseline)
    wait_until("its folder is removed", lambda: not list((facet.settings.data_dir / "training").iterdir()))
    undisturbed = train(
        replace(plan.config, threads=int(stage.environment["FACET_TORCH_THREADS"])),
        plan.train_set,
        plan.held_out,
        work_dir=tmp_path,
        progress=lambda *_: None,
    )
    assert baseline.scores == scores_of(undisturbed.metrics)
    assert facet.blobs.get(baseline.checkpoint_sha256 or "") == undisturbed.checkpoint
