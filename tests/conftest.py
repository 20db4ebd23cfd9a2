"""Fixtures that all tests share: real photos where they are, a fresh database on each engine, an installation on it."""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest

from backend import schema_version
from backend.db import open_engine
from backend.installation import Installation
from backend.settings import Settings

REPOSITORY = Path(__file__).resolve().parent.parent
POSTGRES_URL = os.environ.get("FACET_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
# The tests empty the database that they use: each pytest process that runs beside another has one of its own.
REDIS_DATABASE = 11 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
REDIS_URL = os.environ.get("FACET_TEST_REDIS_URL", "redis://127.0.0.1:6379").rstrip("/") + f"/{REDIS_DATABASE}"
ENGINES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def face_data() -> Path:
    """The folder of real labelled photos; the test is skipped where it is not."""
    folder = Path(os.environ.get("FACET_DATA", REPOSITORY.parent / "shared" / "data"))
    if not (folder / "faces106").is_dir():
        pytest.skip("no real photos here: set FACET_DATA to the folder that holds faces106")
    return folder


def _admin_statement(statement: str) -> None:
    connection = psycopg2.connect(POSTGRES_URL)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


def _database_url(name: str) -> str:
    return POSTGRES_URL.rsplit("/", 1)[0] + f"/{name}"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database made by the real migrations, to be copied for each test."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    engine = open_engine(Settings(database_url=f"sqlite:///{path}"))
    schema_version.upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    name = f"facet_template_{uuid.uuid4().hex[:12]}"
    try:
        _admin_statement(f"CREATE DATABASE {name}")
    except psycopg2.OperationalError as error:
        message = f"no PostgreSQL at {POSTGRES_URL}: set FACET_TEST_POSTGRES_URL ({error})"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    engine = open_engine(Settings(database_url=_database_url(name)))
    schema_version.upgrade(engine)
    engine.dispose()
    yield name
    _admin_statement(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """A function from engine name to the URL of a fresh, migrated database, dropped after the test."""
    made: list[str] = []

    def make(engine: str) -> str:
        if engine == "sqlite":
            path = tmp_path / "facet.sqlite3"
            shutil.copy(request.getfixturevalue("sqlite_template"), path)
            return f"sqlite:///{path}"
        name = f"facet_test_{uuid.uuid4().hex[:12]}"
        template = request.getfixturevalue("postgres_template")
        _admin_statement(f"CREATE DATABASE {name} TEMPLATE {template}")
        made.append(name)
        return _database_url(name)

    yield make
    for name in made:
        _admin_statement(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=ENGINES)
def settings(request: pytest.FixtureRequest, tmp_path: Path, new_database: Callable[[str], str]) -> Settings:
    """The settings of a fresh installation, once on each database."""
    return Settings(
        data_dir=tmp_path / "data",
        database_url=new_database(request.param),
        broker_url="",
        blob_url="",
        frontend_dir=tmp_path / "no-frontend",
        login_attempts="1000/minute",
        # The mean face is quick, and the same in every release; the tests of the shipped weights switch them on.
        shipped_weights=False,
    )


@pytest.fixture
def facet(settings: Settings) -> Iterator[Installation]:
    installation = Installation(settings)
    yield installation
    installation.close()
