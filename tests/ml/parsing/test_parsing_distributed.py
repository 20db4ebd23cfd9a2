"""Training in two processes on the CPU: one result for both, and the losses of one process but for its batch norms."""

import json
import sys
from pathlib import Path

import pytest

from ml.distributed import joined
from ml.parsing.boundaries import IGNORE
from ml.parsing.bspnet import BSPNet
from ml.parsing.checkpoint import Architecture
from ml.parsing.samples import Sample
from ml.parsing.train import TrainConfig, TrainResult, train
from tests.ml.parsing.conftest import _draw
from tests.ml.two_processes import run_two

CONFIG = TrainConfig(
    Architecture("bspnet", "C", depth=18, categories=3, input_size=33, crop="photo"),
    epochs=2,
    batch_size=4,
    threads=1,
    device="cpu",
)


def faces() -> list[Sample]:
    """Some with many unknown pixels, so that photos weigh differently in a batch."""
    drawn = [_draw(seed) for seed in range(5)]
    for place, face in enumerate(drawn[:4]):
        face.label_map[: 25 * place] = IGNORE
    return drawn


def run(folder: Path) -> tuple[TrainResult, list[float]]:
    losses: list[float] = []
    samples = faces()
    # Batch norms that stay as they are: on a CPU each process would normalise by its own share of a batch.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BSPNet, "train", lambda self, mode=True: super(BSPNet, self).train(False))
        result = train(
            CONFIG,
            samples[:4],
            samples[4:],
            work_dir=folder / "work",
            progress=lambda done, total, figures: losses.append(figures["loss"]),
        )
    return result, losses


def test_two_processes_do_what_one_does(tmp_path: Path) -> None:
    assert run_two(__name__, tmp_path) == [0, 0]
    assert (tmp_path / "model-0").read_bytes() == (tmp_path / "model-1").read_bytes()
    told, untold = (json.loads((tmp_path / f"losses-{rank}").read_text()) for rank in range(2))
    _, alone = run(tmp_path / "alone")
    assert untold == []
    # bfloat16 rounds other sums otherwise.
    assert told == pytest.approx(alone, rel=1e-2) and len(alone) == 2


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    with joined("cpu") as here:
        found, losses = run(folder)
        (folder / f"model-{here.rank}").write_bytes(found.checkpoint)
        (folder / f"losses-{here.rank}").write_text(json.dumps(losses))
