"""Migrations on a database that people have worked with: what is there stays, and stays true."""

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Timer
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine, MetaData, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from backend import schema_version
from backend.db import open_engine
from backend.settings import Settings

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PROJECT = {
    "description": "",
    "schema_version": "facet-106-11/1",
    "lease_seconds": 600,
    "review_share": 1.0,
    "review_seed": "seed",
    "retrain_every": 2000,
    "holdout_share": 0.1,
    "train_width": 128,
    "train_epochs": 60,
    "labels_at_last_training": 0,
    "created_at": NOW,
}


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> Any:
    """A database at the first schema."""
    engine = open_engine(Settings(database_url=new_database(request.param)))
    command.downgrade(schema_version._config(engine), "0001")
    yield engine
    engine.dispose()


def _add(engine: Engine, table: str, **values: Any) -> int:
    metadata = MetaData()
    metadata.reflect(engine, only=[table])
    with engine.begin() as connection:
        key: int = connection.execute(metadata.tables[table].insert().values(**values)).inserted_primary_key[0]
        return key


def _rows(engine: Engine, table: str) -> list[dict[str, Any]]:
    metadata = MetaData()
    metadata.reflect(engine, only=[table])
    found = metadata.tables[table]
    with engine.begin() as connection:
        return [dict(row) for row in connection.execute(select(found).order_by(found.c.id)).mappings()]


def _project(engine: Engine, name: str) -> tuple[int, int]:
    """A project and a snapshot of it."""
    project_id = _add(engine, "projects", name=name, **PROJECT)
    return project_id, _add(
        engine, "snapshots", project_id=project_id, number=1, name="", photos=4, state="ready", created_at=NOW
    )


def _version(engine: Engine, project: tuple[int, int], number: int, state: str, **values: Any) -> int:
    project_id, snapshot_id = project
    fixed = {"project_id": project_id, "snapshot_id": snapshot_id, "labels": 4, "created_at": NOW}
    return _add(engine, "model_versions", number=number, state=state, **fixed, **values)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_none_waits_long_for_a_lock(engine: Engine) -> None:
    """Whoever waits for a table lets nobody pass: also the later migrations of an upgrade give up after 5 s."""
    with engine.connect() as reader:
        reader.execute(text("LOCK TABLE snapshots IN ACCESS EXCLUSIVE MODE"))
        end = Timer(20, reader.rollback)
        end.start()
        with pytest.raises(OperationalError, match="lock timeout"):
            schema_version.upgrade(engine)
        end.cancel()
    assert "0001" < str(schema_version.present(engine)) < str(schema_version.newest())


def test_trainings_that_the_index_would_refuse_are_ended(engine: Engine) -> None:
    busy, dead = _project(engine, "Busy"), _project(engine, "Dead")
    _version(engine, busy, 1, "ready", baseline={"nme_rect": 0.1})
    for number in (2, 3):
        _version(engine, busy, number, "training")
    _version(engine, dead, 1, "training")
    job = {"queue": "train", "payload": {}, "attempts": 1, "sends": 1, "sent_at": NOW, "done": 0, "total": 0}
    _add(
        engine,
        "jobs",
        kind="train",
        project_id=busy[0],
        state="running",
        dedupe_key="a",
        message="",
        created_at=NOW,
        **job,
    )
    _add(
        engine,
        "jobs",
        kind="train",
        project_id=dead[0],
        state="failed",
        dedupe_key="b",
        message="",
        created_at=NOW,
        **job,
    )
    schema_version.upgrade(engine)
    versions = _rows(engine, "model_versions")
    assert [(row["number"], row["state"]) for row in versions] == [
        (1, "ready"),
        (2, "failed"),
        (3, "training"),
        (1, "failed"),
    ]
    assert [row["baseline_source"] for row in versions] == ["mean_face", None, None, None]
    with pytest.raises(IntegrityError):
        _version(engine, busy, 4, "training")
    _version(engine, dead, 2, "training")


