"""The training loop: every choice of the recipe is in TrainConfig, every step in train()."""

import hashlib
import json
import math
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor, nn

from ml import model_file, train_state
from ml.crop_loading import sample_generator
from ml.devices import channels_last, choose_device, has_bfloat16
from ml.distributed import Ranks, ranks
from ml.parsing import checkpoint
from ml.parsing.augment import Augmentation, Crop, augment
from ml.parsing.batches import Schedule, batches
from ml.parsing.boundaries import IGNORE
from ml.parsing.categories import CATEGORY_SETS
from ml.parsing.checkpoint import Architecture, ParsingNet
from ml.parsing.evaluate import evaluate, metrics
from ml.parsing.imagenet import WeightsRefused, read_imagenet_weights
from ml.parsing.losses import Losses, LossWeights, parsing_losses
from ml.parsing.predict import Parser
from ml.parsing.resnet import WIDTH, normalise
from ml.parsing.samples import Sample

Progress = Callable[[int, int, dict[str, float]], None]

_PROCESS_SETTINGS: Final = ("threads", "loader_threads", "device", "compile", "save_seconds")
"""What of a recipe says how fast it runs, not what comes out."""


class TrainingDiverged(ValueError):
    """The loss is no number any more; the message says at which step."""


@dataclass(frozen=True)
class TrainConfig:
    """The recipe. The defaults are the paper's, but for the size of a batch (64 there) and what it leaves open.

    Attributes:
        architecture: the network, and whether it is trained as model A, B or C.
        epochs: how often each photo is seen.
        batch_size: photos a step, over all processes.
        learning_rate: at the first step; it falls to 0 as (1 - step / steps) ** power. 1e-3 suits ImageNet weights; a
            network that starts from random weights wants ten times as much.
        power: of that.
        momentum: of the stochastic gradient descent.
        weight_decay: on all weights.
        clip: the gradient's largest norm. With alpha at 200 the first steps would otherwise be the largest.
        alpha: a boundary pixel weighs 1 + alpha in model C's fusion loss.
        augmentation: how far the crops may vary.
        seed: of the first weights, the order and the augmentation.
        half: whether the model file stores its convolutions in 16 bits.
        threads: of the network on a CPU.
        loader_threads: that decode and warp photos.
        device: "auto", "cpu", "cuda" and the like.
        compile: whether torch compiles the step; on a GPU only when None, for on a CPU it does not pay.
        save_seconds: between two saves of the training's state: what a kill costs at most.
        snapshot: id of the dataset snapshot that the photos come from, for the model file.
    """

    architecture: Architecture
    epochs: int = 30
    batch_size: int = 16
    learning_rate: float = 1e-3
    power: float = 0.9
    momentum: float = 0.9
    weight_decay: float = 5e-4
    clip: float = 5.0
    alpha: float = 200.0
    augmentation: Augmentation = field(default_factory=Augmentation)
    seed: int = 0
    half: bool = True
    threads: int = 2
    loader_threads: int = min(16, os.cpu_count() or 2)
    device: str = "auto"
    compile: bool | None = None
    save_seconds: float = 30.0
    snapshot: int | str | None = None

    @property
    def loss_weights(self) -> LossWeights:
        """Only model C weighs boundaries."""
        return LossWeights(alpha=self.alpha if self.architecture.model == "C" else 0.0)


@dataclass(frozen=True)
class TrainResult:
    """A trained model.

    Attributes:
        checkpoint: the model file.
        metrics: its metrics on the held-out photos, as `ml.parsing.evaluate.metrics` returns them.
        baseline: those of the model that training started from, on the same photos; None without one.
    """

    checkpoint: bytes
    metrics: dict[str, Any]
    baseline: dict[str, Any] | None


