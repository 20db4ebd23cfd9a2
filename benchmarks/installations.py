"""Throw-away installations for benchmarks: a real API process on either database, and tasks to lease."""

import hashlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from sqlalchemy import insert, select

from backend import schema_version
from backend.accounts.service import create_token, create_user, hash_password
from backend.annotations.service import propose
from backend.installation import Installation
from backend.photos.service import start_import
from backend.photos.tables import Photo
from backend.projects.counters import note_move
from backend.projects.service import add_member, create_project
from backend.settings import Settings
from backend.tasks.tables import Task
from ml.schema import MEAN_FACE

POSTGRES_URL = os.environ.get("FACET_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")


@dataclass
class Running:
    """An API process at 127.0.0.1:`port`, and the installation behind it."""

    facet: Installation
    port: int
    process: subprocess.Popen[bytes]
    seconds_to_first_200: float


@contextmanager
def database(engine: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database: a file in `folder`, or a new one on the PostgreSQL server, dropped at the end."""
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'facet.sqlite3'}"
        return
    name = f"facet_benchmark_{uuid.uuid4().hex[:10]}"
    connection = psycopg2.connect(POSTGRES_URL)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            yield POSTGRES_URL.rsplit("/", 1)[0] + f"/{name}"
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
            connection.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_200(port: int, seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/health", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.01)
    raise TimeoutError(f"no 200 from port {port} within {seconds} s")


@contextmanager
def running(engine: str) -> Iterator[Running]:
    """A migrated installation with an API process of its own and no worker."""
    with tempfile.TemporaryDirectory(prefix="facet-benchmark-") as name:
        folder = Path(name)
        with database(engine, folder) as url:
            settings = Settings(data_dir=folder, database_url=url, broker_url="", blob_url="")
            facet = Installation(settings)
            schema_version.upgrade(facet.db.engine)
            port = free_port()
            started = time.monotonic()
            environment = os.environ | {
                "FACET_DATA_DIR": str(folder),
                "FACET_DATABASE_URL": url,
                "FACET_BROKER_URL": "",
                "FACET_BLOB_URL": "",
                "FACET_PORT": str(port),
            }
            process = subprocess.Popen([sys.executable, "-m", "cli.main", "api"], env=environment)
            try:
                wait_for_200(port)
                yield Running(facet, port, process, time.monotonic() - started)
            finally:
                process.terminate()
                process.wait(20)
                facet.close()


def add_annotators(facet: Installation, project_id: int, count: int) -> list[str]:
    """Makes `count` annotators, members of the project; returns an API token for each."""
    password_hash = hash_password(uuid.uuid4().hex)
    tokens = []
    with facet.db.transaction() as session:
        for number in range(count):
            email = f"{uuid.uuid4().hex[:8]}-{number}@example.org"
            user = create_user(session, email, f"Annotator {number}", password_hash, "annotator")
            add_member(session, project_id, user.id, user.id)
            tokens.append(create_token(session, user.id, "benchmark", None)[0])
    return tokens


def add_ready_tasks(facet: Installation, name: str, count: int) -> int:
    """A project with `count` ready tasks, each with a proposal of 106 points; the photos have rows but no pixels."""
    with facet.db.transaction() as session:
        project = create_project(session, None, name)
        row = start_import(session, project.id, None, count)
        photos = []
        for number in range(count):
            sha256 = hashlib.sha256(f"{name}:{number}".encode()).hexdigest()
            photos.append(
                {
                    "project_id": project.id,
                    "import_id": row.id,
                    "name": f"{number:06d}.jpg",
                    "stem": f"{number:06d}",
                    "width": 640,
                    "height": 640,
                    "blob_sha256": sha256,
                    "thumbnail_sha256": sha256,
                    "pixels_sha256": sha256,
                    "split": "train",
                }
            )
        session.execute(insert(Photo), photos)
        photo_ids = session.scalars(select(Photo.id).where(Photo.project_id == project.id).order_by(Photo.id))
        for photo_id in photo_ids.all():
            task = Task(project_id=project.id, photo_id=photo_id, priority=float(photo_id), head_number=0, opened=False)
            task.state = "pending"
            session.add(task)
            session.flush()
            note_move(session, project.id, None, "pending")
            propose(session, task, MEAN_FACE * 400 + 120, confidence=None, model_version_id=None)
        return project.id
