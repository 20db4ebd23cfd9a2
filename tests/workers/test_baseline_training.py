"""A baseline from approved label maps to a second opinion on a new one, run in this process on both databases."""

import importlib
import threading
from typing import Any

import numpy as np
import pytest

from backend.annotations.tables import LabelMap, LandmarkRevision
from backend.baselines.service import activate, start_training
from backend.baselines.tables import Disagreement, ParsingBaseline
from backend.db import now
from backend.events.tables import Event
from backend.installation import Installation
from backend.jobs.kinds import KINDS
from backend.jobs.service import enqueue
from backend.photos.tables import SPLITS, Photo
from backend.snapshots.service import create_snapshot
from backend.tasks.service import move
from backend.tasks.tables import Task
from ml.data.lapa import decode_label_map
from ml.parsing import checkpoint
from ml.parsing.confusion import LAPA, Confusion
from ml.parsing.disagreement import compare, usual_disagreement
from ml.parsing.evaluate import evaluate
from ml.parsing.predict import Parser
from ml.parsing.regions import around_points
from ml.synthetic import render_face
from tests.lost_blobs import lose_blob
from tests.workers.faces import approve_label, import_faces, new_project
from tests.workers.handling import after_progress, all_rows, run_only
from workers import second_opinion as opinions
from workers import training_reports
from workers.handlers.train_baseline import plan_training
from workers.photos import load_photo
from workers.resident import Resident

handler = importlib.import_module("workers.handlers.train_baseline")

TINY = {"depth": 18, "input_size": 33, "epochs": 1}


@pytest.fixture
def project_id(facet: Installation, monkeypatch: pytest.MonkeyPatch) -> int:
    """Eight approved labels, one photo that nobody has opened, and a baseline of a few quick steps asked for."""
    monkeypatch.setattr(training_reports, "REPORT_SECONDS", 0.0)
    # Saved after every step.
    facet.settings.train_save_seconds = 0.0
    facet.settings.torch_threads = 1
    project_id = new_project(facet, "Baseline")
    faces = [render_face(seed, 128) for seed in range(9)]
    tasks = import_faces(facet, project_id, faces)
    with facet.db.transaction() as session:
        # Dealt by hand: nine photos are too few for chance.
        for number, photo in enumerate(session.query(Photo).order_by(Photo.id)):
            photo.split = SPLITS[0] if number < 5 else SPLITS[1 + number % 2]
    for task_id, face in list(zip(tasks, faces, strict=True))[:8]:
        approve_label(facet, task_id, face)
    run_only(facet, "prelabel")
    with facet.db.transaction() as session:
        snapshot = create_snapshot(session, project_id, None, None)
        start_training(session, project_id, snapshot.id, **TINY)
    return project_id


def the_baseline(facet: Installation, project_id: int) -> ParsingBaseline:
    (baseline,) = all_rows(facet, ParsingBaseline, project_id=project_id)
    return baseline


def submit_untouched(facet: Installation, project_id: int) -> Task:
    """The photo that nobody has opened, submitted as it was proposed; its fitting waits."""
    (task,) = all_rows(facet, Task, project_id=project_id, state="ready")
    with facet.db.transaction() as session:
        task = session.get_one(Task, task.id)
        revision = session.query(LandmarkRevision).filter_by(task_id=task.id, number=task.head_number).one()
        task.opened, task.submitted_at = True, now()
        move(session, task, "in_progress", "task.leased", None)
        move(session, task, "fitting", "task.submitted", None)
        payload = {"task_id": task.id, "revision_id": revision.id}
        enqueue(session, "fitting", project_id, payload, f"fitting:{revision.id}")
    return task


def test_it_learns_from_the_train_share_and_is_scored_on_the_rest(facet: Installation, project_id: int) -> None:
    approved = {task.photo_id for task in all_rows(facet, Task, project_id=project_id, state="approved")}
    splits = [photo.split for photo in all_rows(facet, Photo, project_id=project_id) if photo.id in approved]
    assert 1 <= splits.count("train") < 8
    job = run_only(facet, "train_baseline")
    assert (job.state, job.error) == ("succeeded", None)
    assert job.done == job.total >= 1
    baseline = the_baseline(facet, project_id)
    assert (baseline.state, baseline.number, baseline.is_active) == ("ready", 1, True)
    assert baseline.labels == splits.count("train")

    weights = facet.blobs.get(baseline.checkpoint_sha256 or "")
    _network, metadata = checkpoint.load(weights)
    architecture = metadata.architecture
    assert (architecture.network, architecture.model, architecture.categories) == ("bspnet", "C", 11)
    assert (architecture.depth, architecture.input_size, architecture.crop) == (18, 33, "face")
    assert (metadata.labels, metadata.snapshot) == (baseline.labels, baseline.snapshot_id)
    # What the page shows is what anybody gets who scores the file on the held-out photos.
    with facet.db.reading() as session:
        held_out = plan_training(facet, session, baseline).held_out
    assert baseline.scores is not None
    assert baseline.scores["photos"] == len(held_out) == 8 - baseline.labels
    again = evaluate(Parser.load(weights, "cpu"), held_out)
    assert baseline.scores["confusion"] == again.counts.tolist()
    assert baseline.scores["tables"]["lapa"] == again.scores(LAPA)
    # Every pixel of every held-out photo is in the matrix, in the photo's own resolution.
    assert int(again.counts.sum()) == len(held_out) * 128 * 128
    assert not (facet.settings.data_dir / "training" / f"baseline-{baseline.id}").exists()


