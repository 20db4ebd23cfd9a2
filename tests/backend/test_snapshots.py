"""A snapshot is what was approved at one moment, for ever: the same bytes, checked on their way."""

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from backend.blobs import BlobMissing
from backend.installation import Installation
from backend.snapshots.lapa_zip import stream_lapa_zip
from backend.snapshots.tables import Snapshot
from ml.data.lapa import LapaSplit
from tests.backend.team import Team, photo_bytes


def freeze(team: Team, project_id: int, **body: Any) -> dict[str, Any]:
    snapshot: dict[str, Any] = team.admin.post(f"/projects/{project_id}/snapshots", 202, json=body).json()
    team.run_jobs()
    ready: dict[str, Any] = team.reviewer.get(f"/projects/{project_id}/snapshots/{snapshot['id']}").json()
    assert ready["state"] == "ready"
    return ready


def download(team: Team, project_id: int, snapshot: dict[str, Any]) -> bytes:
    data: bytes = team.reviewer.get(f"/projects/{project_id}/snapshots/{snapshot['id']}/download?format=lapa").content
    return data


def labelled_project(team: Team, photos: int) -> int:
    """A project of real photos with drawn-up labels, approved."""
    project_id = team.project("Faces of Kyoto", holdout_share=0.5)
    team.import_photos(project_id, {f"face{seed}.jpg": photo_bytes(seed) for seed in range(photos)})
    team.run_jobs()
    team.approved(project_id, photos)
    return project_id


def test_a_snapshot_never_changes(team: Team) -> None:
    project_id = labelled_project(team, 3)
    first = freeze(team, project_id, name="For the paper")
    assert (first["number"], first["name"], first["photos"]) == (1, "For the paper", 3)
    assert sum(first["splits"].values()) == 3 and first["created_by"]["name"] == "Ada"
    before = download(team, project_id, first)
    assert download(team, project_id, first) == before

    # More photos, more approvals, another name of the project: nothing of it reaches the first snapshot.
    team.import_photos(project_id, {f"late{seed}.jpg": photo_bytes(seed) for seed in (70, 71)})
    team.run_jobs()
    team.approved(project_id, 1)
    team.admin.patch(f"/projects/{project_id}", 200, json={"name": "Faces of Osaka"})
    second = freeze(team, project_id)
    assert (second["number"], second["name"], second["photos"]) == (2, "Snapshot 2", 4)
    assert download(team, project_id, first) == before
    assert team.reviewer.get(f"/projects/{project_id}/snapshots/{first['id']}").json() == first
    listed = team.reviewer.get(f"/projects/{project_id}/snapshots").json()["items"]
    assert [snapshot["number"] for snapshot in listed] == [2, 1]


def test_the_manifest_names_every_file_by_its_sum(team: Team) -> None:
    project_id = labelled_project(team, 2)
    snapshot = freeze(team, project_id)
    with zipfile.ZipFile(io.BytesIO(download(team, project_id, snapshot))) as archive:
        assert archive.namelist()[0] == "manifest.json"
        manifest_bytes = archive.read("manifest.json")
        sums = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()[1:]}
        assert archive.testzip() is None
    manifest = json.loads(manifest_bytes)
    assert hashlib.sha256(manifest_bytes).hexdigest() == snapshot["manifest_sha256"]
    assert manifest["files"] == sums and len(sums) == 6
    assert (manifest["project"], manifest["snapshot"], manifest["photos"]) == ("Faces of Kyoto", 1, 2)


def test_the_dataset_reads_back_as_lapa(team: Team, tmp_path: Path) -> None:
    project_id = labelled_project(team, 6)
    snapshot = freeze(team, project_id)
    answer = team.reviewer.get(f"/projects/{project_id}/snapshots/{snapshot['id']}/download")
    assert answer.headers["content-type"] == "application/zip"
    assert 'filename="Faces-of-Kyoto-snapshot-1-lapa.zip"' in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(tmp_path)
    photos = {
        photo["name"].removesuffix(".jpg"): photo
        for photo in team.admin.get(f"/projects/{project_id}/photos").json()["items"]
    }
    found = 0
    for split, count in snapshot["splits"].items():
        if count == 0:
            continue
        samples = LapaSplit(tmp_path / split)
        assert len(samples) == count
        for sample in samples:
            photo = photos[sample.name]
            assert photo["split"] == split and sample.image.shape == (128, 128, 3)
            assert sample.label_map.shape == (128, 128)
            shown = team.admin.get(f"/tasks/{photo['task_id']}").json()
            assert np.allclose(sample.points, shown["revision"]["points"], atol=1e-3)
            image = team.admin.get(f"/photos/{photo['id']}/image").content
            assert np.array_equal(sample.image, np.asarray(Image.open(io.BytesIO(image))))
            found += 1
    assert found == 6


def test_only_what_is_approved_is_frozen(team: Team) -> None:
    project_id = team.seeded_project(3)
    empty = team.admin.post(f"/projects/{project_id}/snapshots", 409, json={}).json()
    assert empty["code"] == "nothing-approved"
    assert team.admin.get(f"/projects/{project_id}/snapshots").json()["items"] == []
    approved = team.approved(project_id, 1)
    team.submitted(project_id)
    snapshot = team.admin.post(f"/projects/{project_id}/snapshots", 202, json={}).json()
    assert (snapshot["photos"], snapshot["state"], len(approved)) == (1, "freezing", 1)
    early = team.reviewer.get(f"/projects/{project_id}/snapshots/{snapshot['id']}/download", 409).json()
    assert early["code"] == "still-freezing"
    # Approved between the request and the job: still not in it.
    team.judged(project_id)
    team.run_jobs()
    ready = team.reviewer.get(f"/projects/{project_id}/snapshots/{snapshot['id']}").json()
    with zipfile.ZipFile(io.BytesIO(download(team, project_id, ready))) as archive:
        assert len(archive.namelist()) == 4
    other = team.project("Others")
    team.reviewer.get(f"/projects/{other}/snapshots/{snapshot['id']}", 404)
    team.reviewer.get(f"/projects/{project_id}/snapshots/{snapshot['id']}/download?format=coco", 422)


@pytest.mark.parametrize("damage", ["changed", "missing"])
def test_a_damaged_store_breaks_the_stream(team: Team, facet: Installation, damage: str) -> None:
    project_id = team.seeded_project(2)
    team.approved(project_id, 2)
    snapshot = freeze(team, project_id)
    whole = download(team, project_id, snapshot)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        image = next(name for name in archive.namelist() if "/images/" in name)
        sha256 = json.loads(archive.read("manifest.json"))["files"][image]
    blob = facet.settings.data_dir / "blobs" / sha256[:2] / sha256[2:4] / sha256
    if damage == "changed":
        data = bytearray(blob.read_bytes())
        data[-20] ^= 1
        blob.write_bytes(bytes(data))
    else:
        blob.unlink()
    with facet.db.reading() as session:
        row = session.get_one(Snapshot, snapshot["id"])
    received = b""
    with pytest.raises(BlobMissing):
        for chunk in stream_lapa_zip(facet, row):
            received += chunk
    # Nobody takes what arrived for a dataset: a zip without its directory does not open.
    assert len(received) < len(whole)
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(received))
