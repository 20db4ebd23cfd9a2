"""A photo goes in, a dataset comes out: the whole chain over the API, jobs run in between."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np

from ml.data.lapa import decode_label_map, parse_landmarks
from tests.backend.team import Team, lease_headers, move_operation, photo_bytes
from tests.workers.networks import tiny_weights


def test_photo_to_dataset(team: Team) -> None:
    project_id = team.project()
    items = team.import_photos(project_id, {"a.jpg": photo_bytes(1), "b.png": photo_bytes(2, format="PNG")})
    assert [item["outcome"] for item in items] == ["imported", "imported"]
    team.run_jobs()

    assignment = team.annotator.post(f"/projects/{project_id}/tasks/next", 200).json()
    task_id = assignment["task"]["id"]
    assert assignment["revision"]["source"] == "mean_face"
    assert len(assignment["revision"]["points"]) == 106

    moved = {84: (40.25, 81.5), 90: (80.75, 82.0), 57: (50.0, 70.125)}
    submitted = team.annotator.post(
        f"/tasks/{task_id}/submit", 200, json={"operations": [move_operation(moved)]}, headers=lease_headers(assignment)
    ).json()
    assert submitted["state"] == "fitting"
    assert submitted["revision"]["corrected_points"] == 3
    team.run_jobs()

    review = team.reviewer.post(f"/projects/{project_id}/reviews/next", 200).json()
    assert review["task"]["id"] == task_id
    png = team.reviewer.get(f"/tasks/{task_id}/label-map").content
    label_map = decode_label_map(png, "label map")
    assert label_map.shape == (128, 128)
    assert {2, 3, 6} <= set(np.unique(label_map))
    team.reviewer.post(f"/tasks/{task_id}/reviews", 200, json={"verdict": "approved"}, headers=lease_headers(review))

    snapshot = team.admin.post(f"/projects/{project_id}/snapshots", 202, json={}).json()
    download = f"/projects/{project_id}/snapshots/{snapshot['id']}/download?format=lapa"
    assert team.reviewer.get(download, 409).json()["code"] == "still-freezing"
    team.run_jobs()
    data = team.reviewer.get(download).content
    assert team.reviewer.get(download).content == data

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        names = [name for name in archive.namelist() if name != "manifest.json"]
        assert sorted(manifest["files"]) == sorted(names)
        text = archive.read(next(name for name in names if name.endswith(".txt"))).decode()
    points = parse_landmarks(text, "export")
    for index, place in moved.items():
        assert np.allclose(points[index], place, atol=1e-3)


def test_where_networks_find_hair_and_skin_a_photo_is_opened_with_its_mask(team: Team, tmp_path: Path) -> None:
    """It was drawn at import, by a job of its own: opening computes nothing, and an upload's points do not wait for it."""
    weights = tmp_path / "fine.safetensors"
    weights.write_bytes(tiny_weights(3, "face"))
    team.facet.settings.hair_skin_weights = str(weights)
    project_id = team.project()
    team.import_photos(project_id, {"a.jpg": photo_bytes(1)})
    team.run_jobs()
    assignment = team.annotator.post(f"/projects/{project_id}/tasks/next", 200).json()
    assert assignment["fitted_map_url"] is not None
    url = assignment["fitted_map_url"].removeprefix("/api/v1")
    label_map = decode_label_map(team.annotator.get(url).content, "label map")
    assert label_map.shape == (128, 128) and label_map.any()
    kinds = [job["kind"] for job in team.admin.get(f"/projects/{project_id}/jobs").json()["items"]]
    assert sorted(kinds) == ["parse", "prelabel"]