def test_a_stopped_training_goes_on_and_ends_with_the_same_weights(
    facet: Installation, project_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with facet.db.transaction() as session:
        row = session.query(ParsingBaseline).filter_by(project_id=project_id).one()
        row.epochs = 3
    stopping = threading.Event()
    with monkeypatch.context() as patch:
        after_progress(patch, stopping.set)
        job = run_only(facet, "train_baseline", stopping)
    assert (job.state, job.attempts, job.done) == ("queued", 0, 1)
    assert (facet.settings.data_dir / "training" / f"baseline-{row.id}").is_dir()
    job = run_only(facet, "train_baseline")
    assert (job.state, job.attempts, job.done, job.total) == ("succeeded", 1, 3, 3)
    done = [event.data["done"] for event in all_rows(facet, Event, kind="job.progress", subject_id=job.id)]
    # The stop was noticed after the second step, which was saved and needs no repetition.
    assert done == [1, 3]
    made = the_baseline(facet, project_id).checkpoint_sha256
    # The same again without a stop.
    with facet.db.transaction() as session:
        enqueue(session, "train_baseline", project_id, {"baseline_id": row.id}, "again")
    run_only(facet, "train_baseline")
    assert the_baseline(facet, project_id).checkpoint_sha256 == made


def test_a_failed_training_is_marked_and_another_may_follow(
    facet: Installation, project_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("out of memory")

    with monkeypatch.context() as patch:
        patch.setattr(handler, "train", broken)
        for _ in range(KINDS["train_baseline"].max_attempts):
            job = run_only(facet, "train_baseline")
    assert job.state == "failed"
    baseline = the_baseline(facet, project_id)
    assert (baseline.state, baseline.is_active) == ("failed", False)
    with facet.db.transaction() as session:
        start_training(session, project_id, baseline.snapshot_id, **TINY)
    assert run_only(facet, "train_baseline").state == "succeeded"


def test_the_active_baseline_is_asked_about_a_new_label_map(facet: Installation, project_id: int) -> None:
    run_only(facet, "train_baseline")
    baseline = the_baseline(facet, project_id)
    task = submit_untouched(facet, project_id)
    assert run_only(facet, "fitting").state == "succeeded"
    (said,) = all_rows_of_disagreements(facet)
    (label_map,) = all_rows(facet, LabelMap, task_id=task.id)
    assert (said.label_map_id, said.baseline_id) == (label_map.id, baseline.id)
    (revision,) = all_rows(facet, LandmarkRevision, id=label_map.revision_id)
    (photo,) = all_rows(facet, Photo, id=task.photo_id)
    region = around_points(revision.points)
    parser = Parser.load(facet.blobs.get(baseline.checkpoint_sha256 or ""), "cpu")
    (found,) = parser.parse([load_photo(facet.blobs, photo.blob_sha256)], [region])
    drawn = decode_label_map(facet.blobs.get(label_map.blob_sha256), "drawn")
    assert baseline.scores is not None
    usual = usual_disagreement(Confusion(baseline.scores["confusion"], baseline.scores["photos"]))
    expected = compare(drawn, found, region, usual)
    assert said.share == pytest.approx(expected.share) and 0 < said.share <= 1
    assert np.allclose([s or 0 for s in said.by_category], [s or 0 for s in expected.by_category])
    assert (said.worst_category, said.x is None) == (expected.worst, expected.place is None)
    (after,) = all_rows(facet, Task, id=task.id)
    assert after.state == "in_review" and after.agreement == pytest.approx(1 - said.share)


@pytest.mark.parametrize("why", ["none is active", "its file is lost", "it fails"])
def test_no_label_waits_for_a_second_opinion(
    facet: Installation, project_id: int, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_only(facet, "train_baseline")
    baseline = the_baseline(facet, project_id)
    monkeypatch.setattr(opinions, "_resident", Resident(Parser.load))
    if why == "none is active":
        with facet.db.transaction() as session:
            activate(session, project_id, None, None)
    elif why == "it fails":
        monkeypatch.setattr(Parser, "parse", out_of_memory)
    else:
        lose_blob(facet, baseline.checkpoint_sha256 or "")
    task = submit_untouched(facet, project_id)
    assert run_only(facet, "fitting").state == "succeeded"
    (after,) = all_rows(facet, Task, id=task.id)
    assert (after.state, after.agreement) == ("in_review", 1.0)
    assert all_rows_of_disagreements(facet) == []


def out_of_memory(*_: object) -> None:
    raise RuntimeError("CUDA out of memory")


def all_rows_of_disagreements(facet: Installation) -> list[Disagreement]:
    with facet.db.reading() as session:
        return list(session.query(Disagreement))
