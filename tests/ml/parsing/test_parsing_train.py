from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from ml import model_file, train_state
from ml.model_file import CheckpointError
from ml.parsing import checkpoint
from ml.parsing.augment import Augmentation
from ml.parsing.batches import Schedule
from ml.parsing.checkpoint import Architecture
from ml.parsing.losses import LossWeights
from ml.parsing.samples import Sample
from ml.parsing.train import TrainConfig, TrainingDiverged, TrainResult, loss_function, train
from tests.ml.parsing.conftest import Draw

SMALL = Architecture("bspnet", "C", depth=18, categories=11, input_size=33, crop="photo")
TINY = TrainConfig(SMALL, epochs=3, batch_size=2, learning_rate=0.01, threads=1, loader_threads=2, device="cpu")

Steps = list[tuple[int, int, dict[str, float]]]


class StoppedError(Exception):
    """Stands for a kill: it leaves the training wherever it is."""


@pytest.fixture(scope="module")
def faces(draw: Draw) -> list[Sample]:
    return [draw(seed) for seed in range(5)]


def run(
    config: TrainConfig,
    faces: Sequence[Sample],
    work_dir: Path,
    *,
    init: bytes | None = None,
    stop_after: int | None = None,
) -> tuple[TrainResult, Steps]:
    steps: Steps = []

    def progress(done: int, total: int, figures: dict[str, float]) -> None:
        steps.append((done, total, figures))
        if done == stop_after:
            raise StoppedError

    return train(config, faces[:3], faces[3:], init=init, work_dir=work_dir, progress=progress), steps


@pytest.fixture(scope="module")
def undisturbed(faces: list[Sample], tmp_path_factory: pytest.TempPathFactory) -> tuple[TrainResult, Steps]:
    return run(TINY, faces, tmp_path_factory.mktemp("undisturbed"))


def test_says_what_it_made(undisturbed: tuple[TrainResult, Steps]) -> None:
    result, steps = undisturbed
    assert [(done, total) for done, total, _ in steps] == [(i, 6) for i in range(1, 7)]
    rates = [figures["learning_rate"] for _, _, figures in steps]
    np.testing.assert_allclose(rates, [0.01 * (1 - step / 6) ** 0.9 for step in range(6)])
    for _, _, figures in steps:
        parts = figures["semantic"] + figures["boundary"] + 2 * figures["fusion"]
        assert figures["loss"] == pytest.approx(parts, rel=1e-5)
    _, metadata = checkpoint.load(result.checkpoint)
    assert metadata.architecture == SMALL
    assert (metadata.labels, metadata.parent, metadata.metrics) == (3, None, result.metrics)
    assert result.baseline is None
    assert result.metrics["photos"] == 2 and set(result.metrics["f1"]) > {"hair", "in-mouth", "mean"}


def test_resumes_to_the_same_model(faces: list[Sample], undisturbed: tuple[TrainResult, Steps], tmp_path: Path) -> None:
    config = replace(TINY, save_seconds=0)
    for stop in (1, 4):
        with pytest.raises(StoppedError):
            run(config, faces, tmp_path, stop_after=stop)
    result, steps = run(replace(config, loader_threads=3), faces, tmp_path)
    assert result == undisturbed[0]
    assert steps == undisturbed[1][4:]


@pytest.mark.parametrize("damaged", [False, True], ids=["of another recipe", "damaged"])
def test_a_state_that_does_not_fit_restores_nothing(faces: list[Sample], tmp_path: Path, damaged: bool) -> None:
    config = replace(TINY, save_seconds=0)
    with pytest.raises(StoppedError):
        run(config, faces, tmp_path, stop_after=1)
    (state,) = tmp_path.iterdir()
    if damaged:
        state.write_bytes(state.read_bytes()[:-10])
    network = SMALL.build()
    before = network.backbone.conv1.weight.clone()
    assert (
        train_state.restore(tmp_path, "another run", {"network": network}, torch.optim.SGD(network.parameters())) == 0
    )
    assert torch.equal(network.backbone.conv1.weight, before)
    # A run that went on from step 1 would not be told of it again.
    with pytest.raises(StoppedError):
        run(config if damaged else replace(config, momentum=0.5), faces, tmp_path, stop_after=1)


