"""What the training minimises: the distance between predicted and target heatmaps, over the known points only."""

import math
from typing import Any, Final, Literal

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
    per_cell = (predicted - target) ** 2 if kind == "mse" else _AdaptiveWing.apply(predicted, target)
    per_point = per_cell.sum(dim=(-1, -2))
    return torch.where(known, per_point, 0.0).sum() / known.sum().clamp(min=1)


class _AdaptiveWing(torch.autograd.Function):
    """The loss of each cell, its slope worked out beside it: a power and a logarithm a cell, a third of the time."""

    @staticmethod
    def forward(ctx: Any, predicted: Tensor, target: Tensor) -> Tensor:
        loss, slope = torch.empty_like(predicted), torch.empty_like(predicted)
        # A photo at a time: its maps stay in the processor's cache.
        for n in range(len(predicted)):
            loss[n], slope[n] = _adaptive_wing(predicted[n], target[n])
        ctx.save_for_backward(slope)
        return loss

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        (slope,) = ctx.saved_tensors
        return gradient * slope, None


def _adaptive_wing(predicted: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Returns the loss of each cell and its derivative by the prediction."""
    power = _ALPHA - target
    difference = predicted - target
    distance = difference.abs()
    at_joint = torch.exp2(power * math.log2(_THETA / _EPSILON))
    slope = (_OMEGA / _THETA) * power * at_joint / (1 + at_joint)
    offset = _THETA * slope - _OMEGA * torch.log1p(at_joint)

    # Kept off zero, where the quotient below has a limit but no value.
    close = distance.clamp(1e-6, _THETA)
    raised = (close / _EPSILON) ** power
    near = distance < _THETA
    wing = torch.where(near, _OMEGA * torch.log1p(raised), slope * distance - offset)
    steepness = torch.where(near, _OMEGA * power * raised / (close * (1 + raised)), slope)

    # The scale makes an error of theta on the background cost 1.
    scale = 1 / (_OMEGA * math.log1p((_THETA / _EPSILON) ** _ALPHA))
    weight = scale * (1 + _FOREGROUND * (target > _FOREGROUND_FROM))
    return wing * weight, steepness * weight * difference.sign()
