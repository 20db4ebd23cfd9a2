"""facet parsing train: a model from labeled folders and rendered faces; the same command goes on after a kill."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.console import CommandFailed, failed
from cli.parsing_recipe import pictures
from cli.parsing_scores import open_folder
from cli.training_label_maps import RENDERED_SIZE, Chosen, places_of_seeds, rendered_label_maps
from cli.training_run import check_device, run_training
from ml.data.errors import DataError
from ml.data.held_out import learned_from
from ml.distributed import Ranks, joined
from ml.model_file import CheckpointError
from ml.parsing import checkpoint
from ml.parsing.imagenet import WeightsRefused
from ml.parsing.recipe import FIRST_SEED
from ml.parsing.samples import ParsingFolder
from ml.parsing.train import Progress, TrainConfig, TrainResult
from ml.parsing.train import train as train_network
from ml.training_stages import train_in_stages


@dataclass(frozen=True)
class TrainingPlan:
    """What `facet parsing train` was asked for.

    Attributes:
        data: labeled folders.
        held_out: labeled folders to score on; empty for the last ones of `data` in the order of names.
        rendered: how many rendered faces to learn from, besides.
        real_repeats: how often an epoch shows each photo of `data`.
        stages: the trainings, each from the last one's weights.
        recipe: whether the photos are those of the shipped weights' recipe, drawn from the one folder of `data`.
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
    stages: Sequence[TrainConfig]
    recipe: bool
    init: Path | None
    imagenet: Path | None
    imagenet_sha256: str | None
    out: Path
    work_dir: Path
    log: Path | None


def train(plan: TrainingPlan) -> int:
    """Trains and writes the model file; returns 0, or 1 when a file could not be read.

    Under torchrun all processes call this; the first one alone draws pictures, logs, writes and says what it made.
    """
    try:
        with joined(plan.stages[0].device) as ranks:
            metrics = _train(plan, ranks)
    except CommandFailed as failure:
        return failed(failure)
    except CheckpointError as error:
        return failed(CommandFailed(f"--init {plan.init}: {error}"))
    except (DataError, WeightsRefused, ValueError, OSError) as error:
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
    check_device(plan.stages[0].device)
    init = _read(plan.init) if plan.init else None
    if plan.recipe:
        with ranks.first_alone():
            train_set, held_out = pictures(plan.data[0], plan.work_dir)
    else:
        train_set, held_out = _sets(plan, ranks)

    def one(stage: TrainConfig, init: bytes | None, folder: Path, progress: Progress) -> TrainResult:
        return train_network(
            stage,
            train_set,
            held_out,
            init=init,
            imagenet=plan.imagenet,
            imagenet_sha256=plan.imagenet_sha256,
            work_dir=folder,
            progress=progress,
        )

    def training(state: Path, progress: Progress) -> TrainResult:
        return train_in_stages(plan.stages, len(train_set), one, init=init, work_dir=state, progress=progress)

    return run_training(training, out=plan.out, work_dir=plan.work_dir, log=plan.log, ranks=ranks).metrics


def _sets(plan: TrainingPlan, ranks: Ranks) -> tuple[Chosen, Chosen]:
    """The photos to learn from, and those held out."""
    crop = plan.stages[0].architecture.crop
    learned: list[tuple[ParsingFolder, int]] = []
    held_out = [place for path in plan.held_out for place in _places(open_folder(path, crop))]
    for path in plan.data:
        found = _places(open_folder(path, crop))
        count = len(found) if plan.held_out else learned_from(len(found))
        learned += found[:count] * plan.real_repeats
        held_out += found[count:]
    if not held_out:
        raise CommandFailed("No photos to score on: name a folder with --data or --held-out.")
    if plan.rendered:
        with ranks.first_alone():
            seeds = range(FIRST_SEED, FIRST_SEED + plan.rendered)
            drawn = rendered_label_maps(plan.work_dir / f"rendered-{RENDERED_SIZE}", seeds)
        learned += places_of_seeds(drawn, seeds, crop)
    if not learned:
        raise CommandFailed("No photos to learn from: the only one is held out. Name a folder with --held-out.")
    return Chosen(learned), Chosen(held_out)


def _places(folder: ParsingFolder) -> list[tuple[ParsingFolder, int]]:
    return [(folder, place) for place in range(len(folder))]


def _read(path: Path) -> bytes:
    """Raises CheckpointError where it is no parsing model: before anything is drawn."""
    try:
        data = path.read_bytes()
        checkpoint.load(data)
        return data
    except OSError as error:
        raise CommandFailed(f"--init {path}: {error.strerror or 'cannot be read'}") from error
