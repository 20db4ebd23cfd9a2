"""The paper's loss: L = λ1·Ls + λ2·Lb + λ3·Lf, each a mean over the N pixels whose category is known."""

from dataclasses import dataclass
from typing import NamedTuple

from torch import Tensor
from torch.nn import functional

from ml.parsing.boundaries import IGNORE, boundary_truth
from ml.parsing.pspnet import Logits


@dataclass(frozen=True)
class LossWeights:
    """The constants.

    Attributes:
        semantic: λ1.
        boundary: λ2.
        fusion: λ3.
        alpha: in the fusion branch's loss a boundary pixel weighs 1 + alpha.
    """

    semantic: float = 1.0
    boundary: float = 1.0
    fusion: float = 2.0
    alpha: float = 200.0


class Losses(NamedTuple):
    """The loss to lessen, and its parts before λ; a part is 0 where the network has no such branch."""

    total: Tensor
    semantic: Tensor
    boundary: Tensor
    fusion: Tensor


def parsing_losses(logits: Logits, label_maps: Tensor, weights: LossWeights) -> Losses:
    """Computes the loss of a batch.

    Args:
        logits: of the network; without a boundary branch the loss is Ls alone.
        label_maps: (N, H, W) int64 category ids of the network, IGNORE where unknown.
        weights: the constants.
    """
    if logits.semantic is None or logits.boundary is None:
        semantic = weighted_cross_entropy(logits.labels, label_maps)
        nothing = semantic.new_zeros(())
        return Losses(weights.semantic * semantic, semantic, nothing, nothing)
    truth = boundary_truth(label_maps)
    semantic = weighted_cross_entropy(logits.semantic, label_maps)
    boundary = balanced_binary_cross_entropy(logits.boundary, truth)
    fusion = weighted_cross_entropy(logits.labels, label_maps, 1 + weights.alpha * (truth == 1))
    total = weights.semantic * semantic + weights.boundary * boundary + weights.fusion * fusion
    return Losses(total, semantic, boundary, fusion)


def weighted_cross_entropy(logits: Tensor, label_maps: Tensor, weights: Tensor | None = None) -> Tensor:
    """Ls, or with weights Lf: −(1/N) Σ w·log softmax(logits)[label], over the N known pixels.

    As in the paper the sum is divided by the number of pixels, not by that of the weights.

    Args:
        logits: (N, categories, H, W).
        label_maps: (N, H, W) int64 with IGNORE.
        weights: (N, H, W), 1 everywhere when None.

    Returns:
        A scalar; 0 when no pixel is known.
    """
    losses = functional.cross_entropy(logits, label_maps, ignore_index=IGNORE, reduction="none")
    if weights is not None:
        losses = losses * weights
    return losses.sum() / (label_maps != IGNORE).sum().clamp(min=1)


def balanced_binary_cross_entropy(logits: Tensor, truth: Tensor) -> Tensor:
    """Lb: −(1/N) Σ [β·y·log p + (1 − β)·(1 − y)·log(1 − p)], p = sigmoid(logits), over the N known pixels.

    Either class is weighted with the other's share: β is that of the pixels off any boundary. It is taken photo by
    photo, so that a photo teaches the same whatever it is batched with; the paper does not say.

    Args:
        logits: (N, H, W).
        truth: (N, H, W), 1 on boundaries, 0 off them, IGNORE where unknown.
    """
    known = truth != IGNORE
    on, off = truth == 1, truth == 0
    pixels = known.sum(dim=(1, 2), keepdim=True).clamp(min=1)
    share_on, share_off = on.sum(dim=(1, 2), keepdim=True) / pixels, off.sum(dim=(1, 2), keepdim=True) / pixels
    weights = on * share_off + off * share_on
    losses = functional.binary_cross_entropy_with_logits(logits, on.to(logits.dtype), weights, reduction="sum")
    return losses / known.sum().clamp(min=1)
