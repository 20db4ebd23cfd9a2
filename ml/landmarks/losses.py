"""What the training minimises: the distance between predicted and target heatmaps, over the known points only."""

import math
from typing import Final, Literal

import torch
from torch import Tensor

HeatmapLoss = Literal["mse", "awing"]

# Adaptive Wing (Wang, Bo and Li, 2019), with the paper's constants.
_ALPHA: Final = 2.1
_OMEGA: Final = 14.0
_EPSILON: Final = 1.0
_THETA: Final = 0.5
_FOREGROUND: Final = 10.0
# The paper takes what exceeds 0.2 and dilates it by a cell: of a Gaussian of 1.5 cells, what exceeds 0.05.
_FOREGROUND_FROM: Final = 0.05


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
    at_joint = (_THETA / _EPSILON) ** power
    slope = (_OMEGA / _THETA) * power * at_joint / (1 + at_joint)
    offset = _THETA * slope - _OMEGA * torch.log1p(at_joint)
    # The unused branch of `where` must stay finite, or its gradient is NaN.
    near = _OMEGA * torch.log1p((distance.clamp(1e-6, _THETA) / _EPSILON) ** power)
    wing = torch.where(distance < _THETA, near, slope * distance - offset)
    weight = 1 + _FOREGROUND * (target > _FOREGROUND_FROM)
    # The scale makes an error of theta on the background cost 1.
    return wing * weight / (_OMEGA * math.log1p((_THETA / _EPSILON) ** _ALPHA))
