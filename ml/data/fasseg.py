"""FASSEG in this project's folders: images/NAME.jpg, labels/NAME.png with ids 0, 1, 10, 6, 4 and 8.

Its masks are coarser than ours: hair holds the brows, 4 is both eyes, 8 the whole mouth, and skin holds ears AND neck. So
maps are compared on merged categories, and the neck is left out. `ml.data.labels.LabelFolder` reads the folder, and
`ml.parsing.confusion.FASSEG` merges; here is what else it takes to score on it.
"""

import re
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from ml.geometry import estimate_similarity, transform_points
from ml.schema import MEAN_FACE, N_POINTS

# The lobes: where the jaw's contour leaves the ears.
_LOBES: Final = (6, 7, 25, 26)
_CONTOUR: Final = slice(0, 33)
_INNER: Final = slice(33, 104)


def yaw_of(name: str) -> str:
    """Returns how far a photo's face is turned, as its name says: frontal, 0, ±15, ±30, …, ±90.

    Raises:
        ValueError: the name says nothing of that.
    """
    if name.startswith("frontal"):
        return "frontal"
    found = re.match(r"yaw([+-]\d\d)_", name)
    if not found:
        raise ValueError(f"{name}: neither frontal_… nor yaw±NN_…")
    degrees = abs(int(found[1]))
    return f"±{degrees}" if degrees else "0"


def below_the_jaw(points: npt.ArrayLike, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Returns where skin is the neck's: lower than the ear lobes, in the face's own direction, and not in the face.

    The face is what the contour encloses, and what the inner points span: in profile the nose stands out beyond the contour.

    Args:
        points: (106, 2) pixels of the photo.
        shape: height and width of the photo.

    Raises:
        ValueError: not 106 finite points, or all of them at one place.
    """
    p = np.asarray(points, np.float64)
    if p.shape != (N_POINTS, 2) or not np.isfinite(p).all():
        raise ValueError(f"expected {N_POINTS} finite points, got an array of shape {p.shape}")
    to_face = estimate_similarity(p, MEAN_FACE)
    lobes = transform_points(to_face, p[list(_LOBES)])[:, 1].mean()
    y, x = np.mgrid[: shape[0], : shape[1]]
    low = to_face[1, 0] * x + to_face[1, 1] * y + to_face[1, 2] > lobes
    face = np.zeros(shape[:2], np.uint8)
    hull = cv2.convexHull(p[_INNER].astype(np.float32))[:, 0]
    for polygon in (p[_CONTOUR], hull):
        cv2.fillPoly(face, [np.clip(np.round(polygon), -(1 << 14), 1 << 14).astype(np.int32)], 1)
    return low & (face == 0)