def train(
    config: TrainConfig,
    train_set: Sequence[Sample],
    held_out: Sequence[Sample],
    *,
    init: bytes | None = None,
    imagenet: Path | None = None,
    imagenet_sha256: str | None = None,
    work_dir: Path,
    progress: Progress,
) -> TrainResult:
    """Trains a parsing network, or goes on with a training that was interrupted.

    On one machine's CPU the result depends only on the arguments, however often the process was killed in between.

    In a process that has joined others (`ml.distributed`) it takes its share of every batch; all of them call this with
    the same arguments and get the same result. The first one alone reports progress, keeps the state and scores.

    Args:
        config: the recipe.
        train_set: read by index, again in every epoch and from several threads; photos are not kept.
        held_out: photos that training does not see.
        init: the model file to start from, or None.
        imagenet: file of ImageNet weights for the ResNet of a new network; random ones when None. Not read with `init`.
        imagenet_sha256: its hash, where it is not one of torchvision's files.
        work_dir: a folder of this training's own, created if absent. A state in it is used if the recipe, the parent
            and the number of photos are the same, and overwritten otherwise. The caller deletes it.
        progress: called after every step with the steps done, all steps, the batch's loss, its parts on this process's
            share, and the learning rate. What it raises ends the training and reaches the caller.

    Raises:
        CheckpointError: init is no parsing model, or one of another architecture.
        WeightsRefused: the ImageNet file is not the one that was meant.
        TrainingDiverged: the loss is not finite any more.
        ValueError: one of the sets is empty, or a photo has not what the crop is made from.
    """
    if not len(train_set) or not len(held_out):
        raise ValueError("training needs at least one photo to learn from and one held out")
    here = ranks()
    work_dir.mkdir(parents=True, exist_ok=True)
    with _process_settings(config):
        network = _first_network(config, init, imagenet, imagenet_sha256)
        run = _run_name(config, len(train_set), init, imagenet)
        _fit(network, config, train_set, run, work_dir, progress, here)
        if not here.first:
            return _shared(here, None)
        metadata = checkpoint.Metadata(
            architecture=config.architecture,
            labels=len(train_set),
            parent=None if init is None else model_file.sha256(init),
            snapshot=config.snapshot,
        )
        # Scored as it is stored, so that whoever loads the file finds the same figures.
        stored = checkpoint.dump(network.state_dict(), metadata, half=config.half)
        found = _score(stored, config.device, held_out)
        baseline = _score(init, config.device, held_out) if init is not None else None
    trained = checkpoint.dump(network.state_dict(), replace(metadata, metrics=found), half=config.half)
    return _shared(here, TrainResult(trained, found, baseline))


def _shared(here: Ranks, result: TrainResult | None) -> TrainResult:
    """Returns the first process's result, in all of them."""
    if here.count == 1 and result is not None:
        return result
    trained = here.share(None if result is None else result.checkpoint)
    figures = here.share(None if result is None else json.dumps([result.metrics, result.baseline]).encode())
    return TrainResult(trained, *json.loads(figures))


def _fit(
    network: ParsingNet,
    config: TrainConfig,
    train_set: Sequence[Sample],
    run: str,
    work_dir: Path,
    progress: Progress,
    here: Ranks,
) -> None:
    """Fits the network in place, in all processes alike."""
    device = choose_device(config.device)
    network.to(device).train()
    channels_last(network)
    optimizer = torch.optim.SGD(
        network.parameters(), config.learning_rate, config.momentum, weight_decay=config.weight_decay
    )
    # All processes have read the state before the first one replaces it, as no step ends without all of them.
    first = train_state.restore(work_dir, run, {"network": network}, optimizer)
    compute = loss_function(here.parallel(network), config.loss_weights, device, compiled=config.compile)
    architecture = config.architecture
    categories = CATEGORY_SETS[architecture.categories]

    def crop(epoch: int, index: int) -> Crop:
        rng = sample_generator(config.seed, epoch, index)
        photo = train_set[index]
        return augment(photo, rng, config.augmentation, categories, architecture.crop, architecture.input_size)

    schedule = Schedule(len(train_set), config.batch_size, config.seed, here.count)
    total = config.epochs * schedule.steps_an_epoch
    saved_at = time.monotonic()
    on_gpu = device.type == "cuda"
    loaded = batches(schedule, crop, first, total, here=here, threads=config.loader_threads, pinned=on_gpu)
    with closing(loaded):
        for step, (images, label_maps) in enumerate(loaded, start=first):
            rate = config.learning_rate * (1 - step / total) ** config.power
            for group in optimizer.param_groups:
                group["lr"] = rate

            label_maps = label_maps.to(device, non_blocking=True)
            losses = compute(images.to(device, non_blocking=True), label_maps)
            loss, batch_loss = here.whole_mean(losses.total, (label_maps != IGNORE).sum())
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), config.clip)
            optimizer.step()

            done = step + 1
            # One wait for the GPU, not one for each part.
            batch_total, *parts = torch.stack((batch_loss, *losses[1:])).tolist()
            if not math.isfinite(batch_total):
                raise TrainingDiverged(f"the loss is not finite at step {done} of {total}: lower the learning rate")
            if not here.first:
                continue
            # Saved before it is reported, and at the end, so that a kill during the evaluation costs no step.
            if done == total or time.monotonic() - saved_at >= config.save_seconds:
                train_state.save(work_dir, run, done, {"network": network}, optimizer)
                saved_at = time.monotonic()
            named = dict(zip(Losses._fields[1:], parts, strict=True))
            progress(done, total, {"loss": batch_total, **named, "learning_rate": rate})


