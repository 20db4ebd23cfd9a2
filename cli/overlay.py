"""A label map and its points drawn over their photo, for looking at."""

import cv2
import numpy as np
import numpy.typing as npt

from ml.data.upright import encode_jpeg
from ml.schema import CATEGORIES

_COLOURS = np.array([category.colour for category in CATEGORIES], np.uint8)
_STRENGTH = 0.45
_QUALITY = 85


def draw_overlay(image: npt.NDArray[np.uint8], points: npt.ArrayLike, label_map: npt.NDArray[np.uint8]) -> bytes:
    """Returns a JPEG of the photo, tinted in the categories' colours except on background, with the points as dots.

    Args:
        image: (H, W, 3) uint8 RGB.
        points: (106, 2) pixels; those outside the photo are not drawn.
        label_map: (H, W) uint8 category ids.
    """
    tinted = cv2.addWeighted(image, 1 - _STRENGTH, _COLOURS[label_map], _STRENGTH, 0)
    drawn = np.where((label_map > 0)[..., None], tinted, image)
    height, width = label_map.shape
    radius = max(1, round(min(height, width) / 400))
    for x, y in np.asarray(points, np.float64):
        if 0 <= x < width and 0 <= y < height:
            cv2.circle(drawn, (round(x), round(y)), radius, (255, 255, 255), cv2.FILLED, cv2.LINE_AA)
    return encode_jpeg(drawn, _QUALITY)
