"""Real processes of one installation, started as a user starts them and ended by their process id."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import redis
from sqlalchemy import select, text

from backend.accounts.access import SESSION_COOKIE
from backend.accounts.service import open_session
from backend.events.tables import Event
from backend.installation import Installation
from backend.jobs.tables import Job
from backend.settings import REPOSITORY, Settings

# Generous: the machine that tests has two cores, and others may use them too.
PATIENCE = 120.0

# What makes the jobs impatient, so that a test sees in seconds what takes half a minute in production.
QUICK = {
    "FACET_JOB_HEARTBEAT_SECONDS": "0.3",
    # Ten heartbeats: on a busy machine a living worker must not be thought dead.
    "FACET_JOB_STALE_SECONDS": "3",
    "FACET_JOB_RESEND_SECONDS": "1",
    "FACET_RECONCILE_SECONDS": "0.5",
    "FACET_LEARN_SECONDS": "0.5",
    "FACET_TORCH_THREADS": "1",
    # After every step.
    "FACET_TRAIN_SAVE_SECONDS": "0",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def clean_environment(**variables: str) -> dict[str, str]:
    """This process's environment without any FACET_ setting of the person who tests, and with `variables`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FACET_")}
    return kept | {"COLUMNS": "200"} | variables


def wait_until(what: str, condition: Callable[[], Any], seconds: float = PATIENCE, pause: float = 0.05) -> Any:
    """Waits for a truthy answer and returns it. AssertionError, naming `what`, after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s in vain: {what}"
        time.sleep(pause)


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits for its parent's attention does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Running:
    """One `facet` process and its log file."""

    def __init__(self, log: Path, environment: dict[str, str], arguments: tuple[str, ...]) -> None:
        self.log = log
        with log.open("ab") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cli.main", *arguments],
                env=environment,
                cwd=REPOSITORY,
                stdout=file,
                stderr=subprocess.STDOUT,
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        """kill -9: no handler runs, nothing is given back."""
        self.process.kill()
        self.process.wait()

    def stop(self, number: int = signal.SIGTERM, seconds: float = 15.0) -> int:
        """Asks it to end; returns its exit code. AssertionError when it takes longer."""
        self.process.send_signal(number)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.log.name} did not end within {seconds:.0f} s:\n{self.text()}") from None

    def text(self) -> str:
        return self.log.read_text(errors="replace")


class Stage:
    """An installation whose processes come and go, and this test's own view of its database."""

    def __init__(self, folder: Path, settings: Settings, **environment: str) -> None:
        self.folder = folder
        self.settings = settings
        self.port = free_port()
        self.environment = clean_environment(
            FACET_DATA_DIR=str(settings.data_dir),
            FACET_DATABASE_URL=settings.database_url,
            FACET_BROKER_URL=settings.broker_url,
            FACET_FRONTEND_DIR=str(settings.frontend_dir),
            FACET_PORT=str(self.port),
            FACET_SHIPPED_WEIGHTS=str(settings.shipped_weights).lower(),
            **QUICK | environment,
        )
        self.facet = Installation(settings)
        self.processes: list[Running] = []

    def start(self, *arguments: str, log: str = "", **environment: str) -> Running:
        name = log or f"{len(self.processes):02d}-{arguments[0]}"
        process = Running(self.folder / f"{name}.log", self.environment | environment, arguments)
        self.processes.append(process)
        return process

    def start_api(self, port: int | None = None, **environment: str) -> tuple[Running, str]:
        """An API process that answers, and its address."""
        port = port or self.port
        process = self.start("api", **environment | {"FACET_PORT": str(port)})
        address = f"http://127.0.0.1:{port}/api/v1"

        def healthy() -> bool:
            assert process.alive, process.text()
            try:
                return httpx.get(f"{address}/health", timeout=5).status_code == 200
            except httpx.TransportError:
                return False

        wait_until("the API answers", healthy)
        return process, address

    def client(self, address: str, user_id: int) -> httpx.Client:
        """A signed-in browser of this user."""
        with self.facet.db.transaction() as session:
            secret, row = open_session(session, user_id, 14)
        return httpx.Client(
            base_url=address,
            cookies={SESSION_COOKIE: secret},
            headers={"X-CSRF-Token": row.csrf_token},
            timeout=30,
        )

    @contextmanager
    def frozen(self, process: Running) -> Iterator[None]:
        """Stopped in its tracks, as on a machine that is paused; not in the middle of a transaction, with its locks."""

        def stop() -> bool:
            process.process.send_signal(signal.SIGSTOP)
            if self._anybody_can_write():
                return True
            process.process.send_signal(signal.SIGCONT)
            return False

        wait_until("the process is between two transactions", stop)
        try:
            yield
        finally:
            process.process.send_signal(signal.SIGCONT)

    def _anybody_can_write(self) -> bool:
        with self.facet.db.engine.connect() as connection:
            engine = connection.dialect.name
        if engine == "sqlite":
            path = self.settings.database_url.removeprefix("sqlite:///")
            with closing(sqlite3.connect(path, timeout=0.2, isolation_level=None)) as database:
                try:
                    database.execute("BEGIN IMMEDIATE")
                    database.execute("ROLLBACK")
                except sqlite3.OperationalError:
                    return False
            return True
        with self.facet.db.reading() as session:
            # Whoever writes has a transaction id until the commit.
            writers = (
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL"
            )
            return session.execute(text(writers)).scalar() == 0

    def forget_messages(self) -> int:
        """Empties the broker behind everybody's back; returns how many messages or lists were there."""
        if self.settings.uses_redis:
            broker = redis.Redis.from_url(self.settings.broker_url)
            lost = int(broker.dbsize())
            broker.flushdb()
            broker.close()
            return lost
        messages = list((self.settings.broker_dir / "in").iterdir())
        for message in messages:
            message.unlink(missing_ok=True)
        return len(messages)

    def job(self, job_id: int) -> Job:
        with self.facet.db.reading() as session:
            return session.get_one(Job, job_id)

    def ended(self, job_id: int, state: str = "succeeded", seconds: float = PATIENCE) -> Job:
        job: Job = wait_until(
            f"job {job_id} ends", lambda: (j := self.job(job_id)).state in ("succeeded", "failed") and j, seconds
        )
        assert job.state == state, (job.kind, job.state, job.error)
        return job

    def told(self, job_id: int) -> Counter[str]:
        """What the event log says happened to a job."""
        with self.facet.db.reading() as session:
            kinds = session.scalars(select(Event.kind).where(Event.subject_type == "job", Event.subject_id == job_id))
            return Counter(kinds)

    def progress_since_start(self, job_id: int) -> list[int]:
        """What its newest execution has reported as done."""
        of_job = select(Event).where(Event.subject_type == "job", Event.subject_id == job_id).order_by(Event.id)
        with self.facet.db.reading() as session:
            events = list(session.scalars(of_job))
        start = max(i for i, event in enumerate(events) if event.kind == "job.started")
        return [event.data["done"] for event in events[start:] if event.kind == "job.progress"]

    def training_saved_at(self, before: int) -> int:
        """When a training's state was saved, in ns; 0 if that was no later than `before`."""
        states = (self.settings.data_dir / "training").glob("*/training.safetensors")
        newest = max((path.stat().st_mtime_ns for path in states), default=0)
        return newest if newest > before else 0

    def close(self) -> None:
        for process in self.processes:
            if process.alive:
                process.process.send_signal(signal.SIGCONT)
                process.kill()
        self.facet.close()
        if self.settings.uses_redis:
            self.forget_messages()

    def logs(self) -> str:
        return "\n".join(f"--- {process.log.name}\n{process.text()[-3000:]}" for process in self.processes)
