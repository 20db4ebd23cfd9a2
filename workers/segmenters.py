"""What finds hair and skin in this installation, kept loaded. Its files may be replaced while the worker runs."""

import threading
from pathlib import Path

import structlog

from backend.settings import Settings
from ml.model_file import CheckpointError
from ml.parsing import shipped
from ml.parsing.segmenters import GRAPH_CUT, SHIPPED, GraphCut, Segmenter, open_segmenter

log = structlog.get_logger()

_lock = threading.Lock()
_opened: dict[tuple[object, ...], Segmenter] = {}
"""The last one opened, by what it was opened from. One a process; threads share it."""


def segmenter_of(settings: Settings) -> Segmenter:
    """Returns what the settings name; where its files cannot be used, the graph cut, and the log says why.

    No label waits for weights: which segmenter drew a map is stored with it.
    """
    choice = _choice(settings)
    coarse = Path(settings.coarse_weights) if settings.coarse_weights else None
    key = (choice, coarse, *map(_stamp, _files(choice, coarse)))
    with _lock:
        if key not in _opened:
            found = _open(choice, coarse)
            _opened.clear()
            _opened[key] = found
        return _opened[key]


def draws_at_import(settings: Settings) -> bool:
    """Whether label maps are drawn when photos come in: where networks are chosen. Opens none."""
    choice = _choice(settings)
    return shipped.shipped_checkpoint() is not None if choice == SHIPPED else choice != GRAPH_CUT


def _choice(settings: Settings) -> str:
    """What the settings name; an installation that does without shipped weights does without these, too."""
    choice = settings.hair_skin_weights
    return GRAPH_CUT if choice == SHIPPED and not settings.shipped_weights else choice


def _open(choice: str, coarse: Path | None) -> Segmenter:
    try:
        return open_segmenter(choice, coarse)
    except CheckpointError as error:
        reason = str(error)
    except OSError as error:
        reason = f"{error.filename or choice}: {error.strerror or error}"
    log.error("hair_skin_weights.unusable", reason=reason, instead="the graph cut")
    return GraphCut()


def _files(choice: str, coarse: Path | None) -> list[Path]:
    named = [] if choice in (SHIPPED, GRAPH_CUT) else [Path(choice)]
    return named if coarse is None else [*named, coarse]


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
