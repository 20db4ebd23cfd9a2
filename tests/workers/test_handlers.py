"""What each kind of job stores, run in this process on both databases."""

import importlib
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from backend.accounts.service import create_user
from backend.annotations.service import fit_later, propose
from backend.annotations.tables import LabelMap, LandmarkRevision
from backend.events.tables import Event
from backend.installation import Installation
from backend.jobs.kinds import KINDS
from backend.jobs.service import claim, enqueue, retry
from backend.jobs.tables import Job
from backend.modelzoo.service import activate, start_training
from backend.modelzoo.tables import ModelVersion, Promotion
from backend.photos.service import import_files, start_import, unpack_later
from backend.photos.tables import Import, ImportItem, Photo
from backend.projects.tables import Project
from backend.reviews.tables import Comment
from backend.snapshots.service import create_snapshot, read_manifest
from backend.snapshots.tables import Snapshot
from backend.tasks.service import move
from backend.tasks.tables import Task
from ml.data.lapa import decode_label_map
from ml.landmarks import checkpoint
from ml.landmarks.gate import Decision
from ml.landmarks.predict import Landmarker
from ml.landmarks.train import TrainConfig
from ml.parsing.graphcut import segment_hair_skin
from ml.ppa.fusion import fuse
from ml.ppa.pipeline import fit_parts
from ml.synthetic import render_face
from tests.backend.team import PASSWORD_HASH, photo_bytes, run_jobs
from tests.workers.faces import approve_label, import_faces, new_project, splits, zip_of, zip_of_photos
from workers.execution import Execution, run_job
from workers.photos import load_photo

# As modules: the package's attributes of these names are the functions.
unpack_handler = importlib.import_module("workers.handlers.unpack")
repredict_handler = importlib.import_module("workers.handlers.repredict")
train_handler = importlib.import_module("workers.handlers.train")


def _run_only(facet: Installation, kind: str, stopping: threading.Event | None = None) -> Job:
    """Runs the queued job of this kind, which must be one; returns its row afterwards."""
    with facet.db.reading() as session:
        job_id = session.scalars(select(Job.id).where(Job.kind == kind, Job.state == "queued")).one()
    run_job(facet, job_id, stopping or threading.Event())
    with facet.db.reading() as session:
        return session.get_one(Job, job_id)


def _all(facet: Installation, table: type[Any], **where: Any) -> list[Any]:
    with facet.db.reading() as session:
        return list(session.query(table).filter_by(**where).order_by(table.id))


def test_prelabel_says_that_the_mean_face_proposed(facet: Installation) -> None:
    project_id = new_project(facet, "Prelabel")
    faces = [render_face(seed, 160) for seed in range(3)]
    tasks = import_faces(facet, project_id, faces)
    assert _run_only(facet, "prelabel").state == "succeeded"
    for task_id, face in zip(tasks, faces, strict=True):
        (revision,) = _all(facet, LandmarkRevision, task_id=task_id)
        assert (revision.source, revision.model_version_id, revision.number) == ("mean_face", None, 1)
        assert revision.points.shape == (106, 2)
        # On the face, not merely somewhere in the photo.
        assert np.linalg.norm(revision.points.mean(0) - face.points.mean(0)) < 0.15 * 160
    assert {task.state for task in _all(facet, Task, project_id=project_id)} == {"ready"}


def test_prelabel_twice_proposes_once(facet: Installation) -> None:
    project_id = new_project(facet, "Prelabel")
    tasks = import_faces(facet, project_id, [render_face(1, 128)])
    _run_only(facet, "prelabel")
    with facet.db.transaction() as session:
        enqueue(session, "prelabel", project_id, {"task_ids": tasks}, "again")
    assert _run_only(facet, "prelabel").state == "succeeded"
    assert len(_all(facet, LandmarkRevision, task_id=tasks[0])) == 1


