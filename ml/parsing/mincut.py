"""A binary minimum cut over a photo, for any log-odds.

OpenCV offers its max-flow solver only inside `grabCut`, which insists on colour models of its own. It takes frozen
ones, though: with two Gaussians of equal variance in the first channel, the difference of its two unary terms is
linear in that channel, so that the channel may carry the log-odds of anything. The other two carry the edges.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

# Log-odds are clipped here, quantised to _LEVELS steps, and weighed against grabCut's fixed smoothness term (50 between
# equal neighbours) by _WEIGHT. Few levels, because the channel also counts as a colour when edges are measured.
_CLIP = 10.0
_LEVELS = 80
_WEIGHT = 8.0
_VARIANCE = 400.0


def cut(
    log_odds: NDArray[np.floating], lab: NDArray[np.uint8], inside: NDArray[np.bool_], outside: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Divides the photo where the log-odds change sign, at little cost in boundary except along the photo's edges.

    Args:
        log_odds: (height, width), positive where a pixel is more likely inside.
        lab: (height, width, 3) 8-bit Lab.
        inside: (height, width), pixels that must be inside; they win over `outside`.
        outside: (height, width), pixels that must not.

    Returns:
        bool (height, width).
    """
    share = np.clip(log_odds / _CLIP, -1, 1) / 2 + 0.5
    evidence = np.round(share * _LEVELS).astype(np.uint8)
    chroma = cv2.addWeighted(lab[..., 1], 0.5, lab[..., 2], 0.5, 0)
    trimap = np.where(log_odds > 0, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    trimap[outside] = cv2.GC_BGD
    trimap[inside] = cv2.GC_FGD
    reach = _WEIGHT * _CLIP / (_LEVELS / 2) * _VARIANCE / 2
    without, within = _frozen_model(_LEVELS / 2 - reach), _frozen_model(_LEVELS / 2 + reach)
    channels = np.dstack([evidence, lab[..., 0], chroma])
    cv2.grabCut(channels, trimap, (0, 0, 0, 0), without, within, 1, cv2.GC_EVAL_FREEZE_MODEL)
    return np.isin(trimap, (cv2.GC_FGD, cv2.GC_PR_FGD))


def _frozen_model(mean: float) -> NDArray[np.float64]:
    """One Gaussian in grabCut's layout: five weights, five means, five covariances; it looks at channel 0 alone."""
    weights, means, covariances = np.zeros(5), np.zeros((5, 3)), np.tile(np.eye(3), (5, 1, 1))
    weights[0], means[0], covariances[0] = 1.0, (mean, 128, 128), np.diag([_VARIANCE, 1e6, 1e6])
    return np.concatenate([weights, means.ravel(), covariances.ravel()])[None]
