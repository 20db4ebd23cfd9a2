"""The commands as an operator types them: what they do, what they say, and how they end."""

import hashlib
import re
import threading
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from typer.testing import CliRunner

from backend.accounts.service import WrongCredentials, check_password, create_user, open_session, user_of_session
from backend.accounts.tables import User
from backend.db import now
from backend.installation import Installation
from backend.jobs import service as jobs
from backend.jobs.tables import Job
from backend.photos.tables import Photo
from backend.projects.tables import Project
from backend.settings import Settings
from backend.snapshots.service import create_snapshot
from backend.snapshots.tables import Snapshot
from cli import transfer
from cli.main import app
from ml.synthetic import render_face
from tests.backend.team import PASSWORD, PASSWORD_HASH, photo_bytes
from tests.cli.conftest import Facet
from tests.lost_blobs import lose_blob
from tests.workers.faces import approve_label, import_faces, new_project
from tests.workers.processes import clean_environment, free_port
from workers import execution
from workers.failures import JobRefused
from workers.handlers import HANDLERS
from workers.handlers.freeze import freeze_snapshot

COMMANDS = sorted(command.name or command.callback.__name__ for command in app.registered_commands if command.callback)


def test_every_command_is_known() -> None:
    assert (
        sorted(
            [
                "serve",
                "api",
                "worker",
                "beat",
                "migrate",
                "doctor",
                "health",
                "reset-password",
                "import",
                "export",
                "demo",
                "annotate",
            ]
        )
        == COMMANDS
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_and_its_options(command: str) -> None:
    answer = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"})
    assert answer.exit_code == 0
    # A sentence of its own, and an explanation beside each option.
    assert len(answer.output) > 200
    for line in answer.output.splitlines():
        if option := re.match(r"│ +\*? *(--[a-z-]+)\s+(.*)│", line):
            assert len(re.sub(r"<\w+>|\[[A-Z<>=a-z ]+\]", "", option[2]).strip()) > 5, line


def test_unknown_commands_and_queues_are_refused(run_facet: Facet) -> None:
    assert run_facet("fly").returncode == 2
    answer = run_facet("worker", "--queues", "prelabel,nonsense")
    assert answer.returncode == 2
    assert "There is no queue 'nonsense'. Queues: prelabel, parse, train, transfer." in answer.stderr


class TestMigrate:
    def test_the_first_admin_is_made_once(self, run_facet: Facet, empty_settings: Settings) -> None:
        first = run_facet("migrate", "--data-dir", empty_settings.data_dir, FACET_DATABASE_URL="")
        assert first.returncode == 0, first.stderr
        password = re.search(r"One-time password: (\S+)", first.stdout)
        assert password is not None
        facet = Installation(empty_settings)
        with facet.db.reading() as session:
            (admin,) = session.scalars(select(User))
        assert (admin.email, admin.role, admin.must_change_password) == ("admin@localhost", "admin", True)
        check_password(admin, password[1])

        second = run_facet("migrate", "--data-dir", empty_settings.data_dir, FACET_DATABASE_URL="")
        assert (second.returncode, second.stdout) == (0, "")
        with facet.db.reading() as session:
            assert session.scalars(select(User.id)).all() == [admin.id]
        facet.close()

    def test_the_data_folder_is_closed_to_others(self, run_facet: Facet, empty_settings: Settings) -> None:
        run_facet("migrate", "--data-dir", empty_settings.data_dir, FACET_DATABASE_URL="")
        assert empty_settings.data_dir.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("command", ["api", "worker", "health"])
def test_a_database_of_another_version_is_refused(run_facet: Facet, installation: Installation, command: str) -> None:
    _outdate(installation)
    answer = run_facet(command, FACET_PORT=str(free_port()))
    assert answer.returncode != 0
    assert "run 'facet migrate'" in answer.stderr, answer.stderr
    assert "Traceback" not in answer.stderr, answer.stderr


def test_a_setting_out_of_range_is_named(run_facet: Facet) -> None:
    answer = run_facet("health", FACET_PORT="70000", FACET_SESSION_DAYS="two weeks")
    assert answer.returncode == 2
    assert "FACET_PORT is '70000'. Input should be less than or equal to 65535." in answer.stderr
    assert "FACET_SESSION_DAYS is 'two weeks'. Input should be a valid integer" in answer.stderr
    assert "Traceback" not in answer.stderr
    option = run_facet("api", "--port", "70000")
    assert (option.returncode, "65535" in option.stderr) == (2, True)
    none = run_facet("worker", "--concurrency", "0")
    assert none.returncode == 2 and "--concurrency" in none.stderr


def _outdate(installation: Installation) -> None:
    with installation.db.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))


