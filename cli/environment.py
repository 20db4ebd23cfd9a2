"""Command-line options become FACET_* variables, so that child processes see the same settings."""

import os
from pathlib import Path

from backend.settings import get_settings


def set_environment(*, data_dir: Path | None = None, host: str | None = None, port: int | None = None) -> None:
    for name, value in (("DATA_DIR", data_dir), ("HOST", host), ("PORT", port)):
        if value is not None:
            os.environ[f"FACET_{name}"] = str(value.resolve() if isinstance(value, Path) else value)
    get_settings.cache_clear()
