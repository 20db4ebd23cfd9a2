"""How far a label map and the one that a network draws of the same photo are apart: a hint where a person should look."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from ml.geometry import transform_points
from ml.parsing.categories import LabelMap
from ml.parsing.confusion import Confusion
from ml.parsing.regions import Region
from ml.schema import N_CATEGORIES

Shares = tuple[float | None, ...]
"""By category id, 0 to 1: of the pixels that either map gives to the category, the share that only one of them does."""

_FEWEST_PIXELS: Final = 16
"""A category of fewer says nothing: one column of pixels is most of it."""


@dataclass(frozen=True)
class Disagreement:
    """Two maps of one photo against each other.

    Attributes:
        share: of the face's pixels (those that either map does not call background), how many are of another category.
        by_category: likewise, by category; None for background, and where neither map has more than a few pixels of it.
        worst: the category that is further apart than usual by the largest share; None where none is. One of which nobody
            knows what is usual is never it.
        place: x and y, in photo pixels, of the middle of the thickest difference in the worst category.
    """

    share: float
    by_category: Shares
    worst: int | None
    place: tuple[float, float] | None


def usual_disagreement(confusion: Confusion) -> Shares:
    """Returns how far a network's maps are from the true ones, over the photos that it was scored on.

    A category that those photos do not have, or hardly, is None: the network was not scored on it.
    """
    hits, true = np.diag(confusion.counts), confusion.counts.sum(axis=1)
    either = confusion.counts.sum(axis=0) + true - hits
    return (
        None,
        *(
            (e - h) / e if t >= _FEWEST_PIXELS else None
            for h, t, e in zip(hits[1:].tolist(), true[1:].tolist(), either[1:].tolist(), strict=True)
        ),
    )


def compare(label_map: LabelMap, found: LabelMap, region: Region, usual: Shares) -> Disagreement:
    """Holds a label map against a network's, inside the region that the network was shown.

    Args:
        label_map: (H, W), the schema's ids.
        found: likewise; the network's.
        region: what of the photo it was shown. It knows nothing of the rest.
        usual: what is to be expected of this network, category by category; None where nobody knows.

    Raises:
        ValueError: the maps differ in shape.
    """
    if label_map.shape != found.shape:
        raise ValueError(f"the label map is {label_map.shape}, the network's {found.shape}")
    seen = _inside(region, label_map.shape)
    differs = seen & (label_map != found)
    face = seen & ((label_map > 0) | (found > 0))
    shares: list[float | None] = [None]
    for category in range(1, N_CATEGORIES):
        either = seen & ((label_map == category) | (found == category))
        shares.append(_share(int((either & differs).sum()), int(either.sum())))
    worst = _worst(shares, usual)
    place = None if worst is None else _thickest(differs & ((label_map == worst) | (found == worst)))
    pixels = int(face.sum())
    return Disagreement(int((differs & face).sum()) / pixels if pixels else 0.0, tuple(shares), worst, place)


def _share(differing: int, either: int) -> float | None:
    return differing / either if either >= _FEWEST_PIXELS else None


def _inside(region: Region, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Returns the (H, W) mask of a turned square."""
    half = region.size / 2
    turn = np.array([[np.cos(region.angle), -np.sin(region.angle)], [np.sin(region.angle), np.cos(region.angle)]])
    matrix = np.column_stack([turn, region.center])
    corners = transform_points(matrix, [(-half, -half), (half, -half), (half, half), (-half, half)])
    mask = np.zeros(shape, np.uint8)
    # Far corners overflow the drawing's own numbers; nothing that far out is a pixel.
    limit = 4.0 * max(shape)
    cv2.fillConvexPoly(mask, np.rint(np.clip(corners, -limit, limit)).astype(np.int32), 1)
    return mask.astype(bool)


def _worst(shares: list[float | None], usual: Shares) -> int | None:
    pairs = enumerate(zip(shares, usual, strict=True))
    excess = {i: share - expected for i, (share, expected) in pairs if share is not None and expected is not None}
    worst = max(excess, key=lambda i: excess[i], default=None)
    return worst if worst is not None and excess[worst] > 0 else None


def _thickest(mask: npt.NDArray[np.bool_]) -> tuple[float, float]:
    # Padded, for what touches the photo's edge ends there.
    depth = cv2.distanceTransform(np.pad(mask.astype(np.uint8), 1), cv2.DIST_L2, 3)[1:-1, 1:-1]
    y, x = np.unravel_index(int(depth.argmax()), depth.shape)
    return float(x), float(y)
