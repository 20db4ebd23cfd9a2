from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from ml import model_file, train_state
from ml.landmarks import checkpoint
from ml.landmarks.augment import Augmentation
from ml.landmarks.boxes import box_of_points
from ml.landmarks.evaluate import evaluate
from ml.landmarks.hourglass import LandmarkNet
from ml.landmarks.mean_face import mean_face_in
from ml.landmarks.metrics import summarise
from ml.landmarks.predict import Landmarker
from ml.landmarks.samples import Sample
from ml.landmarks.train import TrainConfig, TrainResult, train
from ml.model_file import CheckpointError
from ml.schema import N_POINTS

TINY = TrainConfig(width=16, epochs=3, batch_size=2, threads=1, device="cpu")

Steps = list[tuple[int, int, dict[str, float]]]


class StoppedError(Exception):
    """Stands for a kill: it leaves the training wherever it is."""


@pytest.fixture(scope="module")
def faces(draw: Callable[[int], Sample]) -> list[Sample]:
    return [draw(seed) for seed in range(6)]


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

    return train(config, faces[:4], faces[4:6], init=init, work_dir=work_dir, progress=progress), steps


@pytest.fixture(scope="module")
def undisturbed(faces: list[Sample], tmp_path_factory: pytest.TempPathFactory) -> tuple[TrainResult, Steps]:
    return run(TINY, faces, tmp_path_factory.mktemp("undisturbed"))


def test_says_what_it_made(undisturbed: tuple[TrainResult, Steps]) -> None:
    result, steps = undisturbed
    assert [(done, total) for done, total, _ in steps] == [(i, 6) for i in range(1, 7)]
    assert max(figures["learning_rate"] for _, _, figures in steps) == TINY.learning_rate
    assert result.baseline is None
    assert result.metrics["photos"] == 2
    _, metadata = checkpoint.load(result.checkpoint)
    assert (metadata.width, metadata.labels, metadata.parent) == (16, 4, None)
    assert metadata.metrics == result.metrics


def test_same_arguments_same_model(faces: list[Sample], undisturbed: tuple[TrainResult, Steps], tmp_path: Path) -> None:
    more_loaders, _ = run(replace(TINY, loader_threads=3), faces, tmp_path)
    assert more_loaders.checkpoint == undisturbed[0].checkpoint


def test_another_seed_another_model(
    faces: list[Sample], undisturbed: tuple[TrainResult, Steps], tmp_path: Path
) -> None:
    assert run(replace(TINY, seed=1), faces, tmp_path)[0].checkpoint != undisturbed[0].checkpoint


@pytest.mark.parametrize("save_seconds", [0.0, 60.0], ids=["saves every step", "saves at the end"])
@pytest.mark.parametrize("stops", [[1], [3], [5], [2, 4, 6]])
def test_resumes_to_the_same_model(
    faces: list[Sample],
    undisturbed: tuple[TrainResult, Steps],
    tmp_path: Path,
    stops: list[int],
    save_seconds: float,
) -> None:
    config = replace(TINY, save_seconds=save_seconds)
    for stop in stops:
        with pytest.raises(StoppedError):
            run(config, faces, tmp_path, stop_after=stop)
    result, steps = run(config, faces, tmp_path)
    assert result == undisturbed[0]
    saved = stops[-1] if save_seconds == 0 or stops[-1] == 6 else 0
    assert [done for done, _, _ in steps] == list(range(saved + 1, 7))
    assert steps == undisturbed[1][saved:]


def test_resumes_an_average_to_the_same_model(
    faces: list[Sample], undisturbed: tuple[TrainResult, Steps], tmp_path: Path
) -> None:
    config = replace(TINY, ema=0.9, save_seconds=0)
    whole, _ = run(config, faces, tmp_path / "whole")
    with pytest.raises(StoppedError):
        run(config, faces, tmp_path / "cut", stop_after=4)
    assert run(config, faces, tmp_path / "cut")[0] == whole
    assert whole.checkpoint != undisturbed[0].checkpoint


def test_small_crops_start_a_training_on_large_ones(faces: list[Sample], tmp_path: Path) -> None:
    rough, _ = run(replace(TINY, input_size=128), faces, tmp_path / "rough")
    fine, _ = run(TINY, faces, tmp_path / "fine", init=rough.checkpoint)
    assert checkpoint.load(fine.checkpoint)[1].parent == model_file.sha256(rough.checkpoint)


def test_another_recipe_does_not_resume(
    faces: list[Sample], undisturbed: tuple[TrainResult, Steps], tmp_path: Path
) -> None:
    with pytest.raises(StoppedError):
        run(replace(TINY, learning_rate=1e-4, save_seconds=0), faces, tmp_path, stop_after=4)
    result, steps = run(TINY, faces, tmp_path)
    assert steps[0][0] == 1
    assert result == undisturbed[0]


def test_a_damaged_state_starts_afresh(
    faces: list[Sample], undisturbed: tuple[TrainResult, Steps], tmp_path: Path
) -> None:
    with pytest.raises(StoppedError):
        run(replace(TINY, save_seconds=0), faces, tmp_path, stop_after=4)
    (state,) = tmp_path.iterdir()
    state.write_bytes(state.read_bytes()[:-10])
    assert run(TINY, faces, tmp_path)[0] == undisturbed[0]


