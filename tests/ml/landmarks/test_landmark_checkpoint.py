import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch

from ml import model_file
from ml.landmarks import checkpoint
from ml.landmarks.checkpoint import Metadata
from ml.landmarks.hourglass import LandmarkNet
from ml.landmarks.predict import Landmarker
from ml.model_file import CheckpointError

METADATA = Metadata(width=16, labels=7, metrics={"nme_rect": 0.02}, parent="ab" * 32, snapshot=3)


@pytest.fixture(scope="module")
def network() -> LandmarkNet:
    torch.manual_seed(0)
    return LandmarkNet(16).eval()


@pytest.fixture(scope="module")
def model(network: LandmarkNet) -> bytes:
    return checkpoint.dump(network.state_dict(), METADATA)


def test_round_trip(network: LandmarkNet, model: bytes) -> None:
    again, metadata = checkpoint.load(model)
    assert metadata == METADATA
    assert not again.training
    assert checkpoint.dump(again.state_dict(), metadata) == model
    image = torch.randn(1, 3, 256, 256)
    with torch.inference_mode():
        assert torch.equal(again(image), network(image))


def test_memory_format_does_not_change_the_file(network: LandmarkNet, model: bytes) -> None:
    state = {
        name: t.to(memory_format=torch.channels_last) if t.ndim == 4 else t for name, t in network.state_dict().items()
    }
    assert checkpoint.dump(state, METADATA) == model


def test_a_loaded_network_can_go_on_learning(model: bytes) -> None:
    network, _ = checkpoint.load(model)
    network.train()(torch.randn(2, 3, 256, 256)).sum().backward()
    assert all(p.grad is not None for p in network.parameters())


@pytest.mark.parametrize("length", [0, 1, 7, 8, 100, -1])
def test_refuses_truncated_bytes(model: bytes, length: int) -> None:
    with pytest.raises(CheckpointError, match="not a whole safetensors file"):
        checkpoint.load(model[:length])


@pytest.mark.parametrize("seed", range(20))
def test_refuses_random_bytes(seed: int) -> None:
    with pytest.raises(CheckpointError):
        checkpoint.load(np.random.default_rng(seed).bytes(50 * seed))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "parsing"}, "kind 'parsing'"),
        ({"schema_version": "facet-68/1"}, "schema 'facet-68/1'"),
        ({"input_size": 192}, "192 px"),
        ({"width": 24}, "do not fit"),
        ({"width": 13}, "do not fit"),
        ({"width": "16"}, "do not fit"),
        ({"surprise": 1}, "do not fit"),
    ],
)
def test_refuses_other_models(network: LandmarkNet, change: dict, message: str) -> None:
    other = model_file.pack(network.state_dict(), asdict(METADATA) | change)
    with pytest.raises(CheckpointError, match=message):
        checkpoint.load(other)


@pytest.mark.parametrize("metadata", [None, {"format": "pt"}, {"facet": "not json"}, {"facet": json.dumps([1])}])
def test_refuses_safetensors_of_other_programs(network: LandmarkNet, metadata: dict | None) -> None:
    with pytest.raises(CheckpointError, match="header"):
        checkpoint.load(safetensors.torch.save(network.state_dict(), metadata))


def test_refuses_missing_weights(network: LandmarkNet) -> None:
    state = network.state_dict()
    del state["head.bias"]
    with pytest.raises(CheckpointError, match=r"head\.bias"):
        checkpoint.load(checkpoint.dump(state, METADATA))


def test_metadata_is_part_of_the_file(network: LandmarkNet, model: bytes) -> None:
    other = checkpoint.dump(network.state_dict(), replace(METADATA, labels=8))
    assert model_file.sha256(other) != model_file.sha256(model)


def test_a_landmarker_loads_from_bytes_and_from_a_file(model: bytes, tmp_path: Path) -> None:
    file = tmp_path / "model.safetensors"
    file.write_bytes(model)
    assert Landmarker.load(file).metadata == Landmarker.load(model).metadata == METADATA