class TestDoctor:
    def test_a_sound_installation(self, run_facet: Facet, tmp_path: Path) -> None:
        frontend = tmp_path / "dist"
        frontend.mkdir()
        (frontend / "index.html").write_text("<!doctype html>")
        answer = run_facet("doctor", FACET_FRONTEND_DIR=str(frontend))
        assert answer.returncode == 0, answer.stdout
        assert "torch" in answer.stdout
        assert "newest" in answer.stdout

    @pytest.mark.parametrize(
        ("setting", "value", "said"),
        [
            ("FACET_FRONTEND_DIR", "/nowhere", "make setup"),
            ("FACET_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing", "FACET_DATABASE_URL"),
            ("FACET_BROKER_URL", "redis://127.0.0.1:1/0", "FACET_BROKER_URL"),
            ("FACET_DATA_DIR", "/proc/facet", "--data-dir"),
        ],
    )
    def test_what_is_missing_is_named_with_its_remedy(
        self, run_facet: Facet, setting: str, value: str, said: str
    ) -> None:
        answer = run_facet("doctor", **{setting: value})
        assert answer.returncode == 1, answer.stdout
        assert any("missing" in line and said in line for line in answer.stdout.splitlines()), answer.stdout
        assert "Traceback" not in answer.stderr, answer.stderr

    def test_an_outdated_database(self, run_facet: Facet, installation: Installation) -> None:
        _outdate(installation)
        answer = run_facet("doctor")
        assert answer.returncode == 1
        assert any("missing" in line and "Run: facet migrate" in line for line in answer.stdout.splitlines())


class TestImport:
    def test_photos_folders_and_zips(
        self, run_facet: Facet, installation: Installation, photos: Path, tmp_path: Path
    ) -> None:
        archive = tmp_path / "more.zip"
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("inside/c.jpg", photo_bytes(3))
            file.writestr("inside/bad.jpg", b"no picture")
        single = tmp_path / "single.webp"
        single.write_bytes(photo_bytes(4, format="WEBP"))
        answer = run_facet("import", "Faces", photos, archive, single, "--create")
        assert answer.returncode == 1
        assert "4 imported, 1 duplicates, 2 refused into 'Faces'." in answer.stderr
        assert "broken.png: refused." in answer.stderr
        assert "inside/bad.jpg: refused." in answer.stderr
        assert "same.jpg: duplicate. It shows the same picture as a.jpg." in answer.stderr
        assert "notes.txt" not in answer.stderr
        with installation.db.reading() as session:
            names = set(session.scalars(select(Photo.name)))
            queued = session.scalars(select(Job.kind).where(Job.state == "queued")).all()
        assert names == {"a.jpg", "b.jpg", "inside/c.jpg", "single.webp"}
        assert set(queued) == {"prelabel"}

    def test_all_in_order_ends_with_zero(self, run_facet: Facet, installation: Installation, photos: Path) -> None:
        new_project(installation, "Faces")
        answer = run_facet("import", "Faces", photos / "a.jpg")
        assert (answer.returncode, answer.stdout) == (0, "")
        again = run_facet("import", "Faces", photos / "a.jpg")
        assert again.returncode == 0
        assert "0 imported, 1 duplicates" in again.stderr

    def test_an_unknown_project_lists_the_known_ones(
        self, run_facet: Facet, installation: Installation, photos: Path
    ) -> None:
        new_project(installation, "Alpha")
        new_project(installation, "Beta")
        answer = run_facet("import", "Gamma", photos)
        assert answer.returncode == 2
        assert "There is no project 'Gamma'. Projects: Alpha, Beta." in answer.stderr
        with installation.db.reading() as session:
            assert set(session.scalars(select(Project.name))) == {"Alpha", "Beta"}

    @pytest.mark.parametrize("path", ["missing.jpg", "broken.zip"])
    def test_nothing_is_made_when_a_path_is_no_good(
        self, run_facet: Facet, installation: Installation, tmp_path: Path, path: str
    ) -> None:
        (tmp_path / "broken.zip").write_bytes(b"PK but no archive")
        answer = run_facet("import", "New", tmp_path / path, "--create")
        assert answer.returncode == 2
        assert "Traceback" not in answer.stderr
        assert len(answer.stderr.strip()) > 10
        with installation.db.reading() as session:
            assert session.scalars(select(Project.id)).all() == []


