"""Where the real photos are."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def face_data() -> Path:
    """The folder of real faces: FACET_DATA, else shared/data beside the repository; skips where there is none."""
    beside = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    folder = Path(os.environ.get("FACET_DATA", beside))
    if not folder.is_dir():
        pytest.skip(f"no real faces: set FACET_DATA to a folder of them ({folder} is not there)")
    return folder
