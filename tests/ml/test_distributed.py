"""Processes that train together: two of them, on the CPU."""

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from ml.distributed import Ranks, joined, ranks
from tests.ml.two_processes import run_two

BATCH = 5


def network() -> nn.Module:
    """Without batch norms, whose statistics depend on the shares."""
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))


def mean_error(model: nn.Module, rows: Sequence[int]) -> tuple[Tensor, Tensor]:
    """The weighted mean over some rows of a batch, and the weight of all of them together."""
    chosen = torch.as_tensor(np.asarray(rows))
    rng = torch.Generator().manual_seed(1)
    inputs, weights = torch.randn(BATCH, 3, generator=rng)[chosen], torch.tensor([9.0, 0, 1, 2, 5])[chosen]
    return (model(inputs)[:, 0] ** 2 * weights).sum() / weights.sum().clamp(min=1), weights.sum()


def in_one_of_two(folder: Path) -> None:
    """What each process does; it leaves its findings in a file."""
    with joined("cpu") as here:
        # A call, so that the parallel network is gone before the group is.
        (folder / f"{here.rank}.json").write_text(json.dumps(found_by(here, folder)))


def found_by(here: Ranks, folder: Path) -> dict[str, Any]:
    drawn = folder / "drawn"
    with here.first_alone():
        found = drawn.exists()
        # Late, so that another one that did not wait would not find it.
        if here.first:
            time.sleep(0.3)
        drawn.touch()
    model = network()
    if not here.first:
        nn.init.zeros_(model[0].weight)
    parallel = here.parallel(model)
    # Three rows here and two there, with weights that differ: neither is the mean of the means.
    rows = here.share_of(np.arange(BATCH))
    loss, batch_loss = here.whole_mean(*mean_error(parallel, rows.tolist()))
    loss.backward()
    return {
        "place": [here.rank, here.count, ranks() == here],
        "found": found,
        "rows": rows.tolist(),
        "loss": batch_loss.item(),
        "gradients": [parameter.grad.tolist() for parameter in model.parameters()],
        "shared": [here.share(b"first" if here.first else b"not mine").decode(), len(here.share(bytes(100_000)))],
    }


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("two")
    assert run_two(__name__, folder) == [0, 0]
    return [json.loads((folder / f"{rank}.json").read_text()) for rank in range(2)]


def test_each_knows_its_place(findings: list[dict[str, Any]]) -> None:
    assert [each["place"] for each in findings] == [[0, 2, True], [1, 2, True]]


def test_shares_of_a_batch_make_it_up(findings: list[dict[str, Any]]) -> None:
    assert [each["rows"] for each in findings] == [[0, 1, 2], [3, 4]]


def test_gradients_and_loss_are_those_of_one_process_with_the_whole_batch(findings: list[dict[str, Any]]) -> None:
    model = network()
    loss, _ = mean_error(model, range(BATCH))
    loss.backward()
    for each in findings:
        assert each["loss"] == pytest.approx(loss.item(), rel=1e-5)
        for got, parameter in zip(each["gradients"], model.parameters(), strict=True):
            assert parameter.grad is not None
            torch.testing.assert_close(torch.tensor(got), parameter.grad)


def test_all_get_the_first_ones_bytes_and_find_what_it_drew(findings: list[dict[str, Any]]) -> None:
    assert [each["shared"] for each in findings] == [["first", 100_000]] * 2
    assert [each["found"] for each in findings] == [False, True]


def test_alone_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    with joined("cpu") as here:
        assert here == ranks() == Ranks()
    model = network()
    assert here.parallel(model) is model
    loss, weight = mean_error(model, range(BATCH))
    assert here.whole_mean(loss, weight)[0] is loss
    assert here.share(b"bytes") == b"bytes"
    assert here.share_of(np.arange(BATCH)).tolist() == list(range(BATCH))


def test_one_gpu_for_all_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(ValueError, match="cuda:1"), joined("cuda:1"):
        pass
    monkeypatch.setenv("LOCAL_RANK", "0")
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    with pytest.raises(ValueError, match="more processes than this machine's 0 GPUs"), joined("cuda"):
        pass


if __name__ == "__main__":
    in_one_of_two(Path(sys.argv[1]))