class TestExport:
    @pytest.fixture
    def labelled(self, installation: Installation) -> Installation:
        project_id = new_project(installation, "Faces")
        faces = [render_face(seed, 128) for seed in range(3)]
        for task_id, face in zip(import_faces(installation, project_id, faces), faces, strict=True):
            approve_label(installation, task_id, face)
        return installation

    def test_a_new_snapshot_needs_no_worker_and_an_old_one_stays_the_same(
        self, run_facet: Facet, labelled: Installation, tmp_path: Path
    ) -> None:
        out = tmp_path / "out" / "faces.zip"
        out.parent.mkdir()
        answer = run_facet("export", "Faces", out)
        assert answer.returncode == 0, answer.stderr
        assert "Snapshot 1 of 'Faces': 3 photos" in answer.stderr
        assert [path.name for path in out.parent.iterdir()] == ["faces.zip"]
        with zipfile.ZipFile(out) as archive:
            assert archive.testzip() is None
            assert sum(name.endswith(".txt") for name in archive.namelist()) == 3
        again = tmp_path / "again.zip"
        assert run_facet("export", "Faces", again, "--snapshot", "1").returncode == 0
        assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(out.read_bytes()).digest()
        with labelled.db.reading() as session:
            assert session.scalars(select(Snapshot.state)).all() == ["ready"]
            assert session.scalars(select(Job.state).where(Job.kind == "freeze")).all() == ["succeeded"]

    def test_a_worker_may_be_the_first(
        self, labelled: Installation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        own = execution.run_job
        worker: list[threading.Timer] = []

        def run_job(facet: Installation, job_id: int, stopping: threading.Event) -> None:
            with facet.db.transaction() as session:
                claimed = jobs.claim(session, job_id)
            assert claimed is not None
            # The worker has claimed it and is still at it when the command looks for something to do.
            worker.append(threading.Timer(0.5, _freeze, (facet, claimed)))
            worker[0].start()
            own(facet, job_id, stopping)

        monkeypatch.setattr(execution, "run_job", run_job)
        monkeypatch.setattr(transfer, "open_installation", lambda: labelled)
        assert transfer.export_snapshot("Faces", tmp_path / "x.zip", None) == 0
        assert len(worker) == 1
        with zipfile.ZipFile(tmp_path / "x.zip") as archive:
            assert archive.testzip() is None

    def test_a_freeze_that_fails_for_good_is_said(
        self,
        labelled: Installation,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        tmp_path: Path,
    ) -> None:
        def refuse(_: execution.Execution) -> None:
            raise JobRefused("The disk is full.")

        monkeypatch.setitem(HANDLERS, "freeze", refuse)
        monkeypatch.setattr(transfer, "open_installation", lambda: labelled)
        assert transfer.export_snapshot("Faces", tmp_path / "x.zip", None) == 2
        said = " ".join(capsys.readouterr().err.split())
        assert "Its manifest could not be written." in said and "The disk is full." in said
        assert list(tmp_path.glob("x.zip*")) == []

    def test_a_worker_that_is_gone_is_not_waited_for(
        self, run_facet: Facet, labelled: Installation, tmp_path: Path
    ) -> None:
        with labelled.db.transaction() as session:
            project_id = session.scalars(select(Project.id)).one()
            create_snapshot(session, project_id, None, None)
            job = session.scalars(select(Job).where(Job.kind == "freeze")).one()
            jobs.claim(session, job.id)
            job.heartbeat_at = now() - timedelta(hours=1)
        answer = run_facet("export", "Faces", tmp_path / "x.zip", "--snapshot", "1")
        assert answer.returncode == 2
        assert "Start Facet" in answer.stderr

    def test_unknown_numbers_and_projects(self, run_facet: Facet, labelled: Installation, tmp_path: Path) -> None:
        for arguments, said in (
            (("Faces", tmp_path / "x.zip", "--snapshot", "7"), "no snapshot number 7"),
            (("Nobody", tmp_path / "x.zip"), "Projects: Faces."),
        ):
            answer = run_facet("export", *arguments)
            assert answer.returncode == 2
            assert said in answer.stderr
        assert not (tmp_path / "x.zip").exists()

    def test_nothing_approved(self, run_facet: Facet, installation: Installation, tmp_path: Path) -> None:
        new_project(installation, "Empty")
        answer = run_facet("export", "Empty", tmp_path / "x.zip")
        assert answer.returncode == 2
        assert "Approve some labels first" in answer.stderr

    def test_a_broken_off_export_has_no_final_name(
        self, run_facet: Facet, labelled: Installation, tmp_path: Path
    ) -> None:
        with labelled.db.reading() as session:
            photo = session.scalars(select(Photo).order_by(Photo.id.desc())).first()
        assert photo is not None
        lose_blob(labelled, photo.blob_sha256)
        out = tmp_path / "x.zip"
        out.write_bytes(b"the export of yesterday")
        answer = run_facet("export", "Faces", out)
        assert answer.returncode != 0
        assert out.read_bytes() == b"the export of yesterday"
        assert "Traceback" not in answer.stderr, answer.stderr

    def test_a_folder_that_is_not_there(self, run_facet: Facet, labelled: Installation, tmp_path: Path) -> None:
        answer = run_facet("export", "Faces", tmp_path / "nowhere" / "x.zip")
        assert answer.returncode == 2
        assert "Traceback" not in answer.stderr, answer.stderr


def _freeze(facet: Installation, job: Job) -> None:
    with execution.Execution(facet, job, threading.Event()) as running:
        freeze_snapshot(running)


@pytest.mark.parametrize(
    "command",
    [("demo",), ("import", "Faces", "."), ("export", "Faces", "x.zip"), ("reset-password", "ada@example.org")],
)
def test_a_database_that_was_never_made_is_said(
    command: tuple[str, ...], run_facet: Facet, empty_settings: Settings
) -> None:
    done = run_facet(*command, FACET_DATABASE_URL="", FACET_DATA_DIR=str(empty_settings.data_dir))
    assert (done.returncode, "Traceback" in done.stderr) == (3, False), done.stderr
    assert "run 'facet migrate'" in done.stderr


def test_the_demo_is_made_once(run_facet: Facet, installation: Installation) -> None:
    first = run_facet("demo", "--photos", "9")
    assert first.returncode == 0, first.stderr
    assert "has 9 rendered faces" in first.stdout
    second = run_facet("demo", "--photos", "9")
    assert second.returncode == 0
    assert "there already" in second.stdout
    with installation.db.reading() as session:
        assert session.scalars(select(Project.name)).all() == ["Demo"]
        assert len(session.scalars(select(Photo.id)).all()) == 9


def test_reset_password(run_facet: Facet, installation: Installation) -> None:
    with installation.db.transaction() as session:
        user = create_user(session, "anna@example.org", "Anna", PASSWORD_HASH, "annotator")
        secret, _ = open_session(session, user.id, 14)
    answer = run_facet("reset-password", "anna@example.org")
    assert answer.returncode == 0, answer.stderr
    password = answer.stdout.split(": ")[1].strip()
    with installation.db.reading() as session:
        changed = session.get_one(User, user.id)
        assert user_of_session(session, secret) is None
    assert changed.must_change_password
    check_password(changed, password)
    with pytest.raises(WrongCredentials):
        check_password(changed, PASSWORD)
    unknown = run_facet("reset-password", "nobody@example.org")
    assert unknown.returncode == 1
    assert "There is no user nobody@example.org." in unknown.stderr


class TestHealth:
    def test_all_is_well(self, run_facet: Facet) -> None:
        answer = run_facet("health")
        assert (answer.returncode, answer.stdout) == (0, "ok\n")

    @pytest.mark.parametrize(
        ("options", "variables", "said"),
        [
            ((), {"FACET_BROKER_URL": "redis://127.0.0.1:1/0"}, "The broker does not answer"),
            ((), {"FACET_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}, "The database does not answer"),
            ((), {"FACET_DATABASE_URL": "sqlite:////tmp/facet-no-such-folder/x.sqlite3"}, "does not answer"),
            (("--worker", "nobody"), {}, "does not answer"),
            (("--beat",), {}, "The clock has not run yet."),
        ],
    )
    def test_what_is_wrong_is_said(
        self, run_facet: Facet, options: tuple[str, ...], variables: dict[str, str], said: str
    ) -> None:
        answer = run_facet("health", *options, **variables)
        assert answer.returncode == 1
        assert said in answer.stderr
        assert "Traceback" not in answer.stderr


def test_the_environment_of_these_tests_is_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACET_DATABASE_URL", "sqlite:////somebody/elses")
    assert not any(name.startswith("FACET_") for name in clean_environment())