def test_a_damaged_photo_fails_after_its_attempts(facet: Installation) -> None:
    project_id = new_project(facet, "Damaged")
    import_faces(facet, project_id, [render_face(1, 128)])
    (photo,) = _all(facet, Photo, project_id=project_id)
    jpeg = facet.blobs.get(photo.blob_sha256)
    facet.blobs.delete(photo.blob_sha256)
    for attempt in range(1, KINDS["prelabel"].max_attempts + 1):
        job = _run_only(facet, "prelabel")
        assert job.attempts == attempt
        assert job.error is not None
        assert "BlobMissing" in job.error
    assert job.state == "failed"
    assert facet.blobs.put(jpeg) == photo.blob_sha256
    with facet.db.transaction() as session:
        retry(session, session.get_one(Job, job.id))
    assert _run_only(facet, "prelabel").state == "succeeded"


def test_fitting_draws_the_map_of_the_submitted_points(facet: Installation) -> None:
    project_id = new_project(facet, "Fitting")
    face = render_face(3, 192)
    task_id = _submitted(facet, project_id, face.points)
    assert _run_only(facet, "fitting").state == "succeeded"
    (stored,) = _all(facet, LabelMap, task_id=task_id)
    drawn = decode_label_map(facet.blobs.get(stored.blob_sha256), "map")
    assert drawn.shape == (192, 192)
    # How well the parts fit is the fitter's matter: here, that it got this photo and these points.
    (photo,) = _all(facet, Photo, project_id=project_id)
    image = load_photo(facet.blobs, photo.blob_sha256)
    regions = segment_hair_skin(image, face.points)
    parts = fit_parts(face.points, image.shape[:2])
    assert np.array_equal(drawn, fuse(regions.label_map, parts, certain_background=regions.certain_background))
    assert len(np.unique(drawn)) > 4
    assert _all(facet, Task, id=task_id)[0].state == "in_review"


def test_points_that_cannot_be_fitted_return_to_their_annotator(facet: Installation) -> None:
    project_id = new_project(facet, "Refused")
    task_id = _submitted(facet, project_id, np.full((106, 2), np.nan, np.float32))
    job = _run_only(facet, "fitting")
    assert (job.state, job.attempts) == ("failed", 1)
    task = _all(facet, Task, id=task_id)[0]
    assert (task.state, task.reserved_for) == ("ready", task.annotator_id)
    (comment,) = _all(facet, Comment, task_id=task_id)
    assert job.error is not None
    assert job.error in comment.body


def _submitted(facet: Installation, project_id: int, points: np.ndarray) -> int:
    (task_id,) = import_faces(facet, project_id, [render_face(3, 192)])
    with facet.db.transaction() as session:
        user = create_user(session, "anna@example.org", "Anna", PASSWORD_HASH, "annotator")
        task = session.get_one(Task, task_id)
        revision = propose(session, task, points, confidence=None, model_version_id=None)
        assert revision is not None
        session.flush()
        task.opened, task.annotator_id = True, user.id
        move(session, task, "in_progress", "task.leased", user.id)
        move(session, task, "fitting", "task.submitted", user.id)
        fit_later(session, task, revision)
    return task_id


def test_freeze_writes_the_same_manifest_for_ever(facet: Installation) -> None:
    project_id = new_project(facet, "Frozen")
    face = render_face(5, 128)
    (task_id,) = import_faces(facet, project_id, [face])
    approve_label(facet, task_id, face)
    with facet.db.transaction() as session:
        snapshot_id = create_snapshot(session, project_id, None, None).id
    assert _run_only(facet, "freeze").state == "succeeded"
    (snapshot,) = _all(facet, Snapshot, id=snapshot_id)
    manifest = read_manifest(facet.blobs, snapshot)
    with facet.db.transaction() as session:
        enqueue(session, "freeze", project_id, {"snapshot_id": snapshot_id}, "again")
    _run_only(facet, "freeze")
    assert read_manifest(facet.blobs, _all(facet, Snapshot, id=snapshot_id)[0]) == manifest


