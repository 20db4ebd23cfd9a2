"""The training loop: every choice of the recipe is in TrainConfig, every step in train()."""

import hashlib
import json
import math
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from copy import deepcopy
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from ml import model_file, train_state
from ml.crop_loading import load_crops, sample_generator
from ml.devices import autocast, choose_device
from ml.distributed import Ranks, ranks
from ml.landmarks import checkpoint
from ml.landmarks.augment import Augmentation, Crop, augment
from ml.landmarks.evaluate import evaluate
from ml.landmarks.heatmaps import HeatmapCodec
from ml.landmarks.hourglass import HEATMAP_SIZE, INPUT_SIZE, LandmarkNet, normalise
from ml.landmarks.losses import HeatmapLoss, heatmap_loss
from ml.landmarks.metrics import Metrics
from ml.landmarks.predict import Landmarker
from ml.landmarks.samples import LabeledFace

Progress = Callable[[int, int, dict[str, float]], None]


@dataclass(frozen=True)
class TrainConfig:
    """The recipe.

    Attributes:
        width: channels of the hourglass; a warm start keeps the width of its parent instead.
        epochs: how often each photo is seen.
        batch_size: photos a step, at most, of all processes together; an epoch is cut into even batches.
        learning_rate: at its peak; it rises over the first twentieth of the steps and falls to zero as a cosine.
        warm_learning_rate: likewise, when training starts from a parent's weights: the full rate would first shake
            out of them what they know.
        weight_decay: AdamW's.
        loss: "mse" or "awing".
        input_size: side of the crops shown, 256 as in use, or 128: four times as fast, to learn in the rough what a
            second training, started from the first one's weights, learns finely.
        ema: weight of the past in the running average of the weights, which then is the model; 0 takes the last step's
            weights. A short training averages over its own length at most.
        augmentation: how far the crops may vary.
        seed: of the first weights, the order and the augmentation.
        threads: of the network on a CPU, in each process.
        loader_threads: that decode and warp photos, likewise.
        device: "auto", "cpu", "cuda" and the like.
        save_seconds: between two saves of the training's state: what a kill costs at most.
        snapshot: id of the dataset snapshot that the photos come from, for the model file.
    """

    width: int = 128
    epochs: int = 40
    batch_size: int = 16
    learning_rate: float = 2e-3
    warm_learning_rate: float = 5e-4
    weight_decay: float = 1e-4
    loss: HeatmapLoss = "mse"
    input_size: int = INPUT_SIZE
    ema: float = 0.0
    augmentation: Augmentation = field(default_factory=Augmentation)
    seed: int = 0
    threads: int = 2
    loader_threads: int = 2
    device: str = "auto"
    save_seconds: float = 30.0
    snapshot: int | str | None = None


@dataclass(frozen=True)
class TrainResult:
    """A trained model.

    Attributes:
        checkpoint: the model file.
        metrics: its metrics on the held-out photos, in boxes that are deterministically jittered.
        baseline: those of the model that training started from, on the same photos and boxes; None without one.
    """

    checkpoint: bytes
    metrics: Metrics
    baseline: Metrics | None


def train(
    config: TrainConfig,
    train_set: Sequence[LabeledFace],
    held_out: Sequence[LabeledFace],
    *,
    init: bytes | None,
    work_dir: Path,
    progress: Progress,
) -> TrainResult:
    """Trains a landmark model, or goes on with a training that was interrupted.

    On one machine's CPU the result depends only on the arguments, however often the process was killed in between.

    In a process that has joined others (`ml.distributed`) it takes its share of every batch; all of them call this with
    the same arguments and get the same result. The first one alone reports progress, keeps the state and scores. The result
    is that of one process up to rounding, but for batch norms on a CPU: see `Ranks.parallel`.

    Args:
        config: the recipe.
        train_set: read by index, again in every epoch and from several threads; photos are not kept.
        held_out: photos that training does not see.
        init: the model file to start from, or None to start from random weights.
        work_dir: a folder of this training's own, created if absent. A state in it is used if the recipe, the parent
            and the number of photos are the same, and overwritten otherwise. The caller deletes it.
        progress: called after every step with the steps done, all steps and the step's loss and learning rate.
            What it raises ends the training and reaches the caller.

    Raises:
        CheckpointError: init is no landmark model.
        ValueError: one of the sets is empty, a photo's known points span no rectangle, or a batch has fewer photos than
            there are processes.
    """
    if not train_set or not held_out:
        raise ValueError("training needs at least one photo to learn from and one held out")
    here = ranks()
    smallest_batch = len(train_set) // _steps_an_epoch(config, train_set)
    if smallest_batch < here.count:
        raise ValueError(f"a batch of {smallest_batch} photos is too small for {here.count} processes")
    work_dir.mkdir(parents=True, exist_ok=True)
    threads_before = torch.get_num_threads()
    torch.set_num_threads(config.threads)
    try:
        network = _first_network(config, init)
        peak_rate = config.learning_rate if init is None else config.warm_learning_rate
        run = _run_name(config, len(train_set), init)
        network = _fit(network, config, peak_rate, train_set, run, work_dir, progress, here)
        if not here.first:
            return _shared(here, None)
        metadata = checkpoint.Metadata(
            width=network.width,
            labels=len(train_set),
            parent=None if init is None else model_file.sha256(init),
            snapshot=config.snapshot,
        )
        metrics = evaluate(Landmarker(network, metadata, config.device), held_out)
        baseline = evaluate(Landmarker.load(init, config.device), held_out) if init is not None else None
    finally:
        torch.set_num_threads(threads_before)
    trained = checkpoint.dump(network.state_dict(), replace(metadata, metrics=dict(metrics)))
    return _shared(here, TrainResult(trained, metrics, baseline))


