"""The very commands, settings and health checks of docker-compose.yml, run as processes on this machine.

What differs from the containers: the addresses of PostgreSQL and Redis, the folder at /data, and the API's port.
"""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg2
import pytest
import redis

from backend.settings import REPOSITORY, Settings
from ml.synthetic import render_face
from tests.backend.team import lease_headers, move_operation
from tests.conftest import REDIS_URL
from tests.deploy.compose import BASE, Composition, Healthcheck, read
from tests.workers.faces import png_of
from tests.workers.processes import Running, clean_environment, free_port, wait_until

pytestmark = pytest.mark.slow

ORDER = ("api", "worker-prelabel", "worker-parse", "worker-train", "worker-transfer", "beat")


class Team:
    """The services of a composition as processes of this machine."""

    def __init__(self, composition: Composition, folder: Path, database_url: str, broker_url: str) -> None:
        self.composition = composition
        self.folder = folder
        self.port = free_port()
        self.replaced = {
            "FACET_DATABASE_URL": database_url,
            "FACET_BROKER_URL": broker_url,
            # The image's own.
            "FACET_DATA_DIR": str(folder / "data"),
            "FACET_HOST": "127.0.0.1",
            "FACET_PORT": str(self.port),
        }
        self.running: dict[str, Running] = {}

    def environment(self, name: str) -> dict[str, str]:
        service = self.composition.services[name]
        given = {
            key: str(value).lower() if isinstance(value, bool) else str(value)
            for key, value in service.environment.items()
            if value is not None
        }
        return clean_environment(**given | self.replaced)

    def start(self, name: str) -> Running:
        command = tuple(self.composition.services[name].command)
        self.running[name] = Running(self.folder / f"{name}.log", self.environment(name), command)
        return self.running[name]

    def is_healthy(self, name: str) -> bool:
        """What Docker would say: the exit code of the health check, run beside the service with its environment."""
        process = self.running[name]
        assert process.alive, process.text()
        check = self.composition.services[name].healthcheck
        assert isinstance(check, Healthcheck)
        kind, program, *arguments = check.test
        assert kind == "CMD"
        arguments = [argument.replace("127.0.0.1:8000", f"127.0.0.1:{self.port}") for argument in arguments]
        programs = {"facet": [sys.executable, "-m", "cli.main"], "python": [sys.executable]}
        timeout = float(check.timeout.removesuffix("s"))
        done = subprocess.run(
            [*programs[program], *arguments],
            env=self.environment(name),
            cwd=REPOSITORY,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
        return done.returncode == 0


@pytest.fixture
def team(tmp_path: Path, new_database: Callable[[str], str]) -> Iterator[Team]:
    broker = redis.Redis.from_url(REDIS_URL)
    broker.flushdb()
    database_url = new_database("postgresql")
    # As Docker makes it: a database without tables.
    with psycopg2.connect(database_url) as connection, connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    connection.close()
    composition = read(BASE, POSTGRES_PASSWORD="unused")
    theirs = composition.services["api"].environment
    assert str(theirs["FACET_DATABASE_URL"]).endswith("@postgres:5432/facet")
    assert theirs["FACET_BROKER_URL"] == "redis://redis:6379/0"
    team = Team(composition, tmp_path, database_url, REDIS_URL)
    yield team
    for process in team.running.values():
        if process.alive:
            process.kill()
    broker.flushdb()
    broker.close()


def test_the_team_from_the_first_start_to_a_drawn_mask(team: Team) -> None:
    migrate = team.start("migrate")
    assert migrate.process.wait(60) == 0, migrate.text()
    password = re.search(r"One-time password: (\S+)", migrate.text())
    assert password is not None

    for name in ORDER:
        team.start(name)
    for name in ORDER:
        wait_until(f"{name} is healthy", lambda name=name: team.is_healthy(name), 90, 0.5)

    base_url = f"http://127.0.0.1:{team.port}/api/v1"
    token = _first_login(base_url, password[1])
    with httpx.Client(base_url=base_url, headers={"Authorization": f"Bearer {token}"}, timeout=30) as admin:
        project_id = admin.post("/projects", json={"name": "Faces"}).json()["id"]
        started = admin.post(f"/projects/{project_id}/imports", json={"expected": 1}).json()
        files = [("files", ("face.png", png_of(render_face(1, 256)), "image/png"))]
        answer = admin.post(f"/projects/{project_id}/imports/{started['id']}/files", files=files)
        assert answer.json()["items"][0]["outcome"] == "imported"

        taken = wait_until("the photo is prelabelled", lambda: _taken(admin, project_id), pause=0.2)
        task_id = taken["task"]["id"]
        operations = [move_operation({84: (120.0, 180.0)}, taken["revision"]["number"])]
        submitted = admin.post(
            f"/tasks/{task_id}/submit", json={"operations": operations}, headers=lease_headers(taken)
        )
        assert submitted.json()["state"] == "fitting"
        wait_until(
            "the masks of the proposal and of the label are drawn",
            lambda: (
                {(job["kind"], job["queue"], job["state"]) for job in _jobs(admin, project_id)}
                == {
                    ("prelabel", "prelabel", "succeeded"),
                    ("parse", "prelabel", "succeeded"),
                    ("fitting", "parse", "succeeded"),
                }
            ),
            pause=0.2,
        )
        assert admin.get(f"/tasks/{task_id}/label-map").status_code == 200
    assert "kind=prelabel" in team.running["worker-prelabel"].text()
    assert "kind=fitting" in team.running["worker-parse"].text()

    # A worker that is gone is noticed by its own check alone.
    team.running["worker-parse"].kill()
    check = team.composition.services["worker-parse"].healthcheck
    assert isinstance(check, Healthcheck)
    gone = subprocess.run(
        [sys.executable, "-m", "cli.main", *check.test[2:]],
        env=team.environment("worker-parse"),
        cwd=REPOSITORY,
        capture_output=True,
        check=False,
    )
    assert gone.returncode == 1
    assert team.is_healthy("worker-train")

    # All at once, as `docker compose stop` does it.
    for process in team.running.values():
        if process.alive:
            process.process.terminate()
    for name in ORDER:
        team.running[name].process.wait(15)
        assert "Traceback" not in team.running[name].text(), team.running[name].text()


def _first_login(base_url: str, password: str) -> str:
    """Signs the first admin in, chooses a password, and makes an API token."""
    with httpx.Client(base_url=base_url, timeout=30) as browser:
        session = browser.post("/session", json={"email": "admin@localhost", "password": password})
        assert session.status_code == 200, session.text
        browser.headers["X-CSRF-Token"] = session.json()["csrf_token"]
        change = {"current_password": password, "new_password": "a password of my own"}
        assert browser.post("/password", json=change).status_code == 204
        token: str = browser.post("/tokens", json={"name": "script"}).json()["token"]
        return token


def _jobs(admin: httpx.Client, project_id: int) -> list[dict[str, Any]]:
    jobs: list[dict[str, Any]] = admin.get(f"/projects/{project_id}/jobs").json()["items"]
    return jobs


def _taken(admin: httpx.Client, project_id: int) -> dict[str, dict[str, int]] | None:
    answer = admin.post(f"/projects/{project_id}/tasks/next")
    return answer.json() if answer.status_code == 200 else None


def test_a_restarted_service_needs_no_second_password(team: Team) -> None:
    for expected in (True, False):
        migrate = team.start("migrate")
        assert migrate.process.wait(60) == 0
        assert ("One-time password" in migrate.text()) == expected
        migrate.log.unlink()


def test_settings_of_the_composition_are_accepted(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in team.environment("api").items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.uses_redis
    assert not settings.is_sqlite
    assert settings.secure_cookies is False
    assert settings.resolved_blob_url.startswith("file://")
