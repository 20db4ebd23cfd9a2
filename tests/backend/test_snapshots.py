"""A snapshot is what was approved at one moment, for ever: the same bytes, checked on their way."""

import hashlib
import io
import json
import random
import uuid
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import delete, event, select, text, update

from backend import schema_version
from backend.blobs import BlobMissing
from backend.db import open_engine
from backend.installation import Installation
from backend.jobs.tables import Job
from backend.photos.tables import Photo
from backend.settings import Settings
from backend.snapshots import lapa_zip
from backend.snapshots.lapa_zip import stream_lapa_zip
from backend.snapshots.service import items_of
from backend.snapshots.tables import Snapshot, SnapshotItem
from ml.data.lapa import LapaSplit
from tests.backend.team import Team, photo_bytes
from tests.conftest import ENGINES, _admin_statement, _database_url


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


@contextmanager
def statements(facet: Installation) -> Iterator[list[tuple[str, Any]]]:
    """What is sent to the database meanwhile, with the parameters."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        sent.append((statement, parameters))

    event.listen(facet.db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(facet.db.engine, "before_cursor_execute", note)


def test_items_are_found_by_an_index_in_their_order(team: Team, facet: Installation) -> None:
    project_id = team.seeded_project(3)
    team.approved(project_id, 3)
    snapshot = freeze(team, project_id)
    with statements(facet) as sent:
        assert len(list(items_of(facet.db, snapshot["id"], batch=2))) == 3
        download(team, project_id, snapshot)
    sent = [(statement, parameters) for statement, parameters in sent if "snapshot_items" in statement]
    # Two batches and the splits' ends; the landmarks of the download.
    assert len(sent) == 5
    with facet.db.engine.connect() as connection:
        postgres = connection.dialect.name == "postgresql"
        if postgres:
            # So small a table is read whole otherwise, and sorted.
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            connection.execute(text("SET LOCAL enable_bitmapscan = off"))
        for statement, parameters in sent:
            assert "operations" not in statement
            explained = connection.exec_driver_sql(
                ("EXPLAIN " if postgres else "EXPLAIN QUERY PLAN ") + statement, parameters
            )
            plan = "\n".join(str(row[-1]) for row in explained)
            assert "ix_snapshot_items_order" in plan, plan
            assert "Sort" not in plan and "TEMP B-TREE" not in plan, plan


def test_no_transaction_is_open_between_two_batches(
    team: Team, facet: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    project_id = team.seeded_project(3)
    team.approved(project_id, 3)
    snapshot = freeze(team, project_id)
    whole = download(team, project_id, snapshot)
    pool: Any = facet.db.engine.pool
    for _ in items_of(facet.db, snapshot["id"], batch=1):
        assert pool.checkedout() == 0
    with facet.db.reading() as session:
        row = session.get_one(Snapshot, snapshot["id"])
    monkeypatch.setattr(lapa_zip, "_BATCH", 3)
    received = b""
    for chunk in stream_lapa_zip(facet, row):
        assert pool.checkedout() == 0
        received += chunk
    assert received == whole


class TestOrder:
    STEMS = ("c", "B", "a-b", "a_b", "ab", "A")

    @pytest.fixture(params=ENGINES)
    def settings(
        self, request: pytest.FixtureRequest, tmp_path: Path, new_database: Callable[[str], str]
    ) -> Iterator[Settings]:
        """On PostgreSQL a database made for English, which has "a" before "B" and overlooks hyphens."""
        if request.param == "sqlite":
            yield Settings(data_dir=tmp_path, database_url=new_database("sqlite"), broker_url="", blob_url="")
            return
        request.getfixturevalue("postgres_template")
        name = f"facet_test_{uuid.uuid4().hex[:12]}"
        english = "TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"
        _admin_statement(f"CREATE DATABASE {name} {english}")
        settings = Settings(data_dir=tmp_path, database_url=_database_url(name), broker_url="", blob_url="")
        engine = open_engine(settings)
        schema_version.upgrade(engine)
        engine.dispose()
        yield settings
        _admin_statement(f"DROP DATABASE {name} WITH (FORCE)")

    @pytest.fixture
    def project_id(self, team: Team, facet: Installation) -> int:
        project_id = team.seeded_project(len(self.STEMS))
        with facet.db.transaction() as session:
            photos = session.scalars(select(Photo).where(Photo.project_id == project_id).order_by(Photo.id))
            for photo, stem in zip(photos, self.STEMS, strict=True):
                photo.stem, photo.split = stem, "train"
        team.approved(project_id, len(self.STEMS))
        return project_id

    def test_files_are_in_the_order_of_code_points(self, team: Team, project_id: int) -> None:
        snapshot = freeze(team, project_id)
        with zipfile.ZipFile(io.BytesIO(download(team, project_id, snapshot))) as archive:
            stems = [Path(name).stem for name in archive.namelist() if "/images/" in name]
        assert stems == sorted(self.STEMS)

    def test_a_manifest_of_another_order_keeps_it(self, team: Team, facet: Installation, project_id: int) -> None:
        snapshot = freeze(team, project_id)
        with facet.db.transaction() as session:
            row = session.get_one(Snapshot, snapshot["id"])
            manifest = json.loads(facet.blobs.get(row.manifest_sha256 or ""))
            paths = list(manifest["files"])
            random.Random(5).shuffle(paths)
            manifest["files"] = {path: manifest["files"][path] for path in paths}
            row.manifest_sha256 = facet.blobs.put(json.dumps(manifest).encode())
        with zipfile.ZipFile(io.BytesIO(download(team, project_id, snapshot))) as archive:
            assert archive.namelist() == ["manifest.json", *paths]


def test_a_snapshot_whose_job_has_failed_says_so(team: Team, facet: Installation) -> None:
    project_id = team.seeded_project(1)
    team.approved(project_id, 1)
    snapshot = team.admin.post(f"/projects/{project_id}/snapshots", 202, json={}).json()
    path = f"/projects/{project_id}/snapshots/{snapshot['id']}/download"
    assert "ask again in a moment" in team.reviewer.get(path, 409).json()["detail"]
    with facet.db.transaction() as session:
        session.execute(update(Job).where(Job.kind == "freeze").values(state="failed", error="The disk is full."))
    refused = team.reviewer.get(path, 409).json()
    assert refused["code"] == "still-freezing"
    assert "could not be written" in refused["detail"] and refused["detail"].endswith("The disk is full.")


def test_a_list_counts_no_items(team: Team, facet: Installation) -> None:
    project_id = team.seeded_project(6)
    team.approved(project_id, 6)
    assert freeze(team, project_id)["splits"] == {"train": 5, "val": 1, "test": 0}
    with statements(facet) as sent:
        (listed,) = team.reviewer.get(f"/projects/{project_id}/snapshots").json()["items"]
    assert listed["splits"] == {"train": 5, "val": 1, "test": 0}
    assert not any("snapshot_items" in statement for statement, _ in sent)


@pytest.mark.parametrize("damage", ["changed", "missing", "forgotten"])
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
    elif damage == "missing":
        blob.unlink()
    else:
        with facet.db.transaction() as session:
            session.execute(delete(SnapshotItem).where(SnapshotItem.stem == "seed1"))
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
