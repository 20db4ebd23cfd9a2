"""The proposal before any model exists: the mean face, where the face was found."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ml.geometry import Image, Points, similarity, transform_points
from ml.landmarks.boxes import FaceBox
from ml.landmarks.detect import find_face
from ml.schema import MEAN_FACE

_DEFAULT_SIZE: Final = 0.5


@dataclass(frozen=True)
class Proposal:
    """First positions for a photo's points.

    Attributes:
        points: (106, 2), pixels of the photo.
        confidence: (106,) in [0, 1], or None when no model was asked.
        found: whether a face was found; if not, the points stand in the middle of the photo.
    """

    points: Points
    confidence: npt.NDArray[np.float32] | None
    found: bool


def place_mean_face(image: Image) -> Proposal:
    """Fits the mean face to the face found in a photo, or to the middle of the photo when there is none."""
    box = find_face(image)
    return Proposal(mean_face_in(box or default_box(image)), confidence=None, found=box is not None)


def mean_face_in(box: FaceBox) -> Points:
    """Returns the mean face's 106 points such that `box_of_points` of them is the box."""
    matrix = similarity(box.size, box.angle, (0.0, 0.0))
    # MEAN_FACE fills the unit square, so its own box has its centre at (0.5, 0.5) and size 1.
    matrix[:, 2] = np.array(box.center) - matrix[:, :2] @ np.array([0.5, 0.5])
    return transform_points(matrix, MEAN_FACE)


def default_box(image: Image) -> FaceBox:
    """Returns the box assumed when no face is found: upright, in the middle, half as large as the shorter side."""
    height, width = image.shape[:2]
    return FaceBox(((width - 1) / 2, (height - 1) / 2), _DEFAULT_SIZE * min(height, width))
