"""Trainings one after the other, each from the last one's weights: roughly on small pictures, then finely on large ones."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

Progress = Callable[[int, int, dict[str, float]], None]


class Stage(Protocol):
    """The recipe of one training."""

    @property
    def epochs(self) -> int:
        """How often each photo is seen."""

    @property
    def batch_size(self) -> int:
        """Photos a step, at most."""


class Trained(Protocol):
    """What a training gives."""

    @property
    def checkpoint(self) -> bytes:
        """The model file."""


S = TypeVar("S", bound=Stage)
R = TypeVar("R", bound=Trained)


def train_in_stages(
    stages: Sequence[S],
    photos: int,
    train: Callable[[S, bytes | None, Path, Progress], R],
    *,
    init: bytes | None,
    work_dir: Path,
    progress: Progress,
) -> R:
    """Runs the trainings and returns what the last one gives.

    A finished stage is kept in `work_dir`, so that a killed run goes on within the stage that it was in. Progress counts
    the steps of all stages.

    Args:
        stages: the trainings.
        photos: how many each of them learns from.
        train: runs one, from a model file or None, with a folder of its own and a progress that counts its own steps.
        init: what the first one starts from.
        work_dir: of all of them.
        progress: as that of one training.

    Raises:
        ValueError: there are no stages; and whatever `train` raises.
    """
    steps = [stage.epochs * -(-photos // stage.batch_size) for stage in stages]
    result: R | None = None
    for number, stage in enumerate(stages):
        shifted = _shifted(progress, sum(steps[:number]), sum(steps))
        result = train(stage, init, work_dir / f"stage-{number + 1}", shifted)
        init = result.checkpoint
    if result is None:
        raise ValueError("a recipe needs at least one stage")
    return result


def _shifted(progress: Progress, before: int, total: int) -> Progress:
    return lambda done, _, figures: progress(before + done, total, figures)
