"""A project without a model of its own starts from the weights that ship with Facet, and can be taken back to them."""

import numpy as np
import pytest
import torch

from backend.annotations.tables import LandmarkRevision
from backend.installation import Installation
from backend.modelzoo.service import activate, start_training
from backend.modelzoo.tables import ModelVersion, Promotion
from backend.photos.tables import Photo
from backend.projects.tables import Project
from backend.tasks.tables import Task
from ml import model_file
from ml.landmarks import checkpoint, shipped
from ml.landmarks.evaluate import evaluate
from ml.landmarks.hourglass import LandmarkNet
from ml.landmarks.predict import Landmarker
from ml.landmarks.samples import Sample
from ml.synthetic import render_face
from tests.workers.faces import approve_label, import_faces, new_project, share_out
from tests.workers.handling import all_rows, run_only
from workers.handlers.repredict import follow_the_start
from workers.photos import load_photo

WIDTH = 16


@pytest.fixture
def weights(facet: Installation, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A small network in the place of the shipped one."""
    torch.manual_seed(3)
    tiny = checkpoint.dump(LandmarkNet(WIDTH).state_dict(), checkpoint.Metadata(width=WIDTH, labels=5))
    monkeypatch.setattr(shipped, "shipped_checkpoint", lambda: tiny)
    facet.settings.shipped_weights = True
    facet.settings.torch_threads = 1
    return tiny


def _proposers(facet: Installation, task_id: int) -> list[tuple[str, int | None, str | None]]:
    rows = all_rows(facet, LandmarkRevision, task_id=task_id)
    return [(row.source, row.model_version_id, row.shipped_sha256) for row in rows]


def _project_with_labels(facet: Installation, width: int) -> int:
    project_id = new_project(facet, "Learning", holdout_share=0.5, train_width=width, train_epochs=2)
    faces = [render_face(seed, 128) for seed in range(9)]
    tasks = import_faces(facet, project_id, faces)
    share_out(facet, project_id)
    run_only(facet, "prelabel")
    for task_id, face in list(zip(tasks, faces, strict=True))[:8]:
        approve_label(facet, task_id, face)
    with facet.db.transaction() as session:
        start_training(session, project_id, None)
    return project_id


def test_the_file_in_the_package_is_a_landmark_model() -> None:
    try:
        data = shipped.shipped_checkpoint()
    except shipped.ShippedWeightsMissing as missing:
        pytest.skip(str(missing))
    network, metadata = checkpoint.load(data)
    assert network.width == metadata.width
    assert len(data) <= 10 * 2**20
    (proposal,) = Landmarker.load(data, "cpu").predict([render_face(0, 256, pose="frontal").image])
    assert np.isfinite(proposal.points).all()


def test_proposals_say_that_the_shipped_weights_made_them(facet: Installation, weights: bytes) -> None:
    (task_id,) = import_faces(facet, new_project(facet, "New"), [render_face(1, 128)])
    assert run_only(facet, "prelabel").state == "succeeded"
    assert _proposers(facet, task_id) == [("shipped", None, model_file.sha256(weights))]
    (revision,) = all_rows(facet, LandmarkRevision, task_id=task_id)
    (photo,) = all_rows(facet, Photo)
    (expected,) = Landmarker.load(weights).predict_encoded([("photo", facet.blobs.get(photo.blob_sha256))])
    assert np.allclose(revision.points, expected.points, atol=0.5)
    assert revision.confidence is not None


def test_an_installation_may_do_without_them(facet: Installation, weights: bytes) -> None:
    facet.settings.shipped_weights = False
    (task_id,) = import_faces(facet, new_project(facet, "Without"), [render_face(1, 128)])
    run_only(facet, "prelabel")
    assert _proposers(facet, task_id) == [("mean_face", None, None)]


def test_a_copy_without_the_file_falls_back_to_the_mean_face(
    facet: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> bytes:
        raise shipped.ShippedWeightsMissing("no file")

    monkeypatch.setattr(shipped, "shipped_checkpoint", missing)
    facet.settings.shipped_weights = True
    (task_id,) = import_faces(facet, new_project(facet, "Missing"), [render_face(1, 128)])
    assert run_only(facet, "prelabel").state == "succeeded"
    assert _proposers(facet, task_id) == [("mean_face", None, None)]


@pytest.mark.parametrize("width", [WIDTH, 24])
def test_the_first_training_starts_from_them_and_is_compared_with_them(
    facet: Installation, weights: bytes, width: int
) -> None:
    """Compared always; started from only where the project's network has their width."""
    project_id = _project_with_labels(facet, width)
    assert run_only(facet, "train").state == "succeeded"
    (model,) = all_rows(facet, ModelVersion, project_id=project_id)
    network, metadata = checkpoint.load(facet.blobs.get(model.checkpoint_sha256))
    assert network.width == width
    assert metadata.parent == (model_file.sha256(weights) if width == WIDTH else None)
    assert (model.parent_id, model.baseline_source) == (None, "shipped")
    held_out = [Sample(*args) for args in _labels(facet, project_id, "val")]
    expected = evaluate(Landmarker.load(weights), held_out)
    for figure in ("nme_rect", "nme_interocular", "auc_008", "fr_008", "photos"):
        assert model.baseline[figure] == pytest.approx(expected[figure], rel=1e-3), figure
    assert model.baseline["per_part"] == pytest.approx(expected["per_part"], rel=1e-3)


def _labels(facet: Installation, project_id: int, split: str) -> list[tuple]:
    """What a training is given of the approved photos of a share, in its order."""
    found = []
    for photo in sorted(all_rows(facet, Photo, project_id=project_id, split=split), key=lambda photo: photo.stem):
        (task,) = all_rows(facet, Task, photo_id=photo.id)
        if task.state == "approved":
            (revision,) = all_rows(facet, LandmarkRevision, task_id=task.id, number=task.head_number)
            image = load_photo(facet.blobs, photo.blob_sha256)
            found.append((lambda image=image: image, revision.points, revision.visibility > 0))
    return found


def test_the_way_back_to_them_and_forth_again_needs_no_restart(facet: Installation, weights: bytes) -> None:
    project_id = _project_with_labels(facet, WIDTH)
    (unopened,) = [task.id for task in all_rows(facet, Task, project_id=project_id, state="ready")]
    opened = all_rows(facet, Task, project_id=project_id, state="approved")[0].id
    before = _proposers(facet, opened)
    run_only(facet, "train")
    (model,) = all_rows(facet, ModelVersion, project_id=project_id)

    def turn_to(number: int | None, reason: str) -> None:
        with facet.db.transaction() as session:
            version = session.get_one(ModelVersion, model.id) if number else None
            activate(session, session.get_one(Project, project_id), version, None, reason)
        run_only(facet, "repredict")

    if model.decision == "promoted":
        run_only(facet, "repredict")
    else:
        turn_to(1, "by hand")
    turn_to(None, "It was worse on profiles.")
    turn_to(1, "")
    made_by_weights = ("shipped", None, model_file.sha256(weights))
    made_by_version = ("model", model.id, None)
    assert _proposers(facet, unopened) == [made_by_weights, made_by_version, made_by_weights, made_by_version]
    assert _proposers(facet, opened) == before
    history = [(row.model_version_id, row.action) for row in all_rows(facet, Promotion)]
    assert history == [(model.id, "promoted"), (None, "rolled_back"), (model.id, "promoted")]


def test_after_an_upgrade_unopened_photos_get_the_new_weights_proposals(
    facet: Installation, weights: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    project_id = new_project(facet, "Upgraded")
    faces = [render_face(seed, 128) for seed in (1, 2)]
    unopened, opened = import_faces(facet, project_id, faces)
    run_only(facet, "prelabel")
    with facet.db.transaction() as session:
        session.get_one(Task, opened).opened = True
        assert follow_the_start(session, facet.settings) == []
    torch.manual_seed(4)
    newer = checkpoint.dump(LandmarkNet(WIDTH).state_dict(), checkpoint.Metadata(width=WIDTH, labels=5))
    monkeypatch.setattr(shipped, "shipped_checkpoint", lambda: newer)
    with facet.db.transaction() as session:
        assert follow_the_start(session, facet.settings) == [project_id]
    with facet.db.transaction() as session:
        follow_the_start(session, facet.settings)  # as the next worker that starts does: there is one job
    assert run_only(facet, "repredict").state == "succeeded"
    older, new = (("shipped", None, model_file.sha256(data)) for data in (weights, newer))
    assert _proposers(facet, unopened) == [older, new]
    assert _proposers(facet, opened) == [older]
    with facet.db.transaction() as session:
        assert follow_the_start(session, facet.settings) == []
