"""Training in two processes on the CPU: the one process's result where it can be, and one that a kill does not change."""

import json
import os
import signal
import sys
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest

from ml.distributed import Ranks, joined
from ml.landmarks import checkpoint
from ml.landmarks.hourglass import LandmarkNet
from ml.landmarks.samples import Sample
from ml.landmarks.train import TrainConfig, TrainResult, train
from tests.ml.landmarks.conftest import _draw
from tests.ml.two_processes import run_two

# Five photos in two steps: batches of three and of two, which two processes share unevenly and evenly.
CONFIG = TrainConfig(width=8, epochs=2, batch_size=3, input_size=128, threads=1, device="cpu", ema=0.9, save_seconds=0)

Losses = list[float]


def faces() -> list[Sample]:
    """Some with unknown points, so that photos weigh differently in a batch."""
    drawn = [_draw(seed) for seed in range(6)]
    return [Sample(face.image, face.points, np.arange(106) < 106 - 20 * i) for i, face in enumerate(drawn[:5])] + drawn[
        5:
    ]


def run(folder: Path, kill_at: int | None = None) -> tuple[TrainResult, Losses]:
    losses: Losses = []

    def progress(done: int, total: int, figures: dict[str, float]) -> None:
        losses.append(figures["loss"])
        if done == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    samples = faces()
    return train(CONFIG, samples[:5], samples[5:], init=None, work_dir=folder, progress=progress), losses


def without_batch_statistics(patch: pytest.MonkeyPatch) -> None:
    """Batch norms that stay as they are, and float32: shares of a batch then differ from the whole by little rounding."""
    patch.setattr("ml.landmarks.train.autocast", lambda device: nullcontext())
    patch.setattr(LandmarkNet, "train", lambda self, mode=True: super(LandmarkNet, self).train(False))


def in_one_of_two(folder: Path, job: str) -> None:
    """What each process does; it leaves the model and the losses that it was told in files."""
    with joined("cpu") as here, pytest.MonkeyPatch.context() as patch:
        if job == "resume":
            done = {"resumed": run(folder / "cut")}
        else:
            done = {"whole": run(folder / "whole")}
            without_batch_statistics(patch)
            done["frozen"] = run(folder / "frozen")
            patch.undo()
        for name, (result, losses) in done.items():
            (folder / f"{name}-{here.rank}").write_bytes(result.checkpoint)
            figures = [losses, result.metrics, result.baseline]
            (folder / f"{name}-{here.rank}.json").write_text(json.dumps(figures))
        if job == "whole, cut":
            run(folder / "cut", kill_at=2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("two")
    first, second = run_two(__name__, folder, "whole, cut")
    assert first == -signal.SIGKILL
    assert second != 0
    assert run_two(__name__, folder, "resume") == [0, 0]
    return folder


def figures(folder: Path, name: str, rank: int) -> list:
    return json.loads((folder / f"{name}-{rank}.json").read_text())


def test_both_get_one_result_and_the_first_is_told_of_steps(folder: Path) -> None:
    assert (folder / "whole-0").read_bytes() == (folder / "whole-1").read_bytes()
    (losses, metrics, baseline), (untold, same, _) = (figures(folder, "whole", rank) for rank in range(2))
    assert len(losses) == 4 and untold == []
    assert metrics == same and metrics["photos"] == 1 and baseline is None
    assert checkpoint.load((folder / "whole-0").read_bytes())[1].labels == 5


def test_a_kill_changes_nothing(folder: Path) -> None:
    assert (folder / "resumed-0").read_bytes() == (folder / "whole-0").read_bytes()
    # The steps before the kill are not done again.
    assert figures(folder, "resumed", 0)[0] == figures(folder, "whole", 0)[0][2:]


def test_without_batch_statistics_it_is_the_training_of_one_process(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_batch_statistics(monkeypatch)
    alone, losses = run(tmp_path)
    assert figures(folder, "frozen", 0)[0] == pytest.approx(losses, rel=1e-4)
    ours, theirs = (
        checkpoint.load(data)[0].state_dict() for data in (alone.checkpoint, (folder / "frozen-0").read_bytes())
    )
    # Adam makes whole steps even of gradients that are rounding errors, so a few weights may go another way.
    apart = np.concatenate([(ours[name] - theirs[name]).abs().flatten().numpy() for name in ours])
    assert np.median(apart) < 1e-3 * CONFIG.learning_rate
    assert np.mean(apart > 0.1 * CONFIG.learning_rate) < 0.02


def test_more_processes_than_photos_in_a_batch_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ml.landmarks.train.ranks", lambda: Ranks(0, 3))
    with pytest.raises(ValueError, match="a batch of 2 photos is too small for 3 processes"):
        run(tmp_path)


if __name__ == "__main__":
    in_one_of_two(Path(sys.argv[1]), sys.argv[2])
