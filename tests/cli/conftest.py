import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from backend.installation import Installation
from backend.settings import REPOSITORY, Settings
from tests.backend.team import photo_bytes
from tests.workers.processes import clean_environment

Facet = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def settings(tmp_path: Path, new_database: Callable[[str], str]) -> Settings:
    """SQLite alone: the commands are the same on PostgreSQL, and what they call is tested on both."""
    return Settings(
        data_dir=tmp_path / "data",
        database_url=new_database("sqlite"),
        broker_url="",
        blob_url="",
        frontend_dir=tmp_path / "no-frontend",
    )


@pytest.fixture
def run_facet(settings: Settings) -> Facet:
    """Runs `facet …` as a process on the test's installation; further keywords are FACET_ variables."""

    def run(*arguments: str | Path, timeout: float = 90, **variables: str) -> subprocess.CompletedProcess[str]:
        ours = {
            "FACET_DATA_DIR": str(settings.data_dir),
            "FACET_DATABASE_URL": settings.database_url,
            "FACET_FRONTEND_DIR": str(settings.frontend_dir),
        }
        return subprocess.run(
            [sys.executable, "-m", "cli.main", *map(str, arguments)],
            env=clean_environment(**ours | variables),
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    return run


@pytest.fixture
def empty_settings(tmp_path: Path) -> Settings:
    """An installation without a database yet."""
    return Settings(data_dir=tmp_path / "new", database_url="", broker_url="", blob_url="")


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder of two photos, a duplicate, a broken file and something else."""
    folder = tmp_path / "photos"
    (folder / "more").mkdir(parents=True)
    (folder / "a.jpg").write_bytes(photo_bytes(1))
    (folder / "more" / "b.jpg").write_bytes(photo_bytes(2))
    (folder / "more" / "same.jpg").write_bytes(photo_bytes(1))
    (folder / "broken.png").write_bytes(b"no picture")
    (folder / "notes.txt").write_text("not a photo")
    return folder


@pytest.fixture
def installation(settings: Settings) -> Installation:
    return Installation(settings)
