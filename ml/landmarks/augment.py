"""From a labeled photo to a training crop: one warp, then light and dirt. All chance comes from the generator given."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ml.disturbance import disturb
from ml.geometry import Image, Points, mirror_image, mirror_points, transform_points, warp_image
from ml.landmarks.boxes import box_of_points, crop_transform, jitter
from ml.landmarks.hourglass import INPUT_SIZE
from ml.landmarks.samples import LabeledFace
from ml.schema import FLIP


class Crop(NamedTuple):
    """What the network is shown.

    Attributes:
        image: (S, S, 3) uint8 RGB, S the side asked for.
        points: (106, 2) float32, pixels of the crop.
        known: (106,) bool.
    """

    image: Image
    points: Points
    known: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Augmentation:
    """How far training crops may differ from what the finder gives.

    Attributes:
        turn: standard deviation of the in-plane rotation, in degrees; cut at twice that, like the next two.
        scale: standard deviation of the logarithm of the size.
        shift: standard deviation of the centre, as a share of the face.
        mirror: probability of left and right exchanged.
        recolour: probability of changed exposure, contrast and white balance.
        gray: probability of no colour at all.
        blur: probability of a Gaussian blur.
        noise: probability of sensor noise.
        occlude: probability of a rectangle that hides up to a sixth of the crop; the points under it stay known.
    """

    turn: float = 14.0
    scale: float = 0.1
    shift: float = 0.05
    mirror: float = 0.5
    recolour: float = 0.8
    gray: float = 0.1
    blur: float = 0.2
    noise: float = 0.2
    occlude: float = 0.3


def augment(face: LabeledFace, rng: np.random.Generator, settings: Augmentation, size: int = INPUT_SIZE) -> Crop:
    """Draws one training crop.

    Args:
        face: a photo with at least two known points.
        rng: consumed; the same generator state gives the same crop.
        settings: how far to go.
        size: side of the crop, in pixels.

    Raises:
        ValueError: fewer than two points are known, or they are all at one place.
    """
    box = jitter(
        box_of_points(face.points, face.known), rng, settings.shift, settings.scale, float(np.deg2rad(settings.turn))
    )
    matrix = crop_transform(box, size)
    image = warp_image(face.image, matrix, (size, size))
    points, known = transform_points(matrix, face.points), face.known
    if rng.random() < settings.mirror:
        image, points, known = mirror_image(image), mirror_points(points, size), known[FLIP]
    image = disturb(image, rng, settings, blur=(0.5, 2.5), noise=(2, 12))
    if rng.random() < settings.occlude:
        image = _occlude(image, rng)
    return Crop(image, points, known)


def _occlude(image: Image, rng: np.random.Generator) -> Image:
    """Covers a rectangle with one colour, or with noise."""
    side = image.shape[0]
    width, height = (rng.uniform(0.1, 0.4, size=2) * side).astype(int)
    left, top = int(rng.integers(0, side - width)), int(rng.integers(0, side - height))
    covered = image.copy()
    colour = rng.integers(0, 256, size=3)
    if rng.random() < 0.5:
        covered[top : top + height, left : left + width] = colour
    else:
        covered[top : top + height, left : left + width] = rng.integers(0, 256, size=(height, width, 3))
    return covered
