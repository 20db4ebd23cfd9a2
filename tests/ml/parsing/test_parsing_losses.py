"""The losses against the equations, worked out pixel by pixel in NumPy."""

import numpy as np
import pytest
import torch

from ml.parsing.boundaries import IGNORE, boundary_truth
from ml.parsing.losses import (
    LossWeights,
    balanced_binary_cross_entropy,
    parsing_losses,
    weighted_cross_entropy,
)
from ml.parsing.pspnet import Logits

N, CATEGORIES, H, W = 3, 4, 7, 9


def random_maps(seed: int, ignored: float = 0.1) -> np.ndarray:
    """Label maps of a few blots, with unknown pixels."""
    rng = np.random.default_rng(seed)
    maps = np.zeros((N, H, W), dtype=np.int64)
    for each in maps:
        for _ in range(3):
            top, left = rng.integers(0, H - 2), rng.integers(0, W - 2)
            each[top : top + rng.integers(1, 5), left : left + rng.integers(1, 5)] = rng.integers(0, CATEGORIES)
    maps[rng.random(maps.shape) < ignored] = IGNORE
    return maps


def boundary_by_hand(maps: np.ndarray) -> np.ndarray:
    result = maps.copy()
    for n, y, x in np.ndindex(maps.shape):
        if maps[n, y, x] == IGNORE:
            continue
        around = [(y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)]
        inside = [maps[n, i, j] for i, j in around if 0 <= i < H and 0 <= j < W]
        result[n, y, x] = any(other not in (maps[n, y, x], IGNORE) for other in inside)
    return result


def cross_entropies_by_hand(logits: np.ndarray, maps: np.ndarray, boundary: np.ndarray, alpha: float) -> float:
    total, pixels = 0.0, 0
    for n, y, x in np.ndindex(maps.shape):
        if maps[n, y, x] == IGNORE:
            continue
        odds = np.exp(logits[n, :, y, x])
        total -= (1 + alpha * boundary[n, y, x]) * np.log(odds[maps[n, y, x]] / odds.sum())
        pixels += 1
    return total / pixels


def balanced_by_hand(logits: np.ndarray, boundary: np.ndarray) -> float:
    total, pixels = 0.0, 0
    for n in range(len(boundary)):
        known = boundary[n][boundary[n] != IGNORE]
        beta = np.mean(known == 0)
        for y, x in np.ndindex(H, W):
            truth, p = boundary[n, y, x], 1 / (1 + np.exp(-logits[n, y, x]))
            if truth == IGNORE:
                continue
            total -= beta * np.log(p) if truth else (1 - beta) * np.log(1 - p)
            pixels += 1
    return total / pixels


@pytest.mark.parametrize("seed", range(5))
def test_the_equations(seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    maps = random_maps(seed)
    boundary = boundary_by_hand(maps)
    assert 0 < np.mean(boundary == 1) < 0.9
    fused, semantic = rng.normal(size=(2, N, CATEGORIES, H, W))
    edge = rng.normal(size=(N, H, W))
    logits = Logits(*(torch.from_numpy(each) for each in (fused, semantic, edge)))
    found = parsing_losses(logits, torch.from_numpy(maps), LossWeights())
    ls = cross_entropies_by_hand(semantic, maps, boundary, alpha=0)
    lb = balanced_by_hand(edge, boundary)
    lf = cross_entropies_by_hand(fused, maps, boundary, alpha=200)
    expected = (ls + lb + 2 * lf, ls, lb, lf)
    np.testing.assert_allclose([float(each) for each in found], expected, rtol=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_boundaries_lie_on_both_sides_of_a_step(seed: int) -> None:
    maps = random_maps(seed)
    found = boundary_truth(torch.from_numpy(maps))
    np.testing.assert_array_equal(found, boundary_by_hand(maps))
    mirrored = boundary_truth(torch.from_numpy(maps[:, :, ::-1].copy()))
    np.testing.assert_array_equal(mirrored.flip(2), found)


def test_model_b_weighs_all_pixels_the_same_and_model_a_has_one_loss() -> None:
    maps = torch.from_numpy(random_maps(0))
    fused, semantic = torch.randn(2, N, CATEGORIES, H, W, dtype=torch.float64)
    edge = torch.randn(N, H, W, dtype=torch.float64)
    of_b = parsing_losses(Logits(fused, semantic, edge), maps, LossWeights(alpha=0))
    torch.testing.assert_close(of_b.fusion, weighted_cross_entropy(fused, maps))
    of_a = parsing_losses(Logits(semantic), maps, LossWeights())
    torch.testing.assert_close(of_a.total, of_b.semantic)
    assert of_a.boundary == of_a.fusion == 0


def test_ignored_pixels_have_no_gradient() -> None:
    maps = torch.from_numpy(random_maps(1, ignored=0.3))
    logits = Logits(*(torch.randn(shape, requires_grad=True) for shape in [(N, CATEGORIES, H, W)] * 2 + [(N, H, W)]))
    parsing_losses(logits, maps, LossWeights()).total.backward()
    ignored = maps == IGNORE
    assert (logits.labels.grad.movedim(1, 3)[ignored] == 0).all()
    assert (logits.boundary.grad[ignored] == 0).all()
    assert (logits.boundary.grad[~ignored] != 0).all()


def test_a_photo_without_known_pixels_or_boundaries_costs_nothing_undefined() -> None:
    unknown = torch.full((1, H, W), IGNORE)
    assert weighted_cross_entropy(torch.randn(1, CATEGORIES, H, W), unknown) == 0
    assert balanced_binary_cross_entropy(torch.randn(1, H, W), unknown) == 0
    flat = torch.zeros((1, H, W), dtype=torch.int64)
    # With no boundary in it, the other class's share is 0.
    assert balanced_binary_cross_entropy(torch.randn(1, H, W), boundary_truth(flat)) == 0
