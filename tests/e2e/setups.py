"""Whole installations as their operators start them: `facet serve` alone, or a team's processes on PostgreSQL and Redis."""

import os
import re
import subprocess
import sys
import time
import uuid
from abc import ABC, abstractmethod
from pathlib import Path

import httpx
import psycopg2
import redis

from backend.settings import REPOSITORY
from tests.conftest import POSTGRES_URL, REDIS_URL
from tests.workers.processes import Running, children_of, clean_environment, free_port, is_alive, wait_until

FRONTEND = Path(os.environ.get("FACET_FRONTEND_DIR", REPOSITORY / "frontend" / "dist"))

STARTED_WITHIN = 120.0
STOPPED_WITHIN = 20.0


class Setup(ABC):
    """One installation in a folder of its own, on a free port."""

    name: str

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = clean_environment(
            FACET_DATA_DIR=str(folder / "data"),
            FACET_PORT=str(self.port),
            FACET_FRONTEND_DIR=str(FRONTEND),
            # Beat looks for due trainings every 15 s otherwise; nothing else is hurried.
            FACET_LEARN_SECONDS="2",
            PYTHONUNBUFFERED="1",
        )
        self.processes: list[Running] = []

    @abstractmethod
    def start(self) -> str:
        """Starts all processes; returns the first admin's one-time password, read from what they print."""

    @abstractmethod
    def kill_api(self) -> None:
        """kill -9 of the API process alone."""

    @abstractmethod
    def bring_api_back(self) -> None:
        """Returns when the API answers again."""

    def close(self) -> None:
        """Ends every process by its id, whatever state it is in."""
        for process in reversed(self.processes):
            if process.alive:
                process.process.terminate()
        deadline = time.monotonic() + STOPPED_WITHIN
        for process in reversed(self.processes):
            try:
                process.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()

    def facet(self, *arguments: str) -> str:
        """Runs one `facet` command on this installation; it must succeed. Returns what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", *arguments],
            env=self.environment,
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            timeout=STARTED_WITHIN,
            check=False,
        )
        assert done.returncode == 0, f"facet {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    def logs(self) -> list[Path]:
        return [process.log for process in self.processes]

    def _run(self, name: str, *arguments: str) -> Running:
        process = Running(self.folder / f"{name}.log", self.environment, arguments)
        self.processes.append(process)
        return process

    def _wait_until_healthy(self, process: Running) -> None:
        def healthy() -> bool:
            assert process.alive, process.text()
            try:
                return httpx.get(f"{self.url}/api/v1/health", timeout=5).status_code == 200
            except httpx.TransportError:
                return False

        wait_until(f"{self.url} answers", healthy, STARTED_WITHIN)


class Embedded(Setup):
    """SQLite, the filesystem broker, and one command that starts everything and starts again what dies."""

    name = "embedded"

    def start(self) -> str:
        self.serve = self._run("serve", "serve")
        self._wait_until_healthy(self.serve)
        return one_time_password(self.serve.text())

    def kill_api(self) -> None:
        os.kill(self._api_pid(), 9)

    def bring_api_back(self) -> None:
        self._wait_until_healthy(self.serve)

    def _api_pid(self) -> int:
        for pid in children_of(self.serve.pid):
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            if b"api" in command and is_alive(pid):
                return pid
        raise AssertionError(f"facet serve has no API process:\n{self.serve.text()}")


class Team(Setup):
    """PostgreSQL, Redis, and the processes of docker-compose.yml, each started by itself."""

    name = "team"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._database = f"facet_e2e_{uuid.uuid4().hex[:12]}"
        _administer(f"CREATE DATABASE {self._database}")
        self.environment["FACET_DATABASE_URL"] = POSTGRES_URL.rsplit("/", 1)[0] + f"/{self._database}"
        self.environment["FACET_BROKER_URL"] = REDIS_URL
        _empty_broker()

    def start(self) -> str:
        greeting = self.facet("migrate")
        self.api = self._run("api", "api")
        self._run("worker-photos", "worker", "--queues=prelabel,parse", "--name=photos")
        self._run("worker-models", "worker", "--queues=train,transfer", "--name=models")
        self._run("beat", "beat")
        self._wait_until_healthy(self.api)
        return one_time_password(greeting)

    def kill_api(self) -> None:
        self.api.kill()

    def bring_api_back(self) -> None:
        """What the container's restart policy does."""
        self.api = self._run("api-again", "api")
        self._wait_until_healthy(self.api)

    def close(self) -> None:
        try:
            super().close()
        finally:
            _empty_broker()
            _administer(f"DROP DATABASE {self._database} WITH (FORCE)")


def one_time_password(output: str) -> str:
    found = re.search(r"One-time password: (\S+)", output)
    assert found, f"no one-time password in:\n{output}"
    return found[1]


def _administer(statement: str) -> None:
    connection = psycopg2.connect(POSTGRES_URL)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


def _empty_broker() -> None:
    broker = redis.Redis.from_url(REDIS_URL)
    broker.flushdb()
    broker.close()


def unreachable_services() -> str | None:
    """Why a team's set-up cannot run here; None when it can."""
    try:
        psycopg2.connect(POSTGRES_URL).close()
    except psycopg2.OperationalError as error:
        return f"no PostgreSQL at {POSTGRES_URL}: set FACET_TEST_POSTGRES_URL ({error})"
    try:
        broker = redis.Redis.from_url(REDIS_URL)
        broker.ping()
        broker.close()
    except redis.ConnectionError as error:
        return f"no Redis at {REDIS_URL}: set FACET_TEST_REDIS_URL ({error})"
    return None
