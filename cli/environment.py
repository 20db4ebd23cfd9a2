"""Command-line options become FACET_* variables, so that child processes see the same settings."""

import os
from pathlib import Path

import typer
from pydantic import ValidationError

from backend.settings import get_settings


def set_environment(*, data_dir: Path | None = None, host: str | None = None, port: int | None = None) -> None:
    """Ends the command, saying why, where a setting cannot be used."""
    for name, value in (("DATA_DIR", data_dir), ("HOST", host), ("PORT", port)):
        if value is not None:
            os.environ[f"FACET_{name}"] = str(value.resolve() if isinstance(value, Path) else value)
    get_settings.cache_clear()
    try:
        get_settings()
    except ValidationError as error:
        for item in error.errors():
            message = item["msg"].removeprefix("Value error, ")
            named = "".join(f"FACET_{str(name).upper()} is '{item['input']}'. " for name in item["loc"])
            typer.echo(f"{named}{message}.", err=True)
        raise typer.Exit(2) from error
