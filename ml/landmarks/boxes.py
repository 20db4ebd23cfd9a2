"""Where a face is: a turned square, the one frame that finding, cropping and placing a mean face agree on."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ml.geometry import (
    Matrix,
    Points,
    Rectangle,
    bounding_rectangle,
    estimate_similarity,
    similarity,
    square_crop,
    transform_points,
    transform_scale,
)
from ml.schema import MEAN_FACE

CROP_MARGIN: Final = 0.175
"""Room around the face in a crop, on every side, as a share of the box: enough for a box that is somewhat off."""


@dataclass(frozen=True)
class FaceBox:
    """The square around a face's 106 points, turned with the face.

    Attributes:
        center: x and y in image pixels.
        size: side in image pixels, the longer one of the points' rectangle.
        angle: how far the face is turned in the image plane, in radians, from the x axis towards the y axis; 0 is
            upright.
    """

    center: tuple[float, float]
    size: float
    angle: float = 0.0


def box_of_points(points: Points, known: npt.NDArray[np.bool_] | None = None) -> FaceBox:
    """Returns the box of a face whose points are known, at the angle at which the mean face fits them best.

    Args:
        points: (106, 2), image pixels.
        known: (106,) mask of the points that count; all when None.

    Raises:
        ValueError: fewer than two points are known, or they are all at one place.
    """
    chosen = np.ones(len(points), dtype=bool) if known is None else known
    fit = estimate_similarity(MEAN_FACE[chosen], points[chosen])
    angle = float(np.arctan2(fit[1, 0], fit[0, 0]))
    turn = similarity(1.0, angle, (0.0, 0.0))[:, :2]
    # Rows times `turn` are the points turned back by the angle.
    upright = bounding_rectangle(points[chosen].astype(np.float64) @ turn)
    middle = (upright.x + upright.width / 2, upright.y + upright.height / 2)
    x, y = turn @ np.array(middle)
    return FaceBox((float(x), float(y)), max(upright.width, upright.height), angle)


def crop_transform(box: FaceBox, size: int) -> Matrix:
    """Returns the transform from image pixels to a crop of size × size pixels in which the face stands upright."""
    half = box.size / 2
    rectangle = Rectangle(box.center[0] - half, box.center[1] - half, box.size, box.size)
    return square_crop(rectangle, size, margin=CROP_MARGIN, angle=-box.angle)


def moved_box(box: FaceBox, matrix: Matrix) -> FaceBox:
    """Returns the box seen through a similarity transform, such as that from a copy of a photo to the photo."""
    x, y = transform_points(matrix, np.array(box.center))
    turn = float(np.arctan2(matrix[1, 0], matrix[0, 0]))
    return FaceBox((float(x), float(y)), box.size * transform_scale(matrix), box.angle + turn)


def jitter(box: FaceBox, rng: np.random.Generator, shift: float, scale: float, turn: float) -> FaceBox:
    """Returns the box as an imperfect finder would give it.

    Args:
        box: the right one.
        rng: consumed.
        shift: standard deviation of the centre, as a share of the size.
        scale: standard deviation of the logarithm of the size.
        turn: standard deviation of the angle, in radians.
    """
    # Beyond two standard deviations the face would leave the crop.
    dx, dy, ds, da = np.clip(rng.standard_normal(4), -2, 2)
    center = (box.center[0] + dx * shift * box.size, box.center[1] + dy * shift * box.size)
    return FaceBox(center, box.size * float(np.exp(ds * scale)), box.angle + float(da * turn))
