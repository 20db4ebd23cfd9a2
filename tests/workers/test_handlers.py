"""What each kind of job stores, run in this process on both databases."""

import importlib
import io
import threading
from typing import Any

import numpy as np
import pytest

from backend.accounts.service import create_user
from backend.annotations.service import fit_later, propose
from backend.annotations.tables import LabelMap, LandmarkRevision
from backend.events.tables import Event
from backend.installation import Installation
from backend.jobs.kinds import KINDS
from backend.jobs.service import claim, enqueue, retry
from backend.jobs.tables import Job
from backend.photos.service import import_files, start_import, unpack_later
from backend.photos.tables import Import, ImportItem, Photo
from backend.reviews.tables import Comment
from backend.snapshots.service import create_snapshot, read_manifest
from backend.snapshots.tables import Snapshot
from backend.tasks.service import move
from backend.tasks.tables import Task
from ml.data.lapa import decode_label_map
from ml.parsing.graphcut import segment_hair_skin
from ml.ppa.fusion import fuse
from ml.ppa.pipeline import fit_parts
from ml.synthetic import render_face
from tests.backend.team import PASSWORD_HASH, photo_bytes, run_jobs
from tests.lost_blobs import lose_blob
from tests.workers.faces import approve_label, import_faces, new_project, zip_of, zip_of_photos
from tests.workers.handling import after_progress, all_rows, run_only
from workers.photos import load_photo

# As modules: the package's attributes of these names are the functions.
unpack_handler = importlib.import_module("workers.handlers.unpack")
repredict_handler = importlib.import_module("workers.handlers.repredict")
train_handler = importlib.import_module("workers.handlers.train")


def test_prelabel_says_that_the_mean_face_proposed(facet: Installation) -> None:
    project_id = new_project(facet, "Prelabel")
    faces = [render_face(seed, 160, pose="frontal") for seed in range(3)]
    tasks = import_faces(facet, project_id, faces)
    assert run_only(facet, "prelabel").state == "succeeded"
    for task_id, face in zip(tasks, faces, strict=True):
        (revision,) = all_rows(facet, LandmarkRevision, task_id=task_id)
        assert (revision.source, revision.model_version_id, revision.number) == ("mean_face", None, 1)
        assert revision.points.shape == (106, 2)
        # On the face, not merely somewhere in the photo.
        assert np.linalg.norm(revision.points.mean(0) - face.points.mean(0)) < 0.15 * 160
    assert {task.state for task in all_rows(facet, Task, project_id=project_id)} == {"ready"}


def test_prelabel_twice_proposes_once(facet: Installation) -> None:
    project_id = new_project(facet, "Prelabel")
    tasks = import_faces(facet, project_id, [render_face(1, 128)])
    run_only(facet, "prelabel")
    with facet.db.transaction() as session:
        enqueue(session, "prelabel", project_id, {"task_ids": tasks}, "again")
    assert run_only(facet, "prelabel").state == "succeeded"
    assert len(all_rows(facet, LandmarkRevision, task_id=tasks[0])) == 1


def test_a_damaged_photo_fails_after_its_attempts(facet: Installation) -> None:
    """It alone: the photos that are in the same job are ready after the first attempt."""
    project_id = new_project(facet, "Damaged")
    import_faces(facet, project_id, [render_face(seed, 128) for seed in range(3)])
    _, photo, _ = all_rows(facet, Photo, project_id=project_id)
    jpeg = facet.blobs.get(photo.blob_sha256)
    lose_blob(facet, photo.blob_sha256)
    for attempt in range(1, KINDS["prelabel"].max_attempts + 1):
        job = run_only(facet, "prelabel")
        assert job.attempts == attempt
        assert job.error is not None
        assert photo.name in job.error
        assert photo.blob_sha256 not in job.error
        states = [task.state for task in all_rows(facet, Task, project_id=project_id)]
        assert states == ["ready", "pending", "ready"]
    assert job.state == "failed"
    assert facet.blobs.put(jpeg) == photo.blob_sha256
    with facet.db.transaction() as session:
        retry(session, session.get_one(Job, job.id))
    assert run_only(facet, "prelabel").state == "succeeded"
    for task in all_rows(facet, Task, project_id=project_id):
        assert task.state == "ready"
        assert len(all_rows(facet, LandmarkRevision, task_id=task.id)) == 1


def test_fitting_draws_the_map_of_the_submitted_points(facet: Installation) -> None:
    project_id = new_project(facet, "Fitting")
    face = render_face(3, 192)
    task_id = _submitted(facet, project_id, face.points)
    assert run_only(facet, "fitting").state == "succeeded"
    (stored,) = all_rows(facet, LabelMap, task_id=task_id)
    drawn = decode_label_map(facet.blobs.get(stored.blob_sha256), "map")
    assert drawn.shape == (192, 192)
    # How well the parts fit is the fitter's matter: here, that it got this photo and these points.
    (photo,) = all_rows(facet, Photo, project_id=project_id)
    image = load_photo(facet.blobs, photo.blob_sha256)
    regions = segment_hair_skin(image, face.points)
    parts = fit_parts(face.points, image.shape[:2])
    assert np.array_equal(drawn, fuse(regions.label_map, parts, certain_background=regions.certain_background))
    assert len(np.unique(drawn)) > 4
    assert all_rows(facet, Task, id=task_id)[0].state == "in_review"


