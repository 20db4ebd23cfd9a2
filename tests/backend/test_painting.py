"""The painted layer: runs and pixels are one thing, junk is refused, and no new fit destroys what a person painted."""

import io
import json
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from pydantic import ValidationError

from backend.annotations.painting import Paint, empty_layer, paint, runs_of
from backend.problems import MEDIA_TYPE
from backend.snapshots.service import read_manifest
from backend.snapshots.tables import Snapshot
from ml.data.lapa import decode_label_map
from ml.ppa.fusion import UNPAINTED, lay_over
from ml.synthetic import render_face
from tests.backend.team import Team, lease_headers, move_operation

SIDE = 192
INNER_MOUTH, HAIR, NOSE = 8, 10, 6
layers = arrays(
    np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.sampled_from([0, 1, 10, UNPAINTED])
)


def paint_operation(base_revision: int = 1, **payload: Any) -> dict[str, Any]:
    operation = move_operation({0: (0.0, 0.0)}, base_revision)
    return operation | {"op_id": str(uuid4()), "kind": "paint", "payload": payload}


def block(top: int, left: int, height: int, width: int, side: int = SIDE) -> list[int]:
    """A rectangle of pixels as runs."""
    runs: list[int] = []
    end = 0
    for row in range(top, top + height):
        start = row * side + left
        runs += [start - end, width]
        end = start + width
    return runs


@given(layers)
def test_runs_hold_every_painted_pixel(layer: np.ndarray) -> None:
    painted = runs_of(layer)
    if not painted:
        assert (layer == UNPAINTED).all()
        return
    height, width = layer.shape
    again = paint(empty_layer(width, height), [Paint(painted=painted)])
    np.testing.assert_array_equal(again, layer)