def test_warm_start_scores_its_parent_and_asks_for_the_same_weights(
    faces: list[Sample], undisturbed: tuple[TrainResult, Steps], tmp_path: Path
) -> None:
    parent = undisturbed[0]
    config = replace(TINY, architecture=replace(SMALL, model="B", input_size=41), epochs=1)
    result, _ = run(config, faces, tmp_path, init=parent.checkpoint)
    assert result.baseline == parent.metrics
    assert checkpoint.load(result.checkpoint)[1].parent == model_file.sha256(parent.checkpoint)
    for other in (replace(SMALL, model="A"), replace(SMALL, categories=3)):
        with pytest.raises(CheckpointError, match="cannot start a training"):
            run(replace(TINY, architecture=other), faces, tmp_path, init=parent.checkpoint)


def test_the_process_is_left_as_it_was(faces: list[Sample], tmp_path: Path) -> None:
    before = torch.get_num_threads(), torch.get_rng_state(), torch.backends.cudnn.benchmark
    with pytest.raises(StoppedError):
        run(TINY, faces, tmp_path, stop_after=1)
    assert (torch.get_num_threads(), torch.backends.cudnn.benchmark) == (before[0], before[2])
    assert torch.equal(torch.get_rng_state(), before[1])


def test_a_rate_that_is_far_too_high_is_an_error(faces: list[Sample], tmp_path: Path) -> None:
    with pytest.raises(TrainingDiverged, match="lower the learning rate"):
        run(replace(TINY, learning_rate=1e30, clip=1e30), faces, tmp_path)


def test_refuses_empty_sets(faces: list[Sample], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one photo"):
        train(TINY, [], faces, work_dir=tmp_path, progress=lambda *_: None)


@pytest.mark.parametrize("processes", [1, 2])
def test_every_batch_is_full_and_an_epoch_shows_every_photo(processes: int) -> None:
    schedule = Schedule(10, 4, seed=3, processes=processes)
    assert schedule.steps_an_epoch == 3
    for epoch in (0, 1):
        steps = [schedule.chosen(3 * epoch + step) for step in range(3)]
        assert all(found == epoch and len(photos) == 4 for found, photos in steps)
        assert {photo for _, photos in steps for photo in photos.tolist()} == set(range(10))
    assert Schedule(1, 16, seed=0).chosen(0)[1].tolist() == [0, 0]
    assert Schedule(9, 16, seed=0, processes=4).batch_size == 8


def test_the_whole_step_is_one_graph_for_the_compiler() -> None:
    """A graph that breaks would compile, too, and be slow: only a GPU would show it."""
    torch.manual_seed(0)
    compute = loss_function(SMALL.build().train(), LossWeights(), torch.device("cpu"), compiled=False)
    batch = torch.randint(0, 256, (2, 33, 33, 3), dtype=torch.uint8), torch.randint(0, 11, (2, 33, 33)).to(torch.uint8)
    graph = torch.compile(compute, backend="eager", fullgraph=True, dynamic=False)
    torch.testing.assert_close(graph(*batch).total, compute(*batch).total, rtol=1e-3, atol=0)


def test_learns_a_few_faces(faces: list[Sample], tmp_path: Path) -> None:
    """Overfits drawn faces until hair and skin are found again in other faces of the kind."""
    calm = Augmentation(turn=5, scale=0.05, shift=0.02, recolour=0, gray=0, blur=0, noise=0)
    architecture = Architecture("bspnet", "B", depth=18, categories=3, input_size=65, crop="head")
    config = replace(TINY, architecture=architecture, epochs=20, learning_rate=0.05, augmentation=calm)
    result, steps = run(config, faces, tmp_path)
    losses = [figures["loss"] for _, _, figures in steps]
    assert sum(losses[-5:]) < 0.5 * sum(losses[:5])
    assert result.metrics["mean_f1"] > 0.7
