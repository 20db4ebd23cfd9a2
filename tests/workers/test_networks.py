"""Hair and skin from networks in the worker: drawn when photos come in, from weights that nobody trained."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import structlog

from backend.annotations.service import fit_later, propose
from backend.annotations.tables import LabelMap, LandmarkRevision
from backend.installation import Installation
from backend.jobs.service import enqueue
from backend.jobs.tables import Job
from backend.photos.tables import Photo
from backend.tasks.service import move
from backend.tasks.tables import Task
from ml.chain import draw_label_map
from ml.data.lapa import decode_label_map
from ml.parsing import shipped
from ml.parsing.segmenters import open_segmenter
from ml.synthetic import RenderedFace, render_face
from tests.lost_blobs import lose_blob
from tests.workers.faces import import_faces, new_project
from tests.workers.handling import all_rows, run_only
from tests.workers.networks import tiny_weights
from workers.photos import load_photo
from workers.segmenters import segmenter_of

FACES = [render_face(seed, 128, pose="frontal") for seed in (1, 2)]


@pytest.fixture
def fine(facet: Installation, tmp_path: Path) -> Path:
    """A fine network on the crop around points, named in the settings."""
    path = tmp_path / "fine.safetensors"
    path.write_bytes(tiny_weights(3, "face"))
    facet.settings.hair_skin_weights = str(path)
    facet.settings.torch_threads = 1
    return path


def _imported(facet: Installation, faces: Sequence[RenderedFace] = FACES) -> list[int]:
    tasks = import_faces(facet, new_project(facet, "Networks"), faces)
    assert run_only(facet, "prelabel").state == "succeeded"
    return tasks


def _submit(facet: Installation, task_id: int, points: np.ndarray) -> None:
    """Other points for the face, submitted."""
    with facet.db.transaction() as session:
        task = session.get_one(Task, task_id)
        revision = propose(session, task, points, confidence=None, model_version_id=None)
        assert revision is not None
        session.flush()
        task.opened = True
        move(session, task, "in_progress", "task.leased", None)
        move(session, task, "fitting", "task.submitted", None)
        fit_later(session, task, revision)


def _map(facet: Installation, row: LabelMap) -> np.ndarray:
    return decode_label_map(facet.blobs.get(row.blob_sha256), "map")


def _drawn_by_hand(facet: Installation, row: LabelMap, fine: Path, coarse: Path | None = None) -> np.ndarray:
    """The same map as whoever has the files draws it without a worker."""
    (revision,) = all_rows(facet, LandmarkRevision, id=row.revision_id)
    (task,) = all_rows(facet, Task, id=row.task_id)
    (photo,) = all_rows(facet, Photo, id=task.photo_id)
    segmenter = open_segmenter(str(fine), coarse, "cpu")
    assert row.fitter.endswith(f"+{segmenter.version}")
    return draw_label_map(load_photo(facet.blobs, photo.blob_sha256), revision.points, segmenter)


def test_maps_of_proposals_are_drawn_when_photos_come_in(facet: Installation, fine: Path) -> None:
    tasks = _imported(facet)
    job = run_only(facet, "parse")
    assert (job.state, job.queue, job.done, job.total) == ("succeeded", "prelabel", 2, 2)
    rows = all_rows(facet, LabelMap)
    assert [row.task_id for row in rows] == tasks
    for row in rows:
        drawn = _map(facet, row)
        assert len(np.unique(drawn)) > 3
        # Both photos were in one batch, which rounds a little differently.
        assert (drawn == _drawn_by_hand(facet, row, fine)).mean() > 0.99
    assert {task.state for task in all_rows(facet, Task)} == {"ready"}


def test_a_submission_is_drawn_by_the_networks_for_its_own_points(facet: Installation, fine: Path) -> None:
    task_id, _ = _imported(facet)
    run_only(facet, "parse")
    _submit(facet, task_id, FACES[0].points)
    assert run_only(facet, "fitting").state == "succeeded"
    proposal, fitted = all_rows(facet, LabelMap, task_id=task_id)
    assert (_map(facet, fitted) == _drawn_by_hand(facet, fitted, fine)).all()
    assert (_map(facet, fitted) != _map(facet, proposal)).any()


def test_the_coarse_network_says_where_the_head_is(facet: Installation, tmp_path: Path) -> None:
    fine, coarse = tmp_path / "fine.safetensors", tmp_path / "coarse.safetensors"
    fine.write_bytes(tiny_weights(3, "head"))
    coarse.write_bytes(tiny_weights(2, "photo", "pspnet"))
    facet.settings.hair_skin_weights, facet.settings.coarse_weights = str(fine), str(coarse)
    _imported(facet, FACES[:1])
    assert run_only(facet, "parse").state == "succeeded"
    (row,) = all_rows(facet, LabelMap)
    assert (_map(facet, row) == _drawn_by_hand(facet, row, fine, coarse)).all()


def test_without_networks_nothing_is_drawn_at_import(facet: Installation) -> None:
    _imported(facet)
    assert all_rows(facet, Job, kind="parse") == []


def test_shipped_weights_are_used_where_there_are_any(facet: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ml.parsing.segmenters.shipped_checkpoint", lambda: tiny_weights(3, "face"))
    monkeypatch.setattr(shipped, "shipped_checkpoint", lambda: tiny_weights(3, "face"))
    assert segmenter_of(facet.settings).version == "graphcut/1"
    facet.settings.shipped_weights = True
    assert segmenter_of(facet.settings).version.startswith("cut3+bspnet/")
    facet.settings.hair_skin_weights = "graphcut"
    assert segmenter_of(facet.settings).version == "graphcut/1"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (None, "No such file"),
        (b"no weights", "not a whole safetensors file"),
        (tiny_weights(11, "face"), "a network of 3 categories"),
        (tiny_weights(3, "head"), "a coarse network must say where"),
    ],
)
def test_weights_that_cannot_be_used_are_told_and_the_graph_cut_draws(
    facet: Installation, fine: Path, data: bytes | None, reason: str
) -> None:
    if data is None:
        fine.unlink()
    else:
        fine.write_bytes(data)
    with structlog.testing.capture_logs() as told:
        task_id, _ = _imported(facet)
        assert run_only(facet, "parse").state == "succeeded"
        _submit(facet, task_id, FACES[0].points)
        assert run_only(facet, "fitting").state == "succeeded"
    (unusable,) = [row for row in told if row["event"] == "hair_skin_weights.unusable"]
    assert str(fine) in unusable["reason"] and reason in unusable["reason"]
    assert unusable["instead"] == "the graph cut"
    assert {row.fitter.split("+")[1] for row in all_rows(facet, LabelMap)} == {"graphcut/1"}


def test_weights_that_are_replaced_are_noticed(facet: Installation, fine: Path) -> None:
    before = segmenter_of(facet.settings)
    assert segmenter_of(facet.settings) is before
    fine.write_bytes(tiny_weights(3, "face", answer=2))
    after = segmenter_of(facet.settings)
    assert after.version != before.version and after.version.startswith("cut3+bspnet/")


def test_a_lost_photo_and_an_opened_task_are_left_out(facet: Installation, fine: Path) -> None:
    _, opened, kept = _imported(facet, [*FACES, render_face(3, 128, pose="frontal")])
    lost = all_rows(facet, Photo)[0]
    lose_blob(facet, lost.blob_sha256)
    with facet.db.transaction() as session:
        session.get_one(Task, opened).opened = True
    assert run_only(facet, "parse").state == "succeeded"
    assert [row.task_id for row in all_rows(facet, LabelMap)] == [kept]


def test_drawn_twice_is_stored_once(facet: Installation, fine: Path) -> None:
    tasks = _imported(facet)
    run_only(facet, "parse")
    with facet.db.transaction() as session:
        project_id = session.get_one(Task, tasks[0]).project_id
        enqueue(session, "parse", project_id, {"task_ids": tasks}, "again")
    assert run_only(facet, "parse").state == "succeeded"
    assert len(all_rows(facet, LabelMap)) == 2
