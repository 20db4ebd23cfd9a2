import os
import shutil
import uuid
from collections.abc import Iterator

import psycopg2
import pytest
import redis

from backend.accounts.service import create_user
from backend.settings import Settings
from tests.backend.team import PASSWORD_HASH
from tests.conftest import REDIS_URL, _admin_statement, _database_url
from tests.workers.processes import Stage


@pytest.fixture(scope="module")
def redis_url() -> str:
    try:
        redis.Redis.from_url(REDIS_URL, socket_connect_timeout=2).flushdb()
    except redis.ConnectionError as error:
        message = f"no Redis at {REDIS_URL}: set FACET_TEST_REDIS_URL ({error})"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return REDIS_URL


@pytest.fixture(scope="module", params=["embedded", "team"])
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """SQLite and the broker of files, then PostgreSQL and Redis; shared by the tests of a module, in their order."""
    folder = tmp_path_factory.mktemp(request.param)
    database = f"facet_test_{uuid.uuid4().hex[:12]}"
    if request.param == "embedded":
        path = folder / "facet.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        database_url, broker_url = f"sqlite:///{path}", ""
    else:
        template = request.getfixturevalue("postgres_template")
        _admin_statement(f"CREATE DATABASE {database} TEMPLATE {template}")
        database_url, broker_url = _database_url(database), request.getfixturevalue("redis_url")
    settings = Settings(
        data_dir=folder / "data",
        database_url=database_url,
        broker_url=broker_url,
        blob_url="",
        frontend_dir=folder / "no-frontend",
        shipped_weights=False,
    )
    stage = Stage(folder, settings)
    with stage.facet.db.transaction() as session:
        create_user(session, "admin@example.org", "Ada", PASSWORD_HASH, "admin")
    yield stage
    if request.session.testsfailed:
        print(stage.logs())  # noqa: T201  (what the processes said is what explains a failure)
    stage.close()
    if request.param == "team":
        try:
            _admin_statement(f"DROP DATABASE {database} WITH (FORCE)")
        except psycopg2.OperationalError as error:
            pytest.fail(f"could not drop {database}: {error}")