def test_points_that_cannot_be_fitted_return_to_their_annotator(facet: Installation) -> None:
    project_id = new_project(facet, "Refused")
    task_id = _submitted(facet, project_id, np.full((106, 2), np.nan, np.float32))
    job = run_only(facet, "fitting")
    assert (job.state, job.attempts) == ("failed", 1)
    task = all_rows(facet, Task, id=task_id)[0]
    assert (task.state, task.reserved_for) == ("ready", task.annotator_id)
    (comment,) = all_rows(facet, Comment, task_id=task_id)
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
    assert run_only(facet, "freeze").state == "succeeded"
    (snapshot,) = all_rows(facet, Snapshot, id=snapshot_id)
    manifest = read_manifest(facet.blobs, snapshot)
    with facet.db.transaction() as session:
        enqueue(session, "freeze", project_id, {"snapshot_id": snapshot_id}, "again")
    run_only(facet, "freeze")
    assert read_manifest(facet.blobs, all_rows(facet, Snapshot, id=snapshot_id)[0]) == manifest


def _unpack_later(facet: Installation, project_id: int, archive: bytes) -> None:
    key = facet.blobs.put_archive(io.BytesIO(archive))
    with facet.db.transaction() as session:
        unpack_later(session, start_import(session, project_id, None, None), key)


class TestUnpack:
    def test_two_imports_of_one_archive(self, facet: Installation) -> None:
        """The import that ends first must not take the archive from the other."""
        projects = [new_project(facet, name) for name in ("One", "Two")]
        for project_id in projects:
            _unpack_later(facet, project_id, zip_of_photos(3))
        run_jobs(facet)
        assert [(row.state, row.imported) for row in all_rows(facet, Import)] == [("done", 3), ("done", 3)]
        assert list(facet.blobs.archives()) == []

    def test_what_is_no_archive_is_refused_once(self, facet: Installation) -> None:
        project_id = new_project(facet, "No archive")
        _unpack_later(facet, project_id, b"no zip at all")
        job = run_only(facet, "unpack")
        assert (job.state, job.attempts) == ("failed", 1)
        assert all_rows(facet, Import)[0].state == "failed"

    def test_tried_again_after_it_failed_it_counts_nothing_twice(
        self, facet: Installation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The first batch holds a refused file and a duplicate; then the disk is full at every attempt."""
        project_id = new_project(facet, "Tried again")
        files = {f"{number:02d}.jpg": photo_bytes(number) for number in range(20)}
        files |= {"03.jpg": b"no picture", "05.jpg": files["04.jpg"]}
        _unpack_later(facet, project_id, zip_of(files))

        def full_after_eight(installation: Installation, import_id: int, batch: Any, **options: Any) -> Any:
            if batch[0].name != "00.jpg":
                raise OSError(28, "No space left on device")
            return import_files(installation, import_id, batch, **options)

        with monkeypatch.context() as patch:
            patch.setattr(unpack_handler, "import_files", full_after_eight)
            for _ in range(KINDS["unpack"].max_attempts):
                job = run_only(facet, "unpack")
        assert (job.state, job.done) == ("failed", 8)
        assert all_rows(facet, Import)[0].state == "failed"
        with facet.db.transaction() as session:
            retry(session, session.get_one(Job, job.id))
        assert run_only(facet, "unpack").state == "succeeded"
        (row,) = all_rows(facet, Import)
        assert (row.state, row.imported, row.duplicates, row.refused) == ("done", 18, 1, 1)
        assert len(all_rows(facet, ImportItem)) == 20

    def test_a_stop_between_batches_keeps_what_is_stored(
        self, facet: Installation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        project_id = new_project(facet, "Stopped")
        _unpack_later(facet, project_id, zip_of_photos(20))
        stopping = threading.Event()
        after_progress(monkeypatch, stopping.set)
        job = run_only(facet, "unpack", stopping)
        assert (job.state, job.attempts, job.done) == ("queued", 0, 8)
        monkeypatch.undo()
        job = run_only(facet, "unpack")
        assert (job.state, job.attempts, job.done) == ("succeeded", 1, 20)
        assert len(all_rows(facet, Photo, project_id=project_id)) == 20
        assert all_rows(facet, Import)[0].imported == 20


def test_a_stopping_worker_takes_no_job(facet: Installation) -> None:
    """It would only give it back, ask for it again, and might take it again."""
    import_faces(facet, new_project(facet, "Stopping"), [render_face(1, 128)])
    stopping = threading.Event()
    stopping.set()
    job = run_only(facet, "prelabel", stopping)
    assert (job.state, job.attempts) == ("queued", 0)
    assert all_rows(facet, Event, kind="job.started") == []


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
