"""facet landmarks train: a model from labeled folders and rendered faces; the same command goes on after a kill."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from cli.console import CommandFailed, failed
from cli.landmark_scores import open_folder
from cli.training_pictures import People, photo_heads, rendered_faces
from cli.training_run import check_device, run_training
from ml.data.errors import DataError
from ml.data.faces import LandmarkFolder
from ml.data.held_out import learned_from
from ml.distributed import Ranks, joined
from ml.geometry import Image
from ml.landmarks import checkpoint, recipe
from ml.landmarks.metrics import Metrics
from ml.landmarks.recipe import Mixture
from ml.landmarks.samples import LabeledFace, Sample
from ml.landmarks.shipped import ShippedWeightsMissing, shipped_checkpoint
from ml.landmarks.train import Progress, TrainConfig, TrainResult
from ml.landmarks.train import train as train_network
from ml.model_file import CheckpointError
from ml.schema import N_POINTS
from ml.training_stages import train_in_stages

LabeledFolder = tuple[Path, Literal[68, 106]]


@dataclass(frozen=True)
class TrainingPlan:
    """What `facet landmarks train` was asked for.

    Attributes:
        data: labeled folders, and the number of points in their files.
        held_out: labeled folders to score on; empty for the last ones of `data` in the order of names.
        rendered: how many rendered faces to learn from, besides.
        photo_heads: how many pictures of the people learned from, as heads in other poses; the folders of `data` with
            106 points then hold nearly frontal faces at rest.
        real_repeats: how often an epoch shows each photo of `data`.
        stages: the recipe.
        init: a model file, "shipped" or "none".
        out: the model file to write.
        work_dir: where rendered faces and the training's state are kept.
        log: file of JSON lines to append to, or None.
    """

    data: Sequence[LabeledFolder]
    held_out: Sequence[LabeledFolder]
    rendered: int
    photo_heads: int
    real_repeats: int
    stages: Sequence[TrainConfig]
    init: str
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
    except (DataError, CheckpointError, ValueError, OSError) as error:
        return failed(CommandFailed(str(error)))
    except KeyboardInterrupt:
        return failed(CommandFailed("Stopped. The same command goes on from here."))
    if ranks.first:
        print(f"{plan.out}: NME {metrics['nme_rect']:.2%} by rectangle on {metrics['photos']} held-out photos")
    return 0


def _train(plan: TrainingPlan, ranks: Ranks) -> Metrics:
    check_device(plan.stages[0].device)
    init = _init(plan.init)
    folders = [open_folder(*folder) for folder in plan.data]
    held_out: list[LabeledFace] = [face for each in plan.held_out for face in _faces(open_folder(*each))]
    real: list[LabeledFace] = []
    people: list[People] = []
    for (path, points), folder in zip(plan.data, folders, strict=True):
        faces = _faces(folder)
        learned = len(faces) if plan.held_out else learned_from(len(faces))
        real += faces[:learned]
        held_out += faces[learned:]
        if points == N_POINTS:
            people.append((path, learned))
    if not held_out:
        raise CommandFailed("No photos to score on: name a folder with --data or --held-out.")
    if plan.photo_heads and not people:
        raise CommandFailed("Photo heads need people: name a folder with 106 points a photo with --data.")
    size = recipe.RENDERED_SIZE
    first = recipe.FIRST_SEED
    with ranks.first_alone():
        rendered = rendered_faces(plan.work_dir / f"rendered-{size}", range(first, first + plan.rendered))
        heads = photo_heads(plan.work_dir / f"heads-{size}", range(plan.photo_heads), people)
    train_set = Mixture([(real, plan.real_repeats), (rendered, 1), (heads, 1)])

    def one(stage: TrainConfig, init: bytes | None, folder: Path, progress: Progress) -> TrainResult:
        return train_network(stage, train_set, held_out, init=init, work_dir=folder, progress=progress)

    def training(state: Path, progress: Progress) -> TrainResult:
        return train_in_stages(plan.stages, len(train_set), one, init=init, work_dir=state, progress=progress)

    return run_training(training, out=plan.out, work_dir=plan.work_dir, log=plan.log, ranks=ranks).metrics


def _init(name: str) -> bytes | None:
    if name == "none":
        return None
    try:
        data = shipped_checkpoint() if name == "shipped" else Path(name).read_bytes()
        checkpoint.load(data)
        return data
    except CheckpointError as error:
        raise CommandFailed(f"--init {name}: {error}") from error
    except ShippedWeightsMissing as error:
        raise CommandFailed(f"{error}, or start from nothing: --init none") from error
    except OSError as error:
        raise CommandFailed(f"--init {name}: {error.strerror or 'cannot be read'}") from error


def _faces(folder: LandmarkFolder) -> list[LabeledFace]:
    """The folder's faces: points in memory, photos read anew whenever training asks for them."""
    return [Sample(partial(_image, folder, index), *folder.points(index)) for index in range(len(folder))]


def _image(folder: LandmarkFolder, index: int) -> Image:
    return folder[index].image
