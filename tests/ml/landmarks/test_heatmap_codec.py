import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.landmarks.heatmaps import HeatmapCodec
from ml.landmarks.losses import HeatmapLoss, heatmap_loss

pixels = st.floats(-0.5, 255.5, width=32)


@settings(max_examples=60, deadline=None)
@given(points=st.lists(st.tuples(pixels, pixels), min_size=1, max_size=20), sigma=st.floats(1.2, 2.5))
def test_round_trip_anywhere_in_the_input(points: list[tuple[float, float]], sigma: float) -> None:
    codec = HeatmapCodec(sigma=sigma)
    true = torch.tensor([points], dtype=torch.float32)
    heatmaps, drawn = codec.encode(true, torch.ones(true.shape[:2], dtype=torch.bool))
    decoded, confidence = codec.decode(heatmaps.numpy())
    assert drawn.all()
    assert abs(decoded - true.numpy()).max() < 0.05
    assert (confidence > 0.8).all() and (confidence <= 1).all()


@settings(max_examples=30, deadline=None)
@given(x=st.floats(8, 247), y=st.floats(8, 247), seed=st.integers(0, 1000))
def test_noise_moves_a_point_by_little(x: float, y: float, seed: int) -> None:
    codec = HeatmapCodec()
    true = torch.tensor([[[x, y]]])
    heatmaps, _ = codec.encode(true, torch.ones(1, 1, dtype=torch.bool))
    noise = torch.randn(heatmaps.shape, generator=torch.Generator().manual_seed(seed))
    decoded, _ = codec.decode((heatmaps + 0.02 * noise).numpy())
    assert abs(decoded - true.numpy()).max() < 1.5


def test_target_is_a_gaussian_at_the_sub_pixel_centre() -> None:
    codec = HeatmapCodec(sigma=2.0)
    # Input pixel 41.5 is cell 10, 43.5 is cell 10.5: four pixels a cell, centres on whole numbers.
    heatmaps, _ = codec.encode(torch.tensor([[[41.5, 43.5]]]), torch.ones(1, 1, dtype=torch.bool))
    x, y = torch.meshgrid(torch.arange(64.0), torch.arange(64.0), indexing="xy")
    expected = torch.exp(-((x - 10) ** 2 + (y - 10.5) ** 2) / 8)
    assert torch.allclose(heatmaps[0, 0], expected, atol=1e-6)


@pytest.mark.parametrize("place", [(-0.6, 100.0), (100.0, 255.6), (1e6, -1e6), (float("nan"), 10.0)])
def test_points_outside_are_not_drawn(place: tuple[float, float]) -> None:
    points = torch.tensor([[place, (50.0, 60.0)]])
    heatmaps, drawn = HeatmapCodec().encode(points, torch.ones(1, 2, dtype=torch.bool))
    assert drawn.tolist() == [[False, True]]
    assert heatmaps[0, 0].abs().sum() == 0
    assert heatmaps[0, 1].max() > 0.8


def test_unknown_points_are_not_drawn() -> None:
    heatmaps, drawn = HeatmapCodec().encode(torch.full((1, 2, 2), 50.0), torch.tensor([[True, False]]))
    assert drawn.tolist() == [[True, False]]
    assert heatmaps[0, 1].abs().sum() == 0


@pytest.mark.parametrize("fill", [0.0, -1.0, 0.7])
def test_a_flat_map_decodes_to_some_finite_place(fill: float) -> None:
    points, confidence = HeatmapCodec().decode(np.full((2, 106, 64, 64), fill, np.float32))
    assert np.isfinite(points).all()
    assert confidence.shape == (2, 106)
    assert ((confidence >= 0) & (confidence <= 1)).all()


@pytest.mark.parametrize("kind", ["mse", "awing"])
def test_loss_ignores_unknown_points_and_has_finite_gradients(kind: HeatmapLoss) -> None:
    target, _ = HeatmapCodec().encode(torch.full((1, 2, 2), 99.0), torch.ones(1, 2, dtype=torch.bool))
    known = torch.tensor([[True, False]])
    predicted = target.clone()
    predicted[0, 1] += 5
    assert heatmap_loss(predicted, target, known, kind) == pytest.approx(0, abs=1e-2)

    wrong = torch.zeros_like(target).requires_grad_()
    loss = heatmap_loss(wrong, target, known, kind)
    loss.backward()
    assert loss > 1
    assert torch.isfinite(wrong.grad).all()
    assert wrong.grad[0, 0].abs().sum() > 0
    assert wrong.grad[0, 1].abs().sum() == 0


@pytest.mark.parametrize("kind", ["mse", "awing"])
def test_loss_without_known_points_is_zero(kind: HeatmapLoss) -> None:
    maps = torch.rand(1, 2, 64, 64)
    assert heatmap_loss(maps, torch.zeros_like(maps), torch.zeros(1, 2, dtype=torch.bool), kind) == 0


def test_mse_by_hand() -> None:
    predicted, target = torch.zeros(1, 2, 4, 4), torch.zeros(1, 2, 4, 4)
    predicted[0, 0, 0, 0], predicted[0, 1, 0, :2] = 2.0, 1.0
    assert heatmap_loss(predicted, target, torch.ones(1, 2, dtype=torch.bool), "mse") == pytest.approx((4 + 2) / 2)


def test_adaptive_wing_is_the_published_formula() -> None:
    alpha, omega, epsilon, theta = 2.1, 14.0, 1.0, 0.5
    target = torch.zeros(1, 1, 1, 2)
    predicted = torch.tensor([[[[0.3, 0.8]]]])
    near = omega * math.log(1 + (0.3 / epsilon) ** alpha)
    a = omega / (1 + (theta / epsilon) ** alpha) * alpha * (theta / epsilon) ** (alpha - 1) / epsilon
    c = theta * a - omega * math.log(1 + (theta / epsilon) ** alpha)
    scale = omega * math.log(1 + (theta / epsilon) ** alpha)
    loss = heatmap_loss(predicted, target, torch.ones(1, 1, dtype=torch.bool), "awing")
    assert loss.item() == pytest.approx((near + a * 0.8 - c) / scale, rel=1e-5)


@pytest.mark.parametrize("kind", ["mse", "awing"])
def test_the_slope_of_the_loss_is_its_derivative(kind: HeatmapLoss) -> None:
    """Adaptive Wing's is worked out by hand: held against differences, on both of its branches."""
    chance = torch.Generator().manual_seed(0)
    target = torch.rand(2, 3, 5, 5, generator=chance, dtype=torch.float64)
    predicted = 2 * torch.rand(2, 3, 5, 5, generator=chance, dtype=torch.float64) - 0.5
    assert ((predicted - target).abs() > 0.5).any() and ((predicted - target).abs() < 0.5).any()
    known = torch.tensor([[True, True, False], [True, False, True]])
    assert torch.autograd.gradcheck(lambda maps: heatmap_loss(maps, target, known, kind), predicted.requires_grad_())