def test_the_history_of_promotions_stays(engine: Engine) -> None:
    project = _project(engine, "Promoted")
    first = _version(engine, project, 1, "ready")
    entry = {"project_id": project[0], "action": "promoted", "at": NOW}
    _add(engine, "promotions", model_version_id=first, reason="the gate's", **entry)
    schema_version.upgrade(engine)
    _add(engine, "promotions", model_version_id=None, reason="back", **entry)
    assert [(row["model_version_id"], row["reason"]) for row in _rows(engine, "promotions")] == [
        (first, "the gate's"),
        (None, "back"),
    ]
    # The older code cannot read a promotion of no version.
    command.downgrade(schema_version._config(engine), "0001")
    assert [row["reason"] for row in _rows(engine, "promotions")] == ["the gate's"]


def _photo(engine: Engine, project_id: int, number: int) -> int:
    imported = {"state": "open", "imported": 1, "duplicates": 0, "refused": 0, "created_at": NOW}
    import_id = _add(engine, "imports", project_id=project_id, **imported)
    sums = dict.fromkeys(("blob_sha256", "thumbnail_sha256", "pixels_sha256"), f"{number:064x}")
    fixed = {"width": 9, "height": 9, "split": "train", "created_at": NOW, "import_id": import_id}
    return _add(engine, "photos", project_id=project_id, name="a.jpg", stem=f"a{number}", **fixed, **sums)


def _task(engine: Engine, project_id: int, photo_id: int, state: str, **values: Any) -> tuple[int, int]:
    """A task and its only revision."""
    fixed = {"priority": 1.0, "head_number": 1, "opened": True, "skips": 0, "updated_at": NOW}
    task_id = _add(engine, "tasks", project_id=project_id, photo_id=photo_id, state=state, **fixed, **values)
    revision = {"number": 1, "source": "annotator", "points": b"", "visibility": b"", "operations": []}
    seconds = {"active_seconds": 0.0, "corrected_points": 0, "created_at": NOW}
    return task_id, _add(engine, "landmark_revisions", task_id=task_id, **revision, **seconds)


def test_a_second_label_takes_nothing_from_the_first(engine: Engine) -> None:
    project_id, _ = _project(engine, "Twice")
    photos = [_photo(engine, project_id, number) for number in range(2)]
    firsts = [_task(engine, project_id, photo_id, "in_review") for photo_id in photos]
    schema_version.upgrade(engine)
    # The tasks' table was made anew on SQLite: what refers to it is still there.
    assert [row["id"] for row in _rows(engine, "landmark_revisions")] == [revision for _, revision in firsts]
    with pytest.raises(IntegrityError):
        _task(engine, project_id, photos[0], "ready")
    seconds = [
        _task(engine, project_id, photo_id, state, kept_beside=task_id)
        for photo_id, (task_id, _), state in zip(photos, firsts, ("ready", "approved"), strict=True)
    ]
    tasks = MetaData()
    tasks.reflect(engine, only=["tasks"])
    change = tasks.tables["tasks"].update()
    with engine.begin() as connection:
        for (first, _), (second, _) in zip(firsts, seconds, strict=True):
            connection.execute(change.where(change.table.c.id == first).values(kept_beside=second))
            connection.execute(change.where(change.table.c.id == second).values(kept_beside=None))
    for state, count in (("ready", 1), ("in_review", 0), ("approved", 1)):
        _add(engine, "task_counters", project_id=project_id, state=state, count=count)

    # The older code knows one label a photo: a second one that is not there yet is given up, one that is there stays.
    command.downgrade(schema_version._config(engine), "0006")
    kept = [firsts[0], seconds[1]]
    assert [(row["id"], row["state"]) for row in _rows(engine, "tasks")] == [
        (kept[0][0], "in_review"),
        (kept[1][0], "approved"),
    ]
    assert [row["id"] for row in _rows(engine, "landmark_revisions")] == [revision for _, revision in kept]
    counters = MetaData()
    counters.reflect(engine, only=["task_counters"])
    with engine.begin() as connection:
        rows = connection.execute(select(counters.tables["task_counters"])).mappings()
        assert {row["state"]: row["count"] for row in rows} == {"ready": 0, "in_review": 1, "approved": 1}
    with pytest.raises(IntegrityError):
        _task(engine, project_id, photos[0], "ready")


