"""facet doctor: what this machine has, what it lacks, and the command that brings it."""

import importlib
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from backend.settings import Settings, get_settings

MIN_FREE_BYTES = 2 * 2**30


@dataclass(frozen=True)
class Finding:
    """One check. `needed` is False for what only tests or a team's set-up want."""

    what: str
    ok: bool
    found: str
    remedy: str = ""
    needed: bool = True


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python 3.11 or newer", sys.version_info >= (3, 11), version, "Install Python 3.11 or newer.")


def _program(name: str, remedy: str, *, needed: bool = False) -> Finding:
    path = shutil.which(name)
    return Finding(name, path is not None, path or "missing", remedy, needed)


def _torch() -> Finding:
    try:
        torch = importlib.import_module("torch")
    except ImportError:
        return Finding("torch", False, "missing", "Run: make setup")
    device = f"GPU {torch.cuda.get_device_name(0)}" if torch.cuda.is_available() else "CPU"
    return Finding("torch", True, f"{torch.__version__}, {device}")


def _cascades() -> Finding:
    import cv2

    folder = getattr(getattr(cv2, "data", None), "haarcascades", None)
    ok = folder is not None and (Path(folder) / "haarcascade_frontalface_alt2.xml").is_file()
    return Finding("OpenCV with Haar cascades", ok, cv2.__version__, "pip install 'opencv-python-headless>=4.12,<5'")


def _hair_and_skin(settings: Settings) -> Finding:
    try:
        from ml.model_file import CheckpointError
        from ml.parsing.segmenters import open_segmenter
    except ImportError:
        return Finding("hair and skin", False, "torch is missing", "Run: make setup")
    try:
        coarse = Path(settings.coarse_weights) if settings.coarse_weights else None
        found = open_segmenter(settings.hair_skin_weights, coarse, "cpu").version
    except (CheckpointError, OSError) as error:
        remedy = "Correct FACET_HAIR_SKIN_WEIGHTS and FACET_COARSE_WEIGHTS; until then the graph cut is used."
        return Finding("hair and skin", False, str(error), remedy)
    return Finding("hair and skin", True, found)


def _frontend(settings: Settings) -> Finding:
    ok = (settings.frontend_dir / "index.html").is_file()
    return Finding("front end", ok, str(settings.frontend_dir) if ok else "not built", "Run: make setup (Node 20)")


def _data_dir(settings: Settings) -> Finding:
    folder = settings.data_dir.resolve()
    try:
        settings.prepare_data_dir()
        probe = folder / ".write-test"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        return Finding("data folder", False, f"{folder}: {error.strerror}", "Choose another one with --data-dir.")
    free = shutil.disk_usage(folder).free
    remedy = "Free some disk space, or choose another folder with --data-dir."
    return Finding("data folder", free > MIN_FREE_BYTES, f"{folder}, {free / 2**30:.1f} GiB free", remedy)


def _database(settings: Settings) -> Finding:
    from sqlalchemy.exc import SQLAlchemyError

    from backend import schema_version
    from backend.db import open_engine

    engine = open_engine(settings)
    try:
        present, newest = schema_version.present(engine), schema_version.newest()
    except SQLAlchemyError as error:
        reason = str(error).splitlines()[0]
        return Finding(f"database ({engine.dialect.name})", False, reason, "Start it, or correct FACET_DATABASE_URL.")
    finally:
        engine.dispose()
    found = f"at {present or 'none'}, newest {newest}"
    return Finding(f"database ({engine.dialect.name})", present in (newest, None), found, "Run: facet migrate")


def _broker(settings: Settings) -> Finding:
    if not settings.uses_redis:
        return Finding("broker (filesystem)", True, str(settings.broker_dir))
    import redis

    try:
        redis.Redis.from_url(settings.resolved_broker_url, socket_connect_timeout=2).ping()
    except redis.RedisError as error:
        return Finding("broker (Redis)", False, str(error), "Start Redis, or correct FACET_BROKER_URL.")
    return Finding("broker (Redis)", True, "answers")


def doctor() -> int:
    """Prints the table; returns 1 when something needed is missing."""
    settings = get_settings()
    checks: list[Callable[[], Finding]] = [
        _python,
        _torch,
        _cascades,
        lambda: _hair_and_skin(settings),
        lambda: _frontend(settings),
        lambda: _data_dir(settings),
        lambda: _database(settings),
        lambda: _broker(settings),
        lambda: _program("node", "To build the front end: install Node 20 or newer."),
        lambda: _program("npm", "To build the front end: it comes with Node."),
        lambda: _program("psql", "For tests or a team: apt-get install postgresql"),
        lambda: _program("redis-server", "For tests or a team: apt-get install redis-server"),
        lambda: _program("chromium", "For the browser tests: apt-get install chromium"),
    ]
    table = Table("", "part", "found", "what to do")
    failed = False
    for check in checks:
        finding = check()
        failed = failed or (finding.needed and not finding.ok)
        mark = "[green]ok[/]" if finding.ok else "[red]missing[/]" if finding.needed else "[yellow]optional[/]"
        table.add_row(mark, finding.what, finding.found, "" if finding.ok else finding.remedy)
    Console().print(table)
    return 1 if failed else 0
