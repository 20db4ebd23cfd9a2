"""What of a photo a parsing network is shown: a turned square, made from the photo, a head's mask, a box or the points."""

from dataclasses import dataclass
from typing import Final, Literal

import cv2
import numpy as np
import numpy.typing as npt

from ml.geometry import Matrix, Points, Rectangle, estimate_similarity, similarity, square_crop, transform_points
from ml.schema import MEAN_FACE

CropKind = Literal["photo", "head", "face"]
"""What a network was trained on, and must be shown: whole photos; the square around hair and skin, upright in the photo;
or the square around a head whose points are known, turned upright."""

HEAD_MARGIN: Final = 0.15
"""Room around hair and skin on every side, as a share of their longer side."""
FACE_SIDE: Final = 2.6
"""Side of the crop around known points, in sides of the mean face: room for hair above and below."""
_FACE_CENTER: Final = (0.5, 0.35)
"""Its middle, in the mean face's unit square: there is more hair above a face than below it."""


@dataclass(frozen=True)
class Region:
    """A turned square.

    Attributes:
        center: x and y in photo pixels.
        size: side in photo pixels.
        angle: how far it is turned in the photo, in radians, from the x axis towards the y axis.
    """

    center: tuple[float, float]
    size: float
    angle: float = 0.0

    def to_crop(self, side: int) -> Matrix:
        """Returns the transform from photo pixels to those of a crop of side × side pixels."""
        x, y = self.center
        half = self.size / 2
        return square_crop(Rectangle(x - half, y - half, self.size, self.size), side, angle=-self.angle)


def whole_photo(shape: tuple[int, ...]) -> Region:
    """Returns the square around a photo of that height and width."""
    height, width = shape[:2]
    return Region(((width - 1) / 2, (height - 1) / 2), float(max(height, width)))


def around_box(box: Rectangle, margin: float = HEAD_MARGIN) -> Region:
    """Returns the square around a box that holds a head, hair included.

    Raises:
        ValueError: the box has no area.
    """
    side = max(box.width, box.height)
    if not side > 0:
        raise ValueError(f"a region around {box} has no area")
    return Region((box.x + box.width / 2, box.y + box.height / 2), side * (1 + 2 * margin))


def around_head(mask: npt.NDArray[np.bool_], margin: float = HEAD_MARGIN) -> Region | None:
    """Returns the square around the largest connected part of a mask of hair and skin, (H, W); None if it is empty.

    The coarse network's mask leads to the fine network's region so; so does a label map, in training.
    """
    _, _, boxes, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    if len(boxes) < 2:
        return None
    left, top, width, height, _ = boxes[1 + int(np.argmax(boxes[1:, cv2.CC_STAT_AREA]))].tolist()
    # A box of pixels, whose centres lie half a pixel inside its edge.
    return around_box(Rectangle(left - 0.5, top - 0.5, width, height), margin)


def around_points(points: Points) -> Region:
    """Returns the square around the head of (106, 2) points, turned with the face.

    Raises:
        ValueError: the points are all at one place.
    """
    from_mean = estimate_similarity(MEAN_FACE, points)
    x, y = transform_points(from_mean, np.array(_FACE_CENTER)).tolist()
    angle = float(np.arctan2(from_mean[1, 0], from_mean[0, 0]))
    return Region((x, y), FACE_SIDE * float(np.hypot(from_mean[0, 0], from_mean[1, 0])), angle)


def jitter(region: Region, rng: np.random.Generator, shift: float, scale: float, turn: float) -> Region:
    """Returns the region as it may come out where nobody knows the truth.

    Args:
        region: the right one.
        rng: consumed.
        shift: standard deviation of the centre, as a share of the size; cut at twice that, like the next two.
        scale: standard deviation of the logarithm of the size.
        turn: standard deviation of the angle, in radians.
    """
    dx, dy, ds, da = np.clip(rng.standard_normal(4), -2, 2).tolist()
    rotation = similarity(region.size * shift, region.angle, (0.0, 0.0))[:, :2]
    x, y = (np.array(region.center) + rotation @ np.array([dx, dy])).tolist()
    return Region((x, y), region.size * float(np.exp(ds * scale)), region.angle + da * turn)
