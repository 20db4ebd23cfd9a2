"""Every network and model on its own: shapes, gradients, parameter names, and weights from a file."""

import hashlib
from pathlib import Path

import pytest
import safetensors.torch
import torch

from ml.parsing.bspnet import BSPNet, FusionBranch
from ml.parsing.checkpoint import Architecture
from ml.parsing.imagenet import WeightsRefused, read_imagenet_weights
from ml.parsing.losses import LossWeights, parsing_losses
from ml.parsing.pspnet import resized
from ml.parsing.resnet import ResNet, normalise

# Entries and parameters of torchvision's models without `fc`, as its documentation counts them: 11689512 − 513000 and so on.
TORCHVISION = {18: (120, 11_176_512), 50: (318, 23_508_032), 101: (624, 42_500_160)}


@pytest.mark.parametrize("depth", [18, 50, 101])
def test_a_resnet_has_torchvisions_parameters_and_stride_16(depth: int) -> None:
    with torch.device("meta"):
        network = ResNet(depth).eval()
        stages = network(torch.empty(1, 3, 129, 129))
    entries, parameters = TORCHVISION[depth]
    assert len(network.state_dict()) == entries
    assert sum(p.numel() for p in network.parameters()) == parameters
    assert [stage.shape[-1] for stage in stages] == [33, 17, 9, 9]
    assert tuple(stage.shape[1] for stage in stages) == network.channels
    dilated = [name for name, m in network.named_modules() if isinstance(m, torch.nn.Conv2d) and m.dilation != (1, 1)]
    assert dilated and all(name.startswith("layer4.") and not name.startswith("layer4.0.") for name in dilated)
    assert "layer4.0.downsample.0.weight" in network.state_dict()


@pytest.mark.parametrize(("name", "model"), [("pspnet", "A"), ("bspnet", "A"), ("bspnet", "B"), ("bspnet", "C")])
def test_every_weight_learns(name: str, model: str) -> None:
    torch.manual_seed(0)
    network = Architecture(name, model, 18, 3, 33, "photo").build()  # type: ignore[arg-type]
    logits = network(normalise(torch.randint(0, 256, (2, 33, 33, 3), dtype=torch.uint8)))
    assert logits.labels.shape == (2, 3, 33, 33)
    assert (logits.boundary is None) == (model == "A")
    parsing_losses(logits, torch.randint(0, 3, (2, 33, 33)), LossWeights()).total.backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in network.parameters())
    assert all(p.grad.any() for p in network.parameters() if p.ndim == 4)


def test_the_published_size() -> None:
    """68 M parameters with ResNet-101, and what fits into 25 MB at 16 bits with ResNet-18."""
    with torch.device("meta"):
        large, small = (sum(t.numel() for t in BSPNet(d, 11).state_dict().values()) for d in (101, 18))
    assert round(large / 1e6) == 68
    assert 2 * small < 25e6


def test_the_split_convolution_is_the_one_over_both_branches() -> None:
    torch.manual_seed(0)
    branch = FusionBranch(6, 4, 3).eval()
    semantic, boundary = torch.randn(1, 6, 3, 3), torch.randn(1, 4, 9, 9)
    joined = torch.cat([resized(semantic, boundary), boundary], dim=1)
    weight = torch.cat([branch.from_semantic.weight, branch.from_boundary.weight], dim=1)
    whole = branch.classifier(torch.relu(branch.norm(torch.nn.functional.conv2d(joined, weight))))
    torch.testing.assert_close(branch(semantic, boundary), whole)


def test_features_stay_on_their_pixels() -> None:
    """Cell i of a stride-8 map lies on pixel 8i of an input of 8k + 1 pixels: a ramp comes back as itself."""
    ramp = torch.arange(0, 65, 8.0).expand(1, 1, 9, 9)
    torch.testing.assert_close(resized(ramp, torch.empty(65, 65))[0, 0, 0], torch.arange(65.0))


@pytest.fixture
def weights() -> dict[str, torch.Tensor]:
    """A ResNet-18 as torchvision stores it: with its classifier."""
    torch.manual_seed(1)
    return {**ResNet(18).state_dict(), "fc.weight": torch.zeros(1000, 512), "fc.bias": torch.zeros(1000)}


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_weights_come_from_a_file_whose_hash_is_right(
    tmp_path: Path, weights: dict[str, torch.Tensor], suffix: str
) -> None:
    file = tmp_path / f"resnet18{suffix}"
    if suffix == ".pth":
        # The first published files lack the counters of the batch norms.
        torch.save({n: t for n, t in weights.items() if not n.endswith("num_batches_tracked")}, file)
    else:
        safetensors.torch.save_file(weights, file)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    network = ResNet(18)
    network.load_state_dict(read_imagenet_weights(file, 18, digest.upper()))
    assert torch.equal(network.layer4[1].conv2.weight, weights["layer4.1.conv2.weight"])
    with pytest.raises(WeightsRefused, match=f"{file}.*is {digest}, not {digest[::-1]}"):
        read_imagenet_weights(file, 18, digest[::-1])
    with pytest.raises(WeightsRefused, match="no ResNet-18 that torchvision published"):
        read_imagenet_weights(file, 18)
    with pytest.raises(WeightsRefused, match=r"no weights of a ResNet-50: layer1\.0\.conv1\.weight"):
        read_imagenet_weights(file, 50, digest)


class Surprise:
    """What a pickle can do to whoever opens it."""

    def __reduce__(self) -> tuple[object, ...]:
        return (Path("/tmp/parsing-was-here").touch, ())


@pytest.mark.parametrize("content", [Surprise(), [1, 2], b"no file of torch"], ids=["code", "a list", "bytes"])
def test_a_file_of_something_else_is_refused_and_runs_nothing(tmp_path: Path, content: object) -> None:
    file = tmp_path / "resnet18.pth"
    if isinstance(content, bytes):
        file.write_bytes(content)
    else:
        torch.save(content, file)
    with pytest.raises(WeightsRefused, match=str(file)):
        read_imagenet_weights(file, 18, hashlib.sha256(file.read_bytes()).hexdigest())
    assert not Path("/tmp/parsing-was-here").exists()


@pytest.mark.parametrize(("name", "model"), [("pspnet", "A"), ("bspnet", "C")])
def test_a_narrow_network_has_a_quarter_of_the_convolutions(name: str, model: str) -> None:
    with torch.device("meta"):
        whole, narrow = (Architecture(name, model, 18, 3, 33, "photo", w).build() for w in (64, 32))  # type: ignore[arg-type]
        assert narrow(torch.empty(2, 3, 33, 33)).labels.shape == (2, 3, 33, 33)
    whole_size, narrow_size = (sum(p.numel() for p in n.backbone.parameters()) for n in (whole, narrow))
    assert 3.9 < whole_size / narrow_size < 4.1
    with pytest.raises(ValueError, match="width"):
        Architecture(name, model, 18, 3, 33, "photo", 4)  # type: ignore[arg-type]
