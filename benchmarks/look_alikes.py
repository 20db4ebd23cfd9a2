"""Photos of which a model would learn most: doubtful ones, and not the same face again and again.

The doubt is least-confidence sampling (Lewis and Gale, "A Sequential Algorithm for Training Text Classifiers", SIGIR 1994)
with the network's own confidences; the spread is a greedy choice of different photos, after Sener and Savarese, "Active
Learning for Convolutional Neural Networks: A Core-Set Approach", ICLR 2018, within one batch of proposals.
"""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from ml.geometry import Image, Points, warp_image
from ml.landmarks.boxes import box_of_points, crop_transform

_VIEW_SIDE: Final = 16
_WARPED_SIDE: Final = 64


def face_view(image: Image, points: Points, known: npt.NDArray[np.bool_] | None = None) -> npt.NDArray[np.float32]:
    """Returns what a face looks like, for `spread_over_look_alikes`: (256,) float32, of zero mean and unit length.

    Args:
        image: (H, W, 3) uint8 RGB.
        points: (106, 2), pixels of the photo, as proposed.
        known: (106,) bool, the points to trust; all when None.
    """
    if min(np.ptp(points if known is None else points[known], axis=0)) <= 0:
        return np.zeros(_VIEW_SIDE**2, dtype=np.float32)
    # Warped larger and averaged down: a warp to the small size would pick single pixels.
    matrix = crop_transform(box_of_points(points, known), _WARPED_SIDE)
    gray = cv2.cvtColor(warp_image(image, matrix, (_WARPED_SIDE, _WARPED_SIDE)), cv2.COLOR_RGB2GRAY)
    view = cv2.resize(gray, (_VIEW_SIDE, _VIEW_SIDE), interpolation=cv2.INTER_AREA).astype(np.float32).ravel()
    view -= view.mean()
    length = float(np.linalg.norm(view))
    return view / length if length > 0 else np.zeros_like(view)


def spread_over_look_alikes(scores: Sequence[float], views: Sequence[npt.NDArray[np.float32]]) -> list[float]:
    """Lowers the scores of photos that look like higher ones: frames of one video teach little after the first.

    The highest score stays. Then, again and again, the highest of what is left is taken, lowered by the square of its
    correlation with the most similar photo taken before.

    Args:
        scores: of N photos, at least 0.
        views: their `face_view`s.

    Returns:
        N scores in 0..score, in the order of the arguments.

    Raises:
        ValueError: there are not as many views as scores.
    """
    if len(scores) != len(views):
        raise ValueError(f"{len(scores)} scores need as many views, not {len(views)}")
    if not scores:
        return []
    similarity = np.clip(np.stack(views) @ np.stack(views).T, 0.0, 1.0) ** 2
    own = np.asarray(scores, dtype=np.float64)
    lowered = own.copy()
    waiting = np.ones(len(own), dtype=bool)
    nearest = np.zeros(len(own))
    for _ in range(len(own)):
        now = own * (1.0 - nearest)
        chosen = int(np.argmax(np.where(waiting, now, -1.0)))
        lowered[chosen] = now[chosen]
        waiting[chosen] = False
        nearest = np.maximum(nearest, similarity[chosen])
    return [float(score) for score in lowered]