def _shared(here: Ranks, result: TrainResult | None) -> TrainResult:
    """Returns the first process's result, in all of them."""
    if here.count == 1 and result is not None:
        return result
    trained = here.share(None if result is None else result.checkpoint)
    figures = here.share(None if result is None else json.dumps([result.metrics, result.baseline]).encode())
    return TrainResult(trained, *json.loads(figures))


def _fit(
    network: LandmarkNet,
    config: TrainConfig,
    peak_rate: float,
    train_set: Sequence[LabeledFace],
    run: str,
    work_dir: Path,
    progress: Progress,
    here: Ranks,
) -> LandmarkNet:
    """Returns the fitted network: in the first process the running average of the weights, if the recipe has one."""
    device = choose_device(config.device)
    network.to(device).train()
    average = deepcopy(network) if config.ema and here.first else network
    networks = {"network": network} if average is network else {"network": network, "average": average}
    optimizer = torch.optim.AdamW(network.parameters(), lr=peak_rate, weight_decay=config.weight_decay)
    codec = HeatmapCodec(config.input_size, config.input_size * HEATMAP_SIZE // INPUT_SIZE)
    total = config.epochs * _steps_an_epoch(config, train_set)

    # All processes have read the state before the first one replaces it, as no step ends without all of them.
    first = train_state.restore(work_dir, run, networks, optimizer)
    parallel = here.parallel(network)
    saved_at = time.monotonic()
    with closing(_batches(config, train_set, first, total, here)) as batches:
        for step, (images, points, known) in enumerate(batches, start=first):
            rate = _learning_rate(peak_rate, step, total)
            for group in optimizer.param_groups:
                group["lr"] = rate

            target, drawn = codec.encode(points.to(device), known.to(device))
            with autocast(device):
                predicted = parallel(normalise(images.to(device)))
            loss, batch_loss = here.whole_mean(heatmap_loss(predicted, target, drawn, config.loss), drawn.sum())
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            if average is not network:
                _average(average, network, min(config.ema, (1 + step) / (10 + step)))

            if not here.first:
                continue
            done = step + 1
            # Saved before it is reported, and at the end, so that a kill during the evaluation costs no step.
            if done == total or time.monotonic() - saved_at >= config.save_seconds:
                train_state.save(work_dir, run, done, networks, optimizer)
                saved_at = time.monotonic()
            progress(done, total, {"loss": batch_loss.item(), "learning_rate": rate})
    return average


@torch.no_grad()
def _average(average: LandmarkNet, network: LandmarkNet, past: float) -> None:
    """Moves the average, statistics of the batch norms included, a step towards the network."""
    for mean, now in zip(average.state_dict().values(), network.state_dict().values(), strict=True):
        if mean.is_floating_point():
            mean.lerp_(now, 1 - past)
        else:
            mean.copy_(now)


def _first_network(config: TrainConfig, init: bytes | None) -> LandmarkNet:
    if init is not None:
        return checkpoint.load(init)[0]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        return LandmarkNet(config.width)


def _steps_an_epoch(config: TrainConfig, train_set: Sequence[LabeledFace]) -> int:
    return math.ceil(len(train_set) / config.batch_size)


def _run_name(config: TrainConfig, photos: int, init: bytes | None) -> str:
    """Identifies a training by everything that decides its result, for the state on disk."""
    recipe = asdict(config) | {"photos": photos, "parent": None if init is None else model_file.sha256(init)}
    for irrelevant in ("threads", "loader_threads", "device", "save_seconds"):
        del recipe[irrelevant]
    return hashlib.sha256(json.dumps(recipe, sort_keys=True).encode()).hexdigest()


def _learning_rate(peak: float, step: int, total: int) -> float:
    warm_up = max(1, total // 20)
    if step < warm_up:
        return peak * (step + 1) / warm_up
    return peak * 0.5 * (1 + math.cos(math.pi * (step - warm_up) / max(1, total - warm_up)))


def _batches(
    config: TrainConfig, train_set: Sequence[LabeledFace], first: int, total: int, here: Ranks
) -> Generator[tuple[Tensor, Tensor, Tensor], None, None]:
    """Yields this process's share of the steps from `first` on: images (N, S, S, 3), points (N, 106, 2), known (N, 106).

    Each crop's chance hangs on seed, epoch and photo alone, so a resumed training sees what it would have seen.
    """

    def crop(epoch: int, index: int) -> Crop:
        rng = sample_generator(config.seed, epoch, index)
        return augment(train_set[index], rng, config.augmentation, config.input_size)

    steps_an_epoch = _steps_an_epoch(config, train_set)

    def chosen(step: int) -> tuple[int, npt.NDArray[np.int64]]:
        epoch, place = divmod(step, steps_an_epoch)
        order = np.random.default_rng([config.seed, epoch]).permutation(len(train_set))
        # Even batches: a last one of a single photo would upset the batch norm.
        return epoch, np.array_split(order, steps_an_epoch)[place]

    with closing(load_crops(chosen, crop, first, total, here=here, threads=config.loader_threads)) as loaded:
        for crops in loaded:
            images, points, known = (torch.from_numpy(np.stack(part)) for part in zip(*crops, strict=True))
            yield images, points, known