def test_a_state_without_steps_restores_nothing(tmp_path: Path) -> None:
    network = LandmarkNet(8)
    assert train_state.restore(tmp_path, "run", {"network": network}, torch.optim.AdamW(network.parameters())) == 0


def test_stopping_leaves_the_process_as_it_was(faces: list[Sample], tmp_path: Path) -> None:
    before = torch.get_num_threads(), torch.get_rng_state()
    with pytest.raises(StoppedError):
        run(TINY, faces, tmp_path, stop_after=1)
    assert torch.get_num_threads() == before[0]
    assert torch.equal(torch.get_rng_state(), before[1])


def test_warm_start_keeps_width_names_its_parent_and_scores_it(
    faces: list[Sample], undisturbed: tuple[TrainResult, Steps], tmp_path: Path
) -> None:
    parent = undisturbed[0]
    result, steps = run(replace(TINY, width=64, epochs=1), faces, tmp_path, init=parent.checkpoint)
    _, metadata = checkpoint.load(result.checkpoint)
    assert metadata.width == 16
    assert metadata.parent == model_file.sha256(parent.checkpoint)
    assert result.baseline == parent.metrics
    assert max(figures["learning_rate"] for _, _, figures in steps) == TINY.warm_learning_rate


def test_refuses_what_is_no_model(faces: list[Sample], tmp_path: Path) -> None:
    with pytest.raises(CheckpointError):
        run(TINY, faces, tmp_path, init=b"weights")


@pytest.mark.parametrize(("train_size", "held_out_size"), [(0, 2), (4, 0)])
def test_refuses_empty_sets(faces: list[Sample], tmp_path: Path, train_size: int, held_out_size: int) -> None:
    with pytest.raises(ValueError, match="at least one photo"):
        train(TINY, faces[:train_size], faces[:held_out_size], init=None, work_dir=tmp_path, progress=lambda *_: None)


def test_a_broken_photo_reaches_the_caller(faces: list[Sample], tmp_path: Path) -> None:
    def unreadable() -> None:
        raise OSError("photo 17 is gone")

    with pytest.raises(OSError, match="photo 17"):
        run(TINY, [Sample(unreadable, faces[0].points), *faces], tmp_path)


def test_photos_are_loaded_a_few_batches_ahead_and_not_kept(faces: list[Sample], tmp_path: Path) -> None:
    loads: list[int] = []

    def lazy(index: int) -> Sample:
        def load():
            loads.append(index)
            return faces[index % 6].image

        return Sample(load, faces[index % 6].points)

    many = [lazy(i) for i in range(40)]
    with pytest.raises(StoppedError):
        train(TINY, many, faces[4:], init=None, work_dir=tmp_path, progress=lambda done, total, figures: _stop())
    assert len(loads) <= 2 * (1 + 2)


def _stop() -> None:
    raise StoppedError


def test_unknown_points_teach_nothing(faces: list[Sample], tmp_path: Path) -> None:
    """Wrong places for masked points leave the weights exactly as they were."""
    known = torch.arange(N_POINTS).numpy() % 2 == 0

    def masked(places: float) -> list[Sample]:
        samples = []
        for face in faces:
            points = face.points.copy()
            points[~known] = places
            samples.append(Sample(face.photo, points, known))
        return samples

    config = replace(TINY, epochs=1)
    first = run(config, masked(3.0), tmp_path / "first")[0]
    second = run(config, masked(150.0), tmp_path / "second")[0]
    assert first.checkpoint == second.checkpoint


def test_adaptive_wing_trains_too(faces: list[Sample], tmp_path: Path) -> None:
    _, steps = run(replace(TINY, loss="awing", epochs=6, learning_rate=5e-3), faces, tmp_path)
    losses = [figures["loss"] for _, _, figures in steps]
    assert sum(losses[-4:]) < sum(losses[:4])


def test_learns_a_few_faces(faces: list[Sample], tmp_path: Path) -> None:
    """Overfits four drawn faces until it beats the mean face, both in the true boxes."""
    few = faces[:4]
    config = TrainConfig(
        width=32,
        epochs=100,
        batch_size=4,
        learning_rate=6e-3,
        threads=1,
        device="cpu",
        augmentation=Augmentation(turn=5, scale=0.03, shift=0.02, mirror=0, recolour=0, blur=0, noise=0, occlude=0),
    )
    steps: Steps = []
    result = train(config, few, few, init=None, work_dir=tmp_path, progress=lambda *step: steps.append(step))
    first, last = (sum(figures["loss"] for _, _, figures in part) / 5 for part in (steps[:5], steps[-5:]))
    assert last < 0.7 * first
    mean_face = summarise([mean_face_in(box_of_points(face.points)) for face in few], [face.points for face in few])
    learned = evaluate(Landmarker.load(result.checkpoint, device="cpu"), few, boxes="truth")
    assert learned["nme_rect"] < 0.8 * mean_face["nme_rect"]