def test_snapshots_count_the_photos_that_they_had_before(engine: Engine) -> None:
    project_id, snapshot_id = _project(engine, "Frozen")
    _, empty_id = _project(engine, "Empty")
    metadata = MetaData()
    metadata.reflect(engine, only=["snapshot_items"])
    for number, split in enumerate(("train", "val", "train")):
        photo_id = _photo(engine, project_id, number)
        task_id, revision_id = _task(engine, project_id, photo_id, "approved")
        drawn = {"blob_sha256": "0" * 64, "fitter": "test", "created_at": NOW}
        map_id = _add(engine, "label_maps", task_id=task_id, revision_id=revision_id, **drawn)
        item = {"photo_id": photo_id, "revision_id": revision_id, "label_map_id": map_id, "stem": f"a{number}"}
        with engine.begin() as connection:
            items = metadata.tables["snapshot_items"].insert()
            connection.execute(items.values(snapshot_id=snapshot_id, split=split, **item))
    schema_version.upgrade(engine)
    assert [(row["id"], row["train"], row["val"], row["test"]) for row in _rows(engine, "snapshots")] == [
        (snapshot_id, 2, 1, 0),
        (empty_id, 0, 0, 0),
    ]


def test_imports_count_the_labels_that_they_brought_before(engine: Engine) -> None:
    project_id, _ = _project(engine, "Given")
    photos = [_photo(engine, project_id, number) for number in range(2)]
    command.upgrade(schema_version._config(engine), "0007")
    metadata = MetaData()
    metadata.reflect(engine, only=["given_labels"])
    with engine.begin() as connection:
        given = metadata.tables["given_labels"].insert().values(photo_id=photos[1], map_use="parts")
        connection.execute(given)
    schema_version.upgrade(engine)
    assert [row["labeled"] for row in _rows(engine, "imports")] == [0, 1]


def test_archives_that_wait_to_be_unpacked_are_found_where_they_were(engine: Engine) -> None:
    project_id, _ = _project(engine, "Waiting")
    counts = {"imported": 0, "duplicates": 0, "refused": 0, "created_at": NOW}
    sha256 = "0123456789abcdef" * 4
    for state in ("unpacking", "done"):
        _add(engine, "imports", project_id=project_id, state=state, archive_sha256=sha256, **counts)
    _add(engine, "imports", project_id=project_id, state="open", **counts)
    schema_version.upgrade(engine)
    assert [row["archive"] for row in _rows(engine, "imports")] == [f"01/23/{sha256}", None, None]
    command.downgrade(schema_version._config(engine), "0010")
    assert [row["archive_sha256"] for row in _rows(engine, "imports")] == [sha256, None, None]


def test_stems_that_differ_in_case_alone_are_told_apart(engine: Engine) -> None:
    project_id, _ = _project(engine, "Mixed")
    other_id, _ = _project(engine, "Other")
    photos = [_photo(engine, project, number) for number, project in enumerate([project_id] * 4 + [other_id])]
    table = MetaData()
    table.reflect(engine, only=["photos"])
    found = table.tables["photos"]
    with engine.begin() as connection:
        for photo_id, stem in zip(photos, ("Face", "face", "FACE", "b", "face"), strict=True):
            sha256 = f"{photo_id:x}" * 64
            connection.execute(found.update().where(found.c.id == photo_id).values(stem=stem, pixels_sha256=sha256))
    schema_version.upgrade(engine)
    ids = [f"{photo_id:x}" * 10 for photo_id in photos]
    stems = [row["stem"] for row in _rows(engine, "photos")]
    assert stems == ["Face", f"face-{ids[1]}", f"FACE-{ids[2]}", "b", "face"]
