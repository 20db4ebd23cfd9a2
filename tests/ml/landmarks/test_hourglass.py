import pytest
import torch

from ml.landmarks.hourglass import INPUT_SIZE, LandmarkNet, normalise
from ml.schema import N_POINTS


@pytest.mark.parametrize("width", [8, 32, 128, 256])
def test_predicts_a_quarter_size_heatmap_a_point(width: int) -> None:
    network = LandmarkNet(width).eval()
    with torch.inference_mode():
        heatmaps = network(torch.zeros(1, 3, INPUT_SIZE, INPUT_SIZE))
    assert heatmaps.shape == (1, N_POINTS, 64, 64)
    assert heatmaps.dtype == torch.float32


@pytest.mark.parametrize(("width", "millions"), [(128, 0.88), (256, 3.45)])
def test_size(width: int, millions: float) -> None:
    assert sum(p.numel() for p in LandmarkNet(width).parameters()) / 1e6 == pytest.approx(millions, abs=0.01)


@pytest.mark.parametrize("width", [0, -8, 12])
def test_refuses_other_widths(width: int) -> None:
    with pytest.raises(ValueError, match="multiple of 8"):
        LandmarkNet(width)


def test_every_parameter_learns() -> None:
    network = LandmarkNet(16)
    network(torch.randn(2, 3, INPUT_SIZE, INPUT_SIZE)).square().sum().backward()
    idle = [name for name, p in network.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0]
    assert idle == []


def test_autocast_answers_in_float32() -> None:
    network = LandmarkNet(16).eval()
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        heatmaps = network(torch.zeros(1, 3, INPUT_SIZE, INPUT_SIZE))
    assert heatmaps.dtype == torch.float32


def test_normalise_keeps_channels_last() -> None:
    crops = torch.randint(0, 256, (2, 8, 8, 3), dtype=torch.uint8)
    images = normalise(crops)
    assert images.shape == (2, 3, 8, 8)
    assert images.is_contiguous(memory_format=torch.channels_last)
    assert torch.allclose(images[1, 2], crops[1, :, :, 2] / 127.5 - 1)