class TestUnpack:
    def test_two_imports_of_one_archive(self, facet: Installation) -> None:
        """One blob: the import that ends first must not take it from the other."""
        sha256 = facet.blobs.put(zip_of_photos(3))
        projects = [new_project(facet, name) for name in ("One", "Two")]
        for project_id in projects:
            with facet.db.transaction() as session:
                unpack_later(session, start_import(session, project_id, None, None), sha256)
        run_jobs(facet)
        assert [(row.state, row.imported) for row in _all(facet, Import)] == [("done", 3), ("done", 3)]
        with pytest.raises(Exception, match=sha256):
            facet.blobs.get(sha256)

    def test_what_is_no_archive_is_refused_once(self, facet: Installation) -> None:
        project_id = new_project(facet, "No archive")
        with facet.db.transaction() as session:
            unpack_later(session, start_import(session, project_id, None, None), facet.blobs.put(b"no zip at all"))
        job = _run_only(facet, "unpack")
        assert (job.state, job.attempts) == ("failed", 1)
        assert _all(facet, Import)[0].state == "failed"

    def test_tried_again_after_it_failed_it_counts_nothing_twice(
        self, facet: Installation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The first batch holds a refused file and a duplicate; then the disk is full at every attempt."""
        project_id = new_project(facet, "Tried again")
        files = {f"{number:02d}.jpg": photo_bytes(number) for number in range(20)}
        files |= {"03.jpg": b"no picture", "05.jpg": files["04.jpg"]}
        with facet.db.transaction() as session:
            unpack_later(session, start_import(session, project_id, None, None), facet.blobs.put(zip_of(files)))

        def full_after_eight(installation: Installation, import_id: int, batch: Any, **options: Any) -> Any:
            if batch[0].name != "00.jpg":
                raise OSError(28, "No space left on device")
            return import_files(installation, import_id, batch, **options)

        with monkeypatch.context() as patch:
            patch.setattr(unpack_handler, "import_files", full_after_eight)
            for _ in range(KINDS["unpack"].max_attempts):
                job = _run_only(facet, "unpack")
        assert (job.state, job.done) == ("failed", 8)
        assert _all(facet, Import)[0].state == "failed"
        with facet.db.transaction() as session:
            retry(session, session.get_one(Job, job.id))
        assert _run_only(facet, "unpack").state == "succeeded"
        (row,) = _all(facet, Import)
        assert (row.state, row.imported, row.duplicates, row.refused) == ("done", 18, 1, 1)
        assert len(_all(facet, ImportItem)) == 20

    def test_a_stop_between_batches_keeps_what_is_stored(
        self, facet: Installation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        project_id = new_project(facet, "Stopped")
        with facet.db.transaction() as session:
            unpack_later(session, start_import(session, project_id, None, None), facet.blobs.put(zip_of_photos(20)))
        stopping = threading.Event()
        _after_progress(monkeypatch, stopping.set)
        job = _run_only(facet, "unpack", stopping)
        assert (job.state, job.attempts, job.done) == ("queued", 0, 8)
        monkeypatch.undo()
        job = _run_only(facet, "unpack")
        assert (job.state, job.attempts, job.done) == ("succeeded", 1, 20)
        assert len(_all(facet, Photo, project_id=project_id)) == 20
        assert _all(facet, Import)[0].imported == 20


def _after_progress(monkeypatch: pytest.MonkeyPatch, then: Callable[[], None]) -> None:
    """Has `then` called whenever a job has reported progress."""
    original = Execution.progress_in

    def reporting(self: Execution, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        then()

    monkeypatch.setattr(Execution, "progress_in", reporting)


def test_a_stopping_worker_takes_no_job(facet: Installation) -> None:
    """It would only give it back, ask for it again, and might take it again."""
    import_faces(facet, new_project(facet, "Stopping"), [render_face(1, 128)])
    stopping = threading.Event()
    stopping.set()
    job = _run_only(facet, "prelabel", stopping)
    assert (job.state, job.attempts) == ("queued", 0)
    assert _all(facet, Event, kind="job.started") == []


class TestTraining:
    @pytest.fixture
    def project_id(self, facet: Installation, monkeypatch: pytest.MonkeyPatch) -> int:
        """Eight approved labels and two photos that nobody has opened; trainings of four quick steps."""
        monkeypatch.setattr(train_handler, "REPORT_SECONDS", 0.0)
        # Saved after every step.
        facet.settings.job_stale_seconds = 0.0
        facet.settings.torch_threads = 1
        project_id = new_project(facet, "Training", holdout_share=0.5, train_width=16, train_epochs=4)
        faces = [render_face(seed, 128) for seed in range(10)]
        tasks = import_faces(facet, project_id, faces)
        for task_id, face in list(zip(tasks, faces, strict=True))[:8]:
            approve_label(facet, task_id, face)
        _run_only(facet, "prelabel")
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
        job = _run_only(facet, "train")
        assert (job.state, job.error, job.done) == ("succeeded", None, 4)
        counts = splits(facet, project_id)
        photos = {photo.id: photo for photo in _all(facet, Photo, project_id=project_id)}
        mine = [photos[task.photo_id] for task in _all(facet, Task, project_id=project_id, state="approved")]
        approved = [photo.split for photo in mine]
        assert min(counts.values()) >= 1
        for split in ("train", "val"):
            assert len(given[split]) == approved.count(split)
            expected = sorted(
                load_photo(facet.blobs, photo.blob_sha256).tobytes() for photo in mine if photo.split == split
            )
            assert sorted(sample.image.tobytes() for sample in given[split]) == expected

        (model,) = _all(facet, ModelVersion, project_id=project_id)
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
        unopened = [task.id for task in _all(facet, Task, project_id=project_id, state="ready")]
        assert len(unopened) == 2
        with facet.db.transaction() as session:
            session.get_one(Task, unopened[0]).opened = True
        _run_only(facet, "train")
        (model,) = _all(facet, ModelVersion, project_id=project_id)
        assert model.decision == ("promoted" if promote else "kept")
        (project,) = _all(facet, Project, id=project_id)
        assert project.active_model_id == (model.id if promote else None)
        assert [row.reason for row in _all(facet, Promotion)] == (["as the test says"] if promote else [])
        queued = _all(facet, Job, kind="repredict")
        assert len(queued) == promote
        if not promote:
            return

        assert _run_only(facet, "repredict").state == "succeeded"
        opened, untouched = (_all(facet, LandmarkRevision, task_id=task_id) for task_id in unopened)
        assert [revision.source for revision in opened] == ["mean_face"]
        assert [(row.source, row.model_version_id) for row in untouched] == [("mean_face", None), ("model", model.id)]
        landmarker = Landmarker.load(facet.blobs.get(model.checkpoint_sha256))
        (photo,) = [p for p in _all(facet, Photo) if p.id == _all(facet, Task, id=unopened[1])[0].photo_id]
        (expected,) = landmarker.predict([load_photo(facet.blobs, photo.blob_sha256)])
        assert np.allclose(untouched[-1].points, expected.points, atol=0.5)
        # Photos that come later start from the model.
        (late,) = import_faces(facet, project_id, [render_face(99, 128)])
        _run_only(facet, "prelabel")
        assert _all(facet, LandmarkRevision, task_id=late)[0].model_version_id == model.id

    def test_a_task_opened_while_it_is_predicted_again_keeps_its_points(
        self, facet: Installation, project_id: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(train_handler, "gate", lambda new, old: Decision(True, "first"))
        _run_only(facet, "train")
        unopened = [task.id for task in _all(facet, Task, project_id=project_id, state="ready")]

        def opened_meanwhile(*args: Any) -> Any:
            with facet.db.transaction() as session:
                session.get_one(Task, unopened[0]).opened = True
            return predict(*args)

        predict = repredict_handler.propose_points
        monkeypatch.setattr(repredict_handler, "propose_points", opened_meanwhile)
        assert _run_only(facet, "repredict").state == "succeeded"
        assert len(_all(facet, LandmarkRevision, task_id=unopened[0])) == 1
        assert len(_all(facet, LandmarkRevision, task_id=unopened[1])) == 2

    def test_an_older_version_predicts_again_after_a_roll_back(
        self, facet: Installation, project_id: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(train_handler, "gate", lambda new, old: Decision(True, "yes"))
        run_jobs(facet)
        with facet.db.transaction() as session:
            start_training(session, project_id, None)
        run_jobs(facet)
        first, second = _all(facet, ModelVersion, project_id=project_id)
        assert second.parent_id == first.id
        _network, metadata = checkpoint.load(facet.blobs.get(second.checkpoint_sha256))
        assert metadata.parent == first.checkpoint_sha256
        with facet.db.transaction() as session:
            project = session.get_one(Project, project_id)
            activate(session, project, session.get_one(ModelVersion, first.id), None, "It was better.")
        run_jobs(facet)
        for task in _all(facet, Task, project_id=project_id, state="ready"):
            proposals = _all(facet, LandmarkRevision, task_id=task.id)
            assert [row.model_version_id for row in proposals] == [None, first.id, second.id, first.id]

    def test_a_stopped_training_goes_on_and_ends_with_the_same_weights(
        self, facet: Installation, project_id: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stopping = threading.Event()
        with monkeypatch.context() as patch:
            _after_progress(patch, stopping.set)
            job = _run_only(facet, "train", stopping)
        assert (job.state, job.attempts, job.done) == ("queued", 0, 1)
        job = _run_only(facet, "train")
        assert (job.state, job.attempts, job.done) == ("succeeded", 1, 4)
        done = [event.data["done"] for event in _all(facet, Event, kind="job.progress", subject_id=job.id)]
        # The stop was noticed after the second step, which was saved and needs no repetition.
        assert done == [1, 3, 4]
        # The same again without a stop.
        (model,) = _all(facet, ModelVersion, project_id=project_id)
        with facet.db.transaction() as session:
            enqueue(session, "train", project_id, {"model_id": model.id}, "again")
        _run_only(facet, "train")
        assert _all(facet, ModelVersion, id=model.id)[0].checkpoint_sha256 == model.checkpoint_sha256

    def test_an_execution_that_lost_its_claim_stores_nothing(
        self, facet: Installation, project_id: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (job,) = _all(facet, Job, kind="train")

        real = train_handler.train

        def lost_at_the_end(*args: Any, **kwargs: Any) -> Any:
            result = real(*args, **kwargs)
            with facet.db.transaction() as session:
                session.get_one(Job, job.id).claim = "another's"
            return result

        monkeypatch.setattr(train_handler, "train", lost_at_the_end)
        run_job(facet, job.id, threading.Event())
        (after,) = _all(facet, Job, kind="train")
        assert (after.state, after.claim) == ("running", "another's")
        assert _all(facet, ModelVersion, project_id=project_id)[0].state == "training"

    def test_a_failed_training_is_marked_and_another_may_follow(
        self, facet: Installation, project_id: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: Any, **__: Any) -> Any:
            raise RuntimeError("out of memory")

        with monkeypatch.context() as patch:
            patch.setattr(train_handler, "train", broken)
            for _ in range(KINDS["train"].max_attempts):
                job = _run_only(facet, "train")
        assert (job.state, job.error) == ("failed", "RuntimeError: out of memory")
        assert _all(facet, ModelVersion, project_id=project_id)[0].state == "failed"
        with facet.db.transaction() as session:
            start_training(session, project_id, None)
        assert _run_only(facet, "train").state == "succeeded"


def test_claims_exclude_each_other(facet: Installation) -> None:
    project_id = new_project(facet, "Claims")
    with facet.db.transaction() as session:
        job_id = enqueue(session, "prelabel", project_id, {"task_ids": []}, "one").id
        assert enqueue(session, "prelabel", project_id, {"task_ids": []}, "one").id == job_id
    taken: list[Job | None] = []

    def take() -> None:
        with facet.db.transaction() as session:
            taken.append(claim(session, job_id))

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 6
    assert sum(job is not None for job in taken) == 1
