"""facet parsing train: a model from labeled folders and rendered faces; the same command goes on after a kill."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cli.console import CommandFailed, failed
from cli.parsing_scores import open_folder
from cli.training_label_maps import RENDERED_SIZE, rendered_label_maps
from cli.training_run import run_training
from ml.data.errors import DataError
from ml.distributed import Ranks, joined
from ml.model_file import CheckpointError
from ml.parsing.imagenet import WeightsRefused
from ml.parsing.samples import ParsingFolder, Sample
from ml.parsing.train import Progress, TrainConfig, TrainResult
from ml.parsing.train import train as train_network

FIRST_SEED: Final = 300_000
"""Seeds of the rendered faces: FIRST_SEED, FIRST_SEED + 1 and so on; tests, the demo and the landmarks use others."""
MOST_HELD_OUT: Final = 20
"""How many photos of a folder are held out at most where no folder is named for that."""


@dataclass(frozen=True)
class TrainingPlan:
    """What `facet parsing train` was asked for.

    Attributes:
        data: labeled folders.
        held_out: labeled folders to score on; empty for the last ones of `data` in the order of names.
        rendered: how many rendered faces to learn from, besides.
        real_repeats: how often an epoch shows each photo of `data`.
        config: the recipe.
        init: a model file to start from, or None.
        imagenet: file of ImageNet weights, or None.
        imagenet_sha256: its hash, or None for one of torchvision's.
        out: the model file to write.
        work_dir: where rendered faces and the training's state are kept.
        log: file of JSON lines to append to, or None.
    """

    data: Sequence[Path]
    held_out: Sequence[Path]
    rendered: int
    real_repeats: int
    config: TrainConfig
    init: Path | None
    imagenet: Path | None
    imagenet_sha256: str | None
    out: Path
    work_dir: Path
    log: Path | None


class Chosen(Sequence[Sample]):
    """Photos of several folders as one set, read when they are asked for.

    Args:
        places: of the photos: a folder, and the photo's number in it.
    """

    def __init__(self, places: Sequence[tuple[ParsingFolder, int]]) -> None:
        self._places = list(places)

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, index: int) -> Sample:  # type: ignore[override]  # nobody slices it
        folder, place = self._places[index]
        return folder[place]


def train(plan: TrainingPlan) -> int:
    """Trains and writes the model file; returns 0, or 1 when a file could not be read.

    Under torchrun all processes call this; the first one alone draws pictures, logs, writes and says what it made.
    """
    try:
        with joined(plan.config.device) as ranks:
            metrics = _train(plan, ranks)
    except CommandFailed as failure:
        return failed(failure)
    except (DataError, CheckpointError, WeightsRefused, ValueError, OSError) as error:
        return failed(CommandFailed(str(error)))
    except KeyboardInterrupt:
        return failed(CommandFailed("Stopped. The same command goes on from here."))
    if ranks.first:
        mean = metrics["mean_f1"]
        print(
            f"{plan.out}: mean F1 {'unknown' if mean is None else format(mean, '.2%')}"
            f" on {metrics['photos']} held-out photos"
        )
    return 0


def _train(plan: TrainingPlan, ranks: Ranks) -> dict[str, Any]:
    init = _read(plan.init) if plan.init else None
    train_set, held_out = _sets(plan, ranks)

    def training(state: Path, progress: Progress) -> TrainResult:
        return train_network(
            plan.config,
            train_set,
            held_out,
            init=init,
            imagenet=plan.imagenet,
            imagenet_sha256=plan.imagenet_sha256,
            work_dir=state,
            progress=progress,
        )

    return run_training(training, out=plan.out, work_dir=plan.work_dir, log=plan.log, ranks=ranks).metrics


def _sets(plan: TrainingPlan, ranks: Ranks) -> tuple[Chosen, Chosen]:
    """The photos to learn from, and those held out."""
    crop = plan.config.architecture.crop
    learned: list[tuple[ParsingFolder, int]] = []
    held_out = [place for path in plan.held_out for place in _places(open_folder(path, crop))]
    for path in plan.data:
        places = _places(open_folder(path, crop))
        # The order of names keeps photos of one person or one source, which share the start of their names, together.
        last = 0 if plan.held_out else min(MOST_HELD_OUT, max(1, len(places) // 5))
        learned += places[: len(places) - last] * plan.real_repeats
        held_out += places[len(places) - last :]
    if not held_out:
        raise CommandFailed("No photos to score on: name a folder with --data or --held-out.")
    if plan.rendered:
        with ranks.first_alone():
            seeds = range(FIRST_SEED, FIRST_SEED + plan.rendered)
            drawn = rendered_label_maps(plan.work_dir / f"rendered-{RENDERED_SIZE}", seeds)
        wanted = {str(seed) for seed in seeds}
        folder = ParsingFolder(drawn, with_points=crop == "face")
        learned += [(folder, place) for place, name in enumerate(folder.names) if name in wanted]
    if not learned:
        raise CommandFailed("No photos to learn from: the only one is held out. Name a folder with --held-out.")
    return Chosen(learned), Chosen(held_out)


def _places(folder: ParsingFolder) -> list[tuple[ParsingFolder, int]]:
    return [(folder, place) for place in range(len(folder))]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandFailed(f"--init {path}: {error.strerror or 'cannot be read'}") from error