def loss_function(
    network: nn.Module,
    weights: LossWeights,
    device: torch.device,
    *,
    compiled: bool | None = None,
    bfloat16: bool | None = None,
) -> Callable[[Tensor, Tensor], Losses]:
    """Returns what computes the losses of uint8 crops (N, S, S, 3) and label maps (N, S, S), all of it in one graph.

    Args:
        network: in training mode on the device.
        weights: of the loss.
        device: the crops'.
        compiled: by torch.compile; on a GPU only when None.
        bfloat16: whether the network computes in it; where the hardware does when None.
    """
    # Decided here: a question to the hardware would cut the compiled graph in two.
    enabled = has_bfloat16(device) if bfloat16 is None else bfloat16

    def compute(images: Tensor, label_maps: Tensor) -> Losses:
        with torch.autocast(device.type, torch.bfloat16, enabled=enabled):
            logits = network(normalise(images))
        return parsing_losses(logits, label_maps.long(), weights)

    if compiled is None:
        compiled = device.type == "cuda"
    # One shape a training: nothing is gained by code for others.
    return torch.compile(compute, dynamic=False) if compiled else compute


def _first_network(
    config: TrainConfig, init: bytes | None, imagenet: Path | None, imagenet_sha256: str | None
) -> ParsingNet:
    wanted = config.architecture
    if init is not None:
        network, metadata = checkpoint.load(init)
        parent = metadata.architecture
        if _weights_of(parent) != _weights_of(wanted):
            raise model_file.CheckpointError(f"a {_name(parent)} cannot start a training of a {_name(wanted)}")
        return network
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        network = wanted.build()
    if imagenet is not None:
        if wanted.width != WIDTH:
            raise WeightsRefused(f"{imagenet}: ImageNet weights are for networks of width {WIDTH}, not {wanted.width}")
        network.backbone.load_state_dict(read_imagenet_weights(imagenet, wanted.depth, imagenet_sha256))
    return network


def _weights_of(architecture: Architecture) -> tuple[object, ...]:
    """What decides a network's weights: B and C have the same ones, and a size or a crop of the input has none."""
    has_boundary = architecture.model != "A"
    return architecture.network, architecture.depth, architecture.width, architecture.categories, has_boundary


def _name(architecture: Architecture) -> str:
    a = architecture
    return f"{a.network} (model {a.model}) on ResNet-{a.depth} with {a.categories} categories"


def _score(model: bytes, device: str, held_out: Sequence[Sample]) -> dict[str, Any]:
    parser = Parser.load(model, device)
    return metrics(evaluate(parser, held_out), parser.architecture.categories)


def _run_name(config: TrainConfig, photos: int, init: bytes | None, imagenet: Path | None) -> str:
    """Identifies a training by everything that decides its result, for the state on disk."""
    recipe = asdict(config) | {
        "photos": photos,
        "parent": None if init is None else model_file.sha256(init),
        "imagenet": None if imagenet is None or init is not None else model_file.sha256(imagenet.read_bytes()),
    }
    for irrelevant in _PROCESS_SETTINGS:
        del recipe[irrelevant]
    return hashlib.sha256(json.dumps(recipe, sort_keys=True).encode()).hexdigest()


@contextmanager
def _process_settings(config: TrainConfig) -> Iterator[None]:
    """Takes the recipe's number of threads, and lets cuDNN try its algorithms out; leaves the process as it was."""
    threads, tried_out = torch.get_num_threads(), torch.backends.cudnn.benchmark
    torch.set_num_threads(config.threads)
    torch.backends.cudnn.benchmark = True
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        torch.backends.cudnn.benchmark = tried_out