@given(st.lists(layers, min_size=2, max_size=4).filter(lambda found: len({layer.shape for layer in found}) == 1))
def test_later_paint_hides_earlier_paint_and_the_eraser_gives_pixels_back(strokes: list[np.ndarray]) -> None:
    """Here 10 stands for the eraser."""
    expected = np.full(strokes[0].shape, UNPAINTED, np.uint8)
    operations = []
    for stroke in strokes:
        runs = runs_of(stroke)
        erased = runs.pop(HAIR, [])
        if runs or erased:
            operations.append(Paint(painted=runs, erased=erased))
        expected = np.where(stroke == UNPAINTED, expected, np.where(stroke == HAIR, UNPAINTED, stroke)).astype(np.uint8)
    height, width = expected.shape
    before = empty_layer(width, height)
    np.testing.assert_array_equal(paint(before, operations), expected)
    assert (before == UNPAINTED).all()


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ({}, "at least one pixel"),
        ({"painted": {"3": []}}, "at least one pixel"),
        ({"painted": {"3": [], "4": [0, 1]}}, "left out"),
        ({"painted": {"3": [4]}}, "pairs"),
        ({"painted": {"3": [4, 0]}}, "at least one"),
        ({"painted": {"3": [0, 2, 0, 2]}}, "only the first"),
        ({"painted": {"3": [-1, 2]}}, "greater than or equal to 0"),
        ({"painted": {"11": [0, 1]}}, "less than 11"),
        ({"painted": {"3": [0, 5], "4": [4, 2]}}, "named once"),
        ({"painted": {"3": [0, 5]}, "erased": [2, 1]}, "named once"),
        ({"painted": {"3": [2**31 - 1, 2**31 - 1]}}, "beyond any photo"),
        ({"painted": {"3": [1, 1] * 200_001}}, "at most 400000"),
        ({"painted": {"3": [1, 1] * 150_000, "4": [1_000_000, 1] + [1, 1] * 100_000}}, "send several"),
    ],
)
def test_junk_is_no_paint(payload: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        Paint.model_validate(payload)


def test_a_painting_is_laid_over_a_map_of_its_own_size() -> None:
    label_map = np.array([[1, 2], [3, 4]], np.uint8)
    painting = np.array([[UNPAINTED, 0], [10, UNPAINTED]], np.uint8)
    np.testing.assert_array_equal(lay_over(label_map, painting), [[1, 0], [10, 4]])
    with pytest.raises(ValueError, match="the painting"):
        lay_over(label_map, painting[:1])
    with pytest.raises(ValueError, match="0 to 10 and 255"):
        lay_over(label_map, np.full((2, 2), 11, np.uint8))


def face_project(team: Team) -> tuple[int, Any]:
    """A project with one rendered face, whose task waits in the queue."""
    face = render_face(3, SIDE)
    buffer = io.BytesIO()
    Image.fromarray(face.image).save(buffer, "PNG")
    project_id = team.project()
    team.import_photos(project_id, {"face.png": buffer.getvalue()})
    team.run_jobs()
    return project_id, face


def test_paint_survives_every_new_fit(team: Team) -> None:
    """Painted, submitted, fitted, rejected, points moved, submitted, fitted: the paint is there, the rest followed."""
    project_id, face = face_project(team)
    taken = team.annotator.post(f"/projects/{project_id}/tasks/next", 200).json()
    task_id = taken["task"]["id"]
    assert taken["revision"]["painting_url"] is None and taken["fitted_map_url"] is None
    true_points = {index: (float(x), float(y)) for index, (x, y) in enumerate(face.points)}
    # A patch in a corner, and one across the nose that cuts it away.
    corner, nose = block(2, 3, 10, 12), block(int(face.points[57, 1]) - 3, int(face.points[57, 0]) - 3, 7, 7)
    operations = [
        move_operation(true_points),
        paint_operation(painted={str(INNER_MOUTH): corner, "0": nose}),
        paint_operation(erased=block(2, 3, 1, 12)),
    ]
    team.annotator.post(f"/tasks/{task_id}/submit", 200, json={"operations": operations}, headers=lease_headers(taken))
    team.run_jobs()
    painting = np.full((SIDE, SIDE), UNPAINTED, np.uint8)
    painting[3:12, 3:15] = INNER_MOUTH
    painting[int(face.points[57, 1]) - 3 :, int(face.points[57, 0]) - 3 :][:7, :7] = 0
    first, first_fitted = maps_of(team, task_id)
    assert (first_fitted == NOSE).any()
    np.testing.assert_array_equal(first, lay_over(first_fitted, painting))
    assert (first != first_fitted).sum() > 100

    team.judged(project_id, "rejected")
    again = team.annotator.post(f"/projects/{project_id}/tasks/next", 200).json()
    number = again["revision"]["number"]
    shown = team.annotator.get(again["revision"]["painting_url"].removeprefix("/api/v1")).json()
    assert shown["painted"] == {str(k): v for k, v in runs_of(painting).items()}
    shifted = {index: (x + 12, y + 9) for index, (x, y) in true_points.items()}
    team.annotator.post(
        f"/tasks/{task_id}/submit",
        200,
        json={"operations": [move_operation(shifted, number)]},
        headers=lease_headers(again),
    )
    team.run_jobs()
    second, second_fitted = maps_of(team, task_id)
    np.testing.assert_array_equal(second, lay_over(second_fitted, painting))
    nose_then, nose_now = np.argwhere(first_fitted == NOSE), np.argwhere(second_fitted == NOSE)
    np.testing.assert_allclose(nose_now.mean(0) - nose_then.mean(0), [9, 12], atol=1.5)

    reviewing = team.reviewer.post(f"/projects/{project_id}/reviews/next", 200).json()
    assert team.reviewer.get(reviewing["revision"]["painting_url"].removeprefix("/api/v1")).json() == shown
    team.reviewer.post(f"/tasks/{task_id}/reviews", 200, json={"verdict": "approved"}, headers=lease_headers(reviewing))
    np.testing.assert_array_equal(exported_map(team, project_id), second)


def maps_of(team: Team, task_id: int) -> tuple[np.ndarray, np.ndarray]:
    """The final map of the newest revision, and the fitted one beneath the paint."""
    final = team.annotator.get(f"/tasks/{task_id}/label-map").content
    url = team.annotator.get(f"/tasks/{task_id}").json()["fitted_map_url"].removeprefix("/api/v1")
    return decode_label_map(final, "final"), decode_label_map(team.annotator.get(url).content, "fitted")


def exported_map(team: Team, project_id: int) -> np.ndarray:
    """The only label map of a snapshot of the project."""
    snapshot_id = team.admin.post(f"/projects/{project_id}/snapshots", 202, json={}).json()["id"]
    team.run_jobs()
    with team.facet.db.reading() as session:
        files = json.loads(read_manifest(team.facet.blobs, session.get_one(Snapshot, snapshot_id)))["files"]
    (sha256,) = [sha256 for path, sha256 in files.items() if "/labels/" in path]
    return decode_label_map(team.facet.blobs.get(sha256), "exported")


def test_paint_beside_the_photo_is_refused_and_stored_nowhere(team: Team) -> None:
    project_id = team.ready_project(1)
    taken = team.annotator.post(f"/projects/{project_id}/tasks/next", 200).json()
    task = f"/tasks/{taken['task']['id']}"
    beside = paint_operation(painted={"1": [128 * 128 - 1, 2]})
    inside = paint_operation(painted={"1": [128 * 128 - 2, 2]})
    for method, path, body in (
        ("PUT", f"{task}/draft", {"base_revision": 1, "operations": [beside]}),
        ("POST", f"{task}/revisions", {"operations": [beside]}),
        ("POST", f"{task}/submit", {"operations": [beside]}),
        ("POST", f"{task}/revisions", {"operations": [paint_operation(painted={"12": [0, 1]})]}),
    ):
        answer = team.annotator.request(method, path, 422, json=body, headers=lease_headers(taken))
        assert answer.headers["content-type"] == MEDIA_TYPE
    assert team.annotator.get(task).json()["draft"] is None
    saved = team.annotator.post(f"{task}/revisions", 200, json={"operations": [inside]}, headers=lease_headers(taken))
    number = saved.json()["revision"]["number"]
    painted = team.annotator.get(f"{task}/revisions/{number}/painting").json()
    assert painted == {"version": 1, "width": 128, "height": 128, "painted": {"1": [128 * 128 - 2, 2]}}


def test_a_draft_keeps_paint_and_erasing_all_of_it_leaves_no_painting(team: Team) -> None:
    project_id = team.ready_project(1)
    taken = team.annotator.post(f"/projects/{project_id}/tasks/next", 200).json()
    task = f"/tasks/{taken['task']['id']}"
    stroke = paint_operation(painted={"9": [5, 7]})
    body = {"base_revision": 1, "operations": [stroke]}
    team.annotator.put(f"{task}/draft", 200, json=body, headers=lease_headers(taken))
    (kept,) = team.annotator.get(task).json()["draft"]["operations"]
    assert kept["payload"]["painted"] == {"9": [5, 7]}
    undo = paint_operation(erased=[5, 7], undoes=stroke["op_id"])
    saved = team.annotator.post(
        f"{task}/revisions", 200, json={"operations": [stroke, undo]}, headers=lease_headers(taken)
    ).json()
    view = team.annotator.get(f"{task}/revisions/{saved['revision']['number']}").json()
    assert view["painting_url"] is None
    empty = team.annotator.get(f"{task}/revisions/{view['number']}/painting").json()
    assert empty["painted"] == {}
