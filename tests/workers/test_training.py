"""A training from the approved labels to new proposals, run in this process on both databases."""

import importlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from sqlalchemy.orm import Session

from backend.annotations.tables import LandmarkRevision
from backend.events.tables import Event
from backend.installation import Installation
from backend.jobs.kinds import KINDS
from backend.jobs.service import enqueue
from backend.jobs.tables import Job
from backend.modelzoo.service import activate, start_training
from backend.modelzoo.tables import ModelVersion, Promotion
from backend.photos.tables import Photo
from backend.projects.tables import Project
from backend.tasks.tables import Task
from ml.landmarks import checkpoint
from ml.landmarks.gate import Decision
from ml.landmarks.predict import Landmarker
from ml.landmarks.train import TrainConfig
from ml.synthetic import render_face
from tests.backend.team import run_jobs
from tests.workers.faces import approve_label, import_faces, new_project, share_out, splits
from tests.workers.handling import after_progress, all_rows, run_only
from workers import training_reports
from workers.execution import Execution, run_job
from workers.photos import load_photo

# As modules: the package's attributes of these names are the functions.
repredict_handler = importlib.import_module("workers.handlers.repredict")
train_handler = importlib.import_module("workers.handlers.train")


class TestTraining:
    @pytest.fixture
    def project_id(self, facet: Installation, monkeypatch: pytest.MonkeyPatch) -> int:
        """Eight approved labels and two photos that nobody has opened; trainings of four quick steps."""
        monkeypatch.setattr(training_reports, "REPORT_SECONDS", 0.0)
        # Saved after every step.
        facet.settings.train_save_seconds = 0.0
        facet.settings.torch_threads = 1
        project_id = new_project(facet, "Training", holdout_share=0.5, train_width=16, train_epochs=4)
        faces = [render_face(seed, 128) for seed in range(10)]
        tasks = import_faces(facet, project_id, faces)
        share_out(facet, project_id)
        for task_id, face in list(zip(tasks, faces, strict=True))[:8]:
            approve_label(facet, task_id, face)
        run_only(facet, "prelabel")
        with facet.db.transaction() as session:
            start_training(session, project_id, None)
        return project_id

    def test_the_model_can_be_read_and_learned_from_the_train_share_alone(
        self, facet: Installation, project_id: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        given: dict[str, Any] = {}

        def spying(config: TrainConfig, train_set: Any, held_out: Any, **kwargs: Any) -> Any:
            given.update(train=train_set, val=held_out)
            return real(config, train_set, held_out, **kwargs)

        real = train_handler.train
        monkeypatch.setattr(train_handler, "train", spying)
        job = run_only(facet, "train")
        assert (job.state, job.error, job.done) == ("succeeded", None, 4)
        counts = splits(facet, project_id)
        photos = {photo.id: photo for photo in all_rows(facet, Photo, project_id=project_id)}
        mine = [photos[task.photo_id] for task in all_rows(facet, Task, project_id=project_id, state="approved")]
        approved = [photo.split for photo in mine]
        assert min(counts.values()) >= 1
        for split in ("train", "val"):
            assert len(given[split]) == approved.count(split)
            expected = sorted(
                load_photo(facet.blobs, photo.blob_sha256).tobytes() for photo in mine if photo.split == split
            )
            assert sorted(sample.image.tobytes() for sample in given[split]) == expected

        (model,) = all_rows(facet, ModelVersion, project_id=project_id)
        assert (model.state, model.number, model.labels) == ("ready", 1, 8)
        assert model.metrics["photos"] == model.baseline["photos"] == approved.count("val")
        _network, metadata = checkpoint.load(facet.blobs.get(model.checkpoint_sha256))
        assert (metadata.width, metadata.labels, metadata.parent) == (16, approved.count("train"), None)
        assert metadata.snapshot == model.snapshot_id
        assert not (facet.settings.data_dir / "training" / str(model.id)).exists()

    @pytest.mark.parametrize("promote", [True, False])
    def test_the_gate_decides_and_unopened_photos_follow(
        self, facet: Installation, project_id: int, promote: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(train_handler, "gate", lambda new, old: Decision(promote, "as the test says"))
        unopened = [task.id for task in all_rows(facet, Task, project_id=project_id, state="ready")]
        assert len(unopened) == 2
        with facet.db.transaction() as session:
            session.get_one(Task, unopened[0]).opened = True
        run_only(facet, "train")
        (model,) = all_rows(facet, ModelVersion, project_id=project_id)
        assert model.decision == ("promoted" if promote else "kept")
        (project,) = all_rows(facet, Project, id=project_id)
        assert project.active_model_id == (model.id if promote else None)
        assert [row.reason for row in all_rows(facet, Promotion)] == (["as the test says"] if promote else [])
        queued = all_rows(facet, Job, kind="repredict")
        assert len(queued) == promote
        if not promote:
            return

        assert run_only(facet, "repredict").state == "succeeded"
        opened, untouched = (all_rows(facet, LandmarkRevision, task_id=task_id) for task_id in unopened)
        assert [revision.source for revision in opened] == ["mean_face"]
        assert [(row.source, row.model_version_id) for row in untouched] == [("mean_face", None), ("model", model.id)]
        landmarker = Landmarker.load(facet.blobs.get(model.checkpoint_sha256))
        (photo,) = [p for p in all_rows(facet, Photo) if p.id == all_rows(facet, Task, id=unopened[1])[0].photo_id]
        (expected,) = landmarker.predict_encoded([("photo", facet.blobs.get(photo.blob_sha256))])
        assert np.allclose(untouched[-1].points, expected.points, atol=0.5)
        # Photos that come later start from the model.
        (late,) = import_faces(facet, project_id, [render_face(99, 128)])
        run_only(facet, "prelabel")
        assert all_rows(facet, LandmarkRevision, task_id=late)[0].model_version_id == model.id

    def test_a_task_opened_while_it_is_predicted_again_keeps_its_points(
        self, facet: Installation, project_id: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(train_handler, "gate", lambda new, old: Decision(True, "first"))
        run_only(facet, "train")
        unopened = [task.id for task in all_rows(facet, Task, project_id=project_id, state="ready")]

        def opened_meanwhile(*args: Any) -> Any:
            with facet.db.transaction() as session:
                session.get_one(Task, unopened[0]).opened = True
            return predict(*args)

        predict = repredict_handler.propose_points
        monkeypatch.setattr(repredict_handler, "propose_points", opened_meanwhile)
        assert run_only(facet, "repredict").state == "succeeded"
        assert len(all_rows(facet, LandmarkRevision, task_id=unopened[0])) == 1
        assert len(all_rows(facet, LandmarkRevision, task_id=unopened[1])) == 2

    @pytest.mark.parametrize("when", ["between two batches", "at the end"])
    def test_what_is_activated_while_photos_are_predicted_again_counts_for_all(
        self, facet: Installation, project_id: int, monkeypatch: pytest.MonkeyPatch, when: str
    ) -> None:
        """Its own call for new predictions finds this job alive, and adds none."""
        monkeypatch.setattr(train_handler, "gate", lambda new, old: Decision(True, "first"))
        run_only(facet, "train")
        monkeypatch.setattr(repredict_handler, "BATCH", 2)
        rolled_back = False

        def roll_back() -> None:
            nonlocal rolled_back
            if not rolled_back:
                rolled_back = True
                with facet.db.transaction() as session:
                    activate(session, session.get_one(Project, project_id), None, None, "It is worse.")

        finishing, propose = Execution.finishing, repredict_handler.propose_points

        def after_a_batch(*args: Any) -> Any:
            proposals = propose(*args)
            roll_back()
            return proposals

        @contextmanager
        def at_the_end(execution: Execution) -> Iterator[Session]:
            roll_back()
            with finishing(execution) as session:
                yield session

        if when == "at the end":
            monkeypatch.setattr(Execution, "finishing", at_the_end)
        else:
            monkeypatch.setattr(repredict_handler, "propose_points", after_a_batch)
        assert run_only(facet, "repredict").state == "succeeded"
        assert rolled_back and not all_rows(facet, Job, kind="repredict", state="queued")
        for task in all_rows(facet, Task, project_id=project_id, state="ready"):
            assert all_rows(facet, LandmarkRevision, task_id=task.id)[-1].model_version_id is None

    def test_an_older_version_predicts_again_after_a_roll_back(
        self, facet: Installation, project_id: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(train_handler, "gate", lambda new, old: Decision(True, "yes"))
        run_jobs(facet)
        with facet.db.transaction() as session:
            start_training(session, project_id, None)
        run_jobs(facet)
        first, second = all_rows(facet, ModelVersion, project_id=project_id)
        assert second.parent_id == first.id
        _network, metadata = checkpoint.load(facet.blobs.get(second.checkpoint_sha256))
        assert metadata.parent == first.checkpoint_sha256
        with facet.db.transaction() as session:
            project = session.get_one(Project, project_id)
            activate(session, project, session.get_one(ModelVersion, first.id), None, "It was better.")
        run_jobs(facet)
        for task in all_rows(facet, Task, project_id=project_id, state="ready"):
            proposals = all_rows(facet, LandmarkRevision, task_id=task.id)
            assert [row.model_version_id for row in proposals] == [None, first.id, second.id, first.id]

    def test_a_stopped_training_goes_on_and_ends_with_the_same_weights(
        self, facet: Installation, project_id: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stopping = threading.Event()
        with monkeypatch.context() as patch:
            after_progress(patch, stopping.set)
            job = run_only(facet, "train", stopping)
        assert (job.state, job.attempts, job.done) == ("queued", 0, 1)
        job = run_only(facet, "train")
        assert (job.state, job.attempts, job.done) == ("succeeded", 1, 4)
        done = [event.data["done"] for event in all_rows(facet, Event, kind="job.progress", subject_id=job.id)]
        # The stop was noticed after the second step, which was saved and needs no repetition.
        assert done == [1, 3, 4]
        # The same again without a stop.
        (model,) = all_rows(facet, ModelVersion, project_id=project_id)
        with facet.db.transaction() as session:
            enqueue(session, "train", project_id, {"model_id": model.id}, "again")
        run_only(facet, "train")
        assert all_rows(facet, ModelVersion, id=model.id)[0].checkpoint_sha256 == model.checkpoint_sha256

    def test_an_execution_that_lost_its_claim_stores_nothing(
        self, facet: Installation, project_id: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (job,) = all_rows(facet, Job, kind="train")

        real = train_handler.train

        def lost_at_the_end(*args: Any, **kwargs: Any) -> Any:
            result = real(*args, **kwargs)
            with facet.db.transaction() as session:
                session.get_one(Job, job.id).claim = "another's"
            return result

        monkeypatch.setattr(train_handler, "train", lost_at_the_end)
        run_job(facet, job.id, threading.Event())
        (after,) = all_rows(facet, Job, kind="train")
        assert (after.state, after.claim) == ("running", "another's")
        assert all_rows(facet, ModelVersion, project_id=project_id)[0].state == "training"

    def test_a_failed_training_is_marked_and_another_may_follow(
        self, facet: Installation, project_id: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: Any, **__: Any) -> Any:
            raise RuntimeError("out of memory")

        with monkeypatch.context() as patch:
            patch.setattr(train_handler, "train", broken)
            for _ in range(KINDS["train"].max_attempts):
                job = run_only(facet, "train")
        assert job.state == "failed"
        # Not the words of a library, which may hold anything.
        assert job.error is not None
        assert "(RuntimeError)" in job.error
        assert "memory" not in job.error
        assert all_rows(facet, ModelVersion, project_id=project_id)[0].state == "failed"
        with facet.db.transaction() as session:
            start_training(session, project_id, None)
        assert run_only(facet, "train").state == "succeeded"
