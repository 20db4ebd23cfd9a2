from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ml.landmarks import checkpoint
from ml.landmarks.recipe import STAGES, Mixture
from ml.landmarks.samples import Sample
from ml.landmarks.train import Progress, TrainConfig, TrainResult, train
from ml.training_stages import train_in_stages

TINY = TrainConfig(width=16, epochs=1, batch_size=2, threads=1, device="cpu")


class StoppedError(Exception):
    """Stands for a kill."""


def test_a_mixture_repeats_its_parts(draw: Callable[[int], Sample]) -> None:
    real, rendered = [draw(0)], [draw(1), draw(2)]
    mixture = Mixture([(real, 3), (rendered, 1)])
    assert list(mixture) == [real[0]] * 3 + rendered


def test_the_shipped_recipe_ends_at_the_size_in_use() -> None:
    assert STAGES[-1].input_size == 256
    assert len({stage.width for stage in STAGES}) == 1


def test_stages_build_on_each_other_and_survive_a_kill(draw: Callable[[int], Sample], tmp_path: Path) -> None:
    faces = [draw(seed) for seed in range(5)]
    stages = [replace(TINY, input_size=128), replace(TINY, save_seconds=0)]

    def run(folder: str, stop_after: int | None = None) -> tuple[bytes, list[int]]:
        steps: list[int] = []

        def progress(done: int, total: int, _: dict[str, float]) -> None:
            assert total == 4
            steps.append(done)
            if done == stop_after:
                raise StoppedError

        def one(stage: TrainConfig, init: bytes | None, work_dir: Path, progress: Progress) -> TrainResult:
            return train(stage, faces[:4], faces[4:], init=init, work_dir=work_dir, progress=progress)

        result = train_in_stages(stages, 4, one, init=None, work_dir=tmp_path / folder, progress=progress)
        return result.checkpoint, steps

    whole, steps = run("whole")
    assert steps == [1, 2, 3, 4]
    with pytest.raises(StoppedError):
        run("cut", stop_after=3)
    resumed, steps = run("cut")
    assert steps == [4]
    assert resumed == whole
    assert checkpoint.load(whole)[1].parent is not None
