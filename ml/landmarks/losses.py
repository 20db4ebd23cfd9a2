"""What the training minimises: the distance between predicted and target heatmaps, over the known points only."""

import math
from typing import Final, Literal

import torch
from torch import Tensor
from torch.nn import functional

HeatmapLoss = Literal["mse", "awing"]

# Adaptive Wing (Wang, Bo and Li, 2019), with the paper's constants.
_ALPHA: Final = 2.1
_OMEGA: Final = 14.0
_EPSILON: Final = 1.0
_THETA: Final = 0.5
_FOREGROUND: Final = 10.0


def heatmap_loss(predicted: Tensor, target: Tensor, known: Tensor, kind: HeatmapLoss) -> Tensor:
    """Sums the loss over each heatmap and averages it over the known points.

    Args:
        predicted: (N, P, S, S).
        target: (N, P, S, S), as HeatmapCodec.encode draws them.
        known: (N, P) bool; the others do not count.
        kind: "mse", or "awing" for Adaptive Wing with the foreground weighted.

    Returns:
        A scalar; 0 when no point is known.
    """
    per_cell = (predicted - target) ** 2 if kind == "mse" else _adaptive_wing(predicted, target)
    per_point = per_cell.sum(dim=(-1, -2))
    return torch.where(known, per_point, 0.0).sum() / known.sum().clamp(min=1)


def _adaptive_wing(predicted: Tensor, target: Tensor) -> Tensor:
    power = _ALPHA - target
    distance = (predicted - target).abs()
    ratio = _THETA / _EPSILON
    at_joint = torch.exp(power * math.log(ratio))  # (theta / epsilon) ** power, much cheaper than pow
    slope = (_OMEGA / _THETA) * power * at_joint / (1 + at_joint)
    offset = _THETA * slope - _OMEGA * torch.log1p(at_joint)
    # The unused branch of `where` must stay finite, or its gradient is NaN.
    near = _OMEGA * torch.log1p(torch.exp(power * torch.log(distance.clamp(1e-6, _THETA) / _EPSILON)))
    wing = torch.where(distance < _THETA, near, slope * distance - offset)
    # Cells on and right around a point matter; the paper dilates the target by 3×3 and takes what exceeds 0.2.
    foreground = functional.max_pool2d(target, 3, stride=1, padding=1) > 0.2
    return wing * (1 + _FOREGROUND * foreground) / (_OMEGA * math.log1p(ratio**_ALPHA))
