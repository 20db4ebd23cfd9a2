"""Zip archives from untrusted hands: nothing leaves the archive, nothing blows up, and an interrupted job goes on."""

import io
import os
import struct
import threading
import time
import zipfile
from typing import Any

import pytest
from sqlalchemy import select

import backend.blobs
from backend.blobs import BlobStore
from backend.installation import Installation
from backend.jobs.tables import Job
from backend.photos.service import remove_old_archives
from backend.photos.tables import Import, ImportItem, Photo
from tests.backend.team import Team, photo_bytes
from workers.execution import Execution, run_job


def zip_of(entries: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in entries.items():
            archive.writestr(zipfile.ZipInfo(name), data, compression)
    return buffer.getvalue()


def send(team: Team, project_id: int, data: bytes) -> dict[str, Any]:
    """Starts an import of one archive; its job is queued, not run."""
    started = team.admin.post(f"/projects/{project_id}/imports", 201, json={"expected": None}).json()
    answer: dict[str, Any] = team.admin.post(
        f"/projects/{project_id}/imports/{started['id']}/archive", 202, files={"archive": ("photos.zip", data)}
    ).json()
    return answer


def outcome(team: Team, sent: dict[str, Any]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The import now, and its items by name."""
    path = f"/projects/{sent['project_id']}/imports/{sent['id']}"
    items = team.admin.get(f"{path}/items?limit=200").json()["items"]
    return team.admin.get(path).json(), {item["name"]: item for item in items}


def stored_archives(facet: Installation) -> list[str]:
    return [key for key, _ in facet.blobs.archives()]


def test_an_archive_of_folders_comes_in(team: Team, facet: Installation) -> None:
    photos = {name: photo_bytes(seed) for seed, name in enumerate(("a.jpg", "in/b.jpg", "in/deep er/Grüße 顔.jpg"))}
    clutter = {"__MACOSX/in/._b.jpg": b"x", "in/.DS_Store": b"x", "Thumbs.db": b"x", "in/": b""}
    sent = send(team, team.project(), zip_of(photos | clutter | {"notes.txt": b"no photo"}))
    assert (sent["state"], sent["job"]["state"]) == ("unpacking", "queued")
    team.run_jobs()
    done, items = outcome(team, sent)
    assert (done["state"], done["expected"], done["imported"], done["refused"]) == ("done", 4, 3, 1)
    assert done["job"]["state"] == "succeeded" and done["job"]["done"] == done["job"]["total"] == 4
    assert set(items) == set(photos) | {"notes.txt"}
    assert team.admin.get(f"/projects/{sent['project_id']}").json()["counts"]["ready"] == 3
    # The archive is unpacked and gone: a team's disk holds its photos once.
    assert stored_archives(facet) == []
    assert list(facet.settings.data_dir.glob("archive-*")) == []


def test_hostile_entries_are_refused_one_by_one(team: Team, facet: Installation) -> None:
    facet.settings.max_photo_bytes = 2**20
    good = photo_bytes(1)
    names = ["../../etc/cron.d/x.jpg", "/root/x.jpg", "\\\\server\\x.jpg", "in\\..\\..\\x.jpg", "C:\\x.jpg"]
    entries = {name: photo_bytes(10 + number) for number, name in enumerate(names)}
    entries |= {"bomb.jpg": b"\0" * (40 * 2**20), "locked.jpg": photo_bytes(30), "broken.jpg": photo_bytes(31)}
    data = bytearray(zip_of(entries | {"good.jpg": good}, zipfile.ZIP_DEFLATED))
    assert len(data) < 300_000

    def directory_of(name: str) -> int:
        return data.rindex(name.encode()) - 46

    # A bomb that claims to be small, in both of its headers.
    struct.pack_into("<I", data, directory_of("bomb.jpg") + 24, 1000)
    struct.pack_into("<I", data, data.index(b"bomb.jpg") - 30 + 22, 1000)
    # An entry that claims to be encrypted, and one with a byte knocked over.
    data[directory_of("locked.jpg") + 8] |= 1
    data[data.index(b"broken.jpg") + 300] ^= 0xFF
    sent = send(team, team.project(), bytes(data))
    team.run_jobs()
    done, items = outcome(team, sent)
    assert (done["state"], done["imported"], done["refused"]) == ("done", 1, 8)
    # Names are kept as they came, for people to find the file; backslashes as the slashes that they mean.
    for name in names:
        assert "leads outside" in items[name.replace("\\", "/")]["reason"]
    assert "unpack" in items["bomb.jpg"]["reason"]
    assert "encrypted" in items["locked.jpg"]["reason"]
    assert "cannot be unpacked" in items["broken.jpg"]["reason"]
    assert items["good.jpg"]["outcome"] == "imported"


@pytest.mark.parametrize("data", [b"not a zip at all" * 100, b"", zip_of({"a.jpg": photo_bytes(1)})[:-30]])
def test_what_is_no_archive_fails_the_import(team: Team, data: bytes) -> None:
    sent = send(team, team.project(), data)
    assert team.run_jobs() == 1
    done, items = outcome(team, sent)
    assert (done["state"], done["job"]["state"], done["job"]["attempts"], items) == ("failed", "failed", 1, {})
    assert done["job"]["error"] == "This is not a zip archive, or it is broken."


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_an_archive_of_too_many_files_fails(team: Team, facet: Installation) -> None:
    facet.settings.max_archive_files = 3
    sent = send(team, team.project(), zip_of({f"{number}.jpg": b"" for number in range(4)}))
    team.run_jobs()
    done, _ = outcome(team, sent)
    assert done["state"] == "failed" and "at most 3" in done["job"]["error"]


def test_an_interrupted_job_goes_on_where_it_was(
    team: Team, facet: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = {f"{number:02}.jpg": photo_bytes(number, size=64) for number in range(18)}
    # Each batch of eight holds all three outcomes: none may be counted twice.
    entries |= {"03.jpg": b"no photo", "11.jpg": b"no photo", "05.jpg": entries["04.jpg"], "13.jpg": entries["04.jpg"]}
    sent = send(team, team.project(), zip_of(entries))
    original = Execution.progress_in
    reported: list[int] = []
    before = {path.name for path in facet.settings.data_dir.iterdir()}

    def dies_late(self: Execution, session: Any, done: int, total: int, message: str = "") -> None:
        original(self, session, done, total, message)
        # A worker that is killed here leaves no copy of the archive behind.
        assert {path.name for path in facet.settings.data_dir.iterdir()} == before
        if self.job.kind == "unpack" and done > 8 and len(reported) < 2:
            reported.append(done)
            raise ConnectionError("the worker was killed")

    monkeypatch.setattr(Execution, "progress_in", dies_late)
    job_id = sent["job"]["id"]
    run_job(facet, job_id, threading.Event())
    between, items = outcome(team, sent)
    # What the dying transaction wrote is gone, its batch and its progress alike.
    assert (between["done"], between["job"]["done"], between["job"]["state"]) == (8, 8, "queued")
    assert len(items) == 8 and "ConnectionError" in between["job"]["error"]
    team.run_jobs()
    assert reported == [16, 16]
    done, items = outcome(team, sent)
    assert (done["state"], done["imported"], done["duplicates"], done["refused"]) == ("done", 14, 2, 2)
    assert len(items) == 18 and done["job"]["attempts"] == 3


def test_a_stopped_worker_gives_the_archive_back(team: Team, facet: Installation) -> None:
    sent = send(team, team.project(), zip_of({"a.jpg": photo_bytes(1)}))
    stopping = threading.Event()
    stopping.set()
    run_job(facet, sent["job"]["id"], stopping)
    between, items = outcome(team, sent)
    assert (between["job"]["state"], between["job"]["attempts"], items) == ("queued", 0, {})
    team.run_jobs()
    assert outcome(team, sent)[0]["state"] == "done"


def test_retrying_a_failed_archive_counts_nothing_twice(
    team: Team, facet: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = {f"{number:02}.jpg": photo_bytes(number, size=64) for number in range(10)} | {"03.jpg": b"no photo"}
    sent = send(team, team.project(), zip_of(entries))
    original = BlobStore.put

    def full_disk(self: BlobStore, data: bytes) -> str:
        with facet.db.reading() as session:
            if session.scalar(select(ImportItem.id).limit(1)):
                raise OSError("no space left on device")
        return original(self, data)

    monkeypatch.setattr(BlobStore, "put", full_disk)
    team.run_jobs()
    failed, _ = outcome(team, sent)
    assert (failed["state"], failed["done"], failed["job"]["attempts"]) == ("failed", 8, 5)
    monkeypatch.undo()
    team.admin.post(f"/jobs/{sent['job']['id']}/retry", 202)
    team.run_jobs()
    done, items = outcome(team, sent)
    assert (done["state"], done["imported"], done["refused"], done["done"]) == ("done", 9, 1, 10)
    assert len(items) == 10
    with facet.db.reading() as session:
        assert len(session.scalars(select(Photo)).all()) == 9
        assert {job.state for job in session.scalars(select(Job))} == {"succeeded"}


def test_an_archive_that_is_stopped_keeps_what_came_and_goes_on_when_retried(
    team: Team, facet: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = send(
        team, team.project(), zip_of({f"{number:02}.jpg": photo_bytes(number, size=64) for number in range(20)})
    )
    original = Execution.progress_in

    def stopped_between(self: Execution, session: Any, done: int, total: int, message: str = "") -> None:
        original(self, session, done, total, message)
        if self.job.kind == "unpack" and done == 8:
            stopping.start()

    job_id = sent["job"]["id"]
    # Beside the worker, as the page does: it waits for the batch that is being stored.
    stopping = threading.Thread(target=lambda: team.admin.post(f"/jobs/{job_id}/stop", 200))
    checked = Execution.check_stopping

    def after_the_stop(self: Execution) -> None:
        if stopping.ident is not None:
            stopping.join()
        checked(self)

    monkeypatch.setattr(Execution, "progress_in", stopped_between)
    monkeypatch.setattr(Execution, "check_stopping", after_the_stop)
    run_job(facet, job_id, threading.Event())
    stopped, items = outcome(team, sent)
    assert (stopped["state"], stopped["done"], stopped["job"]["state"], len(items)) == ("failed", 8, "failed", 8)
    monkeypatch.undo()
    team.admin.post(f"/jobs/{job_id}/retry", 202)
    team.run_jobs()
    done, _ = outcome(team, sent)
    assert (done["state"], done["imported"], done["duplicates"]) == ("done", 20, 0)


def test_a_closed_import_takes_no_archive(team: Team, facet: Installation) -> None:
    project_id = team.project()
    sent = send(team, project_id, zip_of({"a.jpg": photo_bytes(1)}))
    path = f"/projects/{project_id}/imports/{sent['id']}"
    second = zip_of({"b.jpg": photo_bytes(2)})
    refused = team.admin.post(f"{path}/archive", 409, files={"archive": ("b.zip", second)}).json()
    assert refused["code"] == "import-closed"
    assert team.admin.post(f"{path}/files", 409, files={"files": ("c.jpg", photo_bytes(3))}).json()["code"] == (
        "import-closed"
    )
    # The refused archive does not stay behind in the store.
    stored = [path for path in (facet.settings.data_dir / "blobs").rglob("*") if path.is_file()]
    assert len(stored) == 1


def test_an_archive_that_is_sent_while_its_twin_is_removed_stays(
    team: Team, facet: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = zip_of({"a.jpg": photo_bytes(1), "b.jpg": photo_bytes(2)})
    first = send(team, team.project("One"), data)
    other = team.project("Two")
    late: list[dict[str, Any]] = []
    delete = backend.blobs.obstore.delete

    def sent_just_before(*args: Any) -> None:
        if not late:
            late.append(send(team, other, data))
        delete(*args)

    monkeypatch.setattr(backend.blobs.obstore, "delete", sent_just_before)
    run_job(facet, first["job"]["id"], threading.Event())
    team.run_jobs()
    assert [outcome(team, sent)[0]["state"] for sent in (first, *late)] == ["done", "done"]
    assert stored_archives(facet) == []


def test_an_archive_whose_twin_is_removed_before_it_is_entered_stays(
    team: Team, facet: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = zip_of({"a.jpg": photo_bytes(1)})
    first = send(team, team.project("One"), data)
    put = BlobStore.put_archive

    def unpacked_meanwhile(self: BlobStore, file: Any) -> str:
        key = put(self, file)
        run_job(facet, first["job"]["id"], threading.Event())
        return key

    monkeypatch.setattr(BlobStore, "put_archive", unpacked_meanwhile)
    late = send(team, team.project("Two"), data)
    team.run_jobs()
    assert [outcome(team, sent)[0]["state"] for sent in (first, late)] == ["done", "done"]


def test_of_two_archives_for_one_import_the_second_leaves_nothing(
    team: Team, facet: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    project_id = team.project()
    import_id = team.admin.post(f"/projects/{project_id}/imports", 201, json={"expected": None}).json()["id"]
    put = BlobStore.put_archive

    def post(name: str, status: int) -> dict[str, Any]:
        archive = ("photos.zip", zip_of({name: photo_bytes(1)}))
        path = f"/projects/{project_id}/imports/{import_id}/archive"
        return dict(team.admin.post(path, status, files={"archive": archive}).json())

    def the_other_meanwhile(self: BlobStore, file: Any) -> str:
        monkeypatch.setattr(BlobStore, "put_archive", put)
        post("a.jpg", 202)
        return put(self, file)

    monkeypatch.setattr(BlobStore, "put_archive", the_other_meanwhile)
    assert post("b.jpg", 409)["code"] == "import-closed"
    assert len(stored_archives(facet)) == 1
    team.run_jobs()
    done, items = outcome(team, {"project_id": project_id, "id": import_id})
    assert (done["state"], set(items)) == ("done", {"a.jpg"})


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_an_archive_that_is_too_large_is_refused(team: Team, facet: Installation) -> None:
    facet.settings.max_archive_bytes = 1000
    project_id = team.project()
    import_id = team.admin.post(f"/projects/{project_id}/imports", 201, json={"expected": None}).json()["id"]
    path = f"/projects/{project_id}/imports/{import_id}/archive"
    refused = team.admin.post(path, 422, files={"archive": ("a.zip", b"x" * 1001)}).json()
    assert "larger" in refused["detail"]
    assert stored_archives(facet) == []


def test_archives_that_nobody_needs_go_after_some_days(team: Team, facet: Installation) -> None:
    project_id = team.project()
    refused, waiting = (send(team, project_id, data) for data in (b"no zip", zip_of({"a.jpg": photo_bytes(1)})))
    run_job(facet, refused["job"]["id"], threading.Event())
    # As a process leaves one that was killed before it could enter the archive.
    facet.blobs.put_archive(io.BytesIO(b"nobody's"))
    remove_old_archives(facet)
    assert len(stored_archives(facet)) == 3
    facet.settings.archive_days = 0
    remove_old_archives(facet)
    with facet.db.reading() as session:
        assert stored_archives(facet) == [session.get_one(Import, waiting["id"]).archive]
    # Trying a refused one again says what became of it.
    team.admin.post(f"/jobs/{refused['job']['id']}/retry", 202)
    team.run_jobs()
    again, _ = outcome(team, refused)
    assert (again["state"], again["job"]["error"]) == (
        "failed",
        "The archive is not kept any more; send it again in a new import.",
    )
    assert outcome(team, waiting)[0]["state"] == "done"


def test_a_zip_that_two_imports_shared_before_an_upgrade_is_unpacked_by_both(team: Team, facet: Installation) -> None:
    first, second = (send(team, team.project(name), zip_of({"a.jpg": photo_bytes(1)})) for name in ("One", "Other"))
    with facet.db.transaction() as session:
        shared, row = session.get_one(Import, first["id"]).archive, session.get_one(Import, second["id"])
        assert row.archive is not None
        facet.blobs.delete_archive(row.archive)
        row.archive = shared
    team.run_jobs()
    assert [outcome(team, each)[0]["state"] for each in (first, second)] == ["done", "done"]
    assert stored_archives(facet) == []


def test_what_killed_processes_left_of_archives_is_removed(facet: Installation) -> None:
    data_dir = facet.settings.data_dir
    # The store's own name for a file that it is still writing; and a copy of an earlier release.
    left = data_dir / "blobs" / "archives" / f"{'0' * 64}#1", data_dir / "archive-x1y2z3_4"
    kept = data_dir / "archive-2025.tar.gz", data_dir / "archive-photos25"
    kept[1].mkdir()
    left[0].parent.mkdir(exist_ok=True)
    for path in (*left, kept[0]):
        path.write_bytes(b"half an archive")
    remove_old_archives(facet)
    assert all(path.exists() for path in left)
    week = facet.settings.archive_days * 86400 + 60
    for path in (*left, *kept):
        os.utime(path, (time.time() - week,) * 2)
    remove_old_archives(facet)
    assert not any(path.exists() for path in left)
    # Somebody's own.
    assert all(path.exists() for path in kept)
