"""How doubtful a proposal is, by the network's own confidences."""

from typing import Final

import numpy as np
import numpy.typing as npt

_WORST_SHARE: Final = 1 / 3


def doubt(confidence: npt.ArrayLike | None) -> float:
    """Returns the mean of 1 − confidence over the worst third of the points, 0..1.

    The worst third, because a model that knows the contour by heart and loses the mouth has left work to do.

    Args:
        confidence: (N,) in 0..1, or None for the mean face, which is in no doubt of anything: 0.

    Raises:
        ValueError: there is no point.
    """
    if confidence is None:
        return 0.0
    doubts = np.sort(1.0 - np.asarray(confidence, dtype=np.float64))
    if doubts.size == 0:
        raise ValueError("the doubt of no points is not known")
    worst = max(1, round(doubts.size * _WORST_SHARE))
    return float(np.clip(doubts[-worst:].mean(), 0.0, 1.0))
