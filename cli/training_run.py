"""What every training command does around its training: bar, log of JSON lines, and a model file that is whole or absent."""

import json
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol, TypeVar

import torch

from cli.console import CommandFailed, progress_bar
from ml.data.whole_files import write_whole
from ml.devices import choose_device
from ml.distributed import Ranks

Progress = Callable[[int, int, dict[str, float]], None]


class Trained(Protocol):
    """What a training returns."""

    @property
    def checkpoint(self) -> bytes:
        """The model file."""

    @property
    def metrics(self) -> Mapping[str, Any]:
        """On the held-out photos."""

    @property
    def baseline(self) -> Mapping[str, Any] | None:
        """Those of the model that training started from."""


TrainedT = TypeVar("TrainedT", bound=Trained)


def check_device(name: str) -> None:
    """Fails before hours of drawing rather than after; CommandFailed says what is wrong with --device."""
    try:
        torch.empty(0, device=choose_device(name))
    except (RuntimeError, AssertionError) as error:
        raise CommandFailed(f"--device {name}: {str(error).splitlines()[0]}") from error


def run_training(
    training: Callable[[Path, Progress], TrainedT], *, out: Path, work_dir: Path, log: Path | None, ranks: Ranks
) -> TrainedT:
    """Runs a training and writes its model file; of several processes the first one alone shows, logs and writes.

    Args:
        training: called with the folder of its state, and with what it reports each step to.
        out: the model file to write.
        work_dir: where the state is kept; it is deleted at the end.
        log: file of JSON lines to append to, or None.
        ranks: this process.

    Raises:
        OSError: a file cannot be written. And what the training raises.
    """
    state = work_dir / "training"
    with ExitStack() as stack:
        lines = stack.enter_context(log.open("a", encoding="utf-8")) if log and ranks.first else None
        told = stack.enter_context(progress_bar("Training", 1)) if ranks.first else lambda done, total: None
        started = time.monotonic()

        def progress(done: int, total: int, figures: dict[str, float]) -> None:
            told(done, total)
            if lines is not None:
                row = {"step": done, "steps": total, "seconds": round(time.monotonic() - started, 3)} | figures
                lines.write(json.dumps(row) + "\n")
                lines.flush()

        result = training(state, progress)
        if lines is not None:
            lines.write(json.dumps({"metrics": result.metrics, "baseline": result.baseline}) + "\n")
    if ranks.first:
        write_whole(out, result.checkpoint)
        shutil.rmtree(state)
    return result
