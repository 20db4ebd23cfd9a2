"""The boundary branch's truth: where the gradient of a label map is not zero."""

from typing import Final

import torch
from torch import Tensor

IGNORE: Final = 255
"""Id of pixels whose category nobody knows; they teach nothing and are not scored."""


def boundary_truth(label_maps: Tensor) -> Tensor:
    """Returns 1 on boundary pixels, 0 on others, IGNORE where the label map has it.

    A pixel is on a boundary if the pixel above, below, left or right of it has another category. So a boundary is two
    pixels wide, one on either side, and mirroring or turning the map does the same to it. Nothing is known of a
    boundary towards an ignored pixel: it is none.

    Args:
        label_maps: (N, H, W) of any integer type.

    Returns:
        (N, H, W) of the same type.
    """
    known = label_maps != IGNORE
    boundary = torch.zeros_like(label_maps, dtype=torch.bool)
    for axis in (1, 2):
        length = label_maps.shape[axis] - 1
        first, second = label_maps.narrow(axis, 0, length), label_maps.narrow(axis, 1, length)
        steps = (first != second) & known.narrow(axis, 0, length) & known.narrow(axis, 1, length)
        boundary.narrow(axis, 0, length).logical_or_(steps)
        boundary.narrow(axis, 1, length).logical_or_(steps)
    return torch.where(known, boundary.to(label_maps.dtype), label_maps)
