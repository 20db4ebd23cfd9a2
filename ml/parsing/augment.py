"""From a labeled photo to a training crop: one warp of both, then light and dirt. All chance comes from the generator."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ml.disturbance import disturb
from ml.geometry import Image, mirror_image, warp_image, warp_label_map
from ml.parsing.boundaries import IGNORE
from ml.parsing.categories import CategorySet, LabelMap
from ml.parsing.regions import CropKind, jitter
from ml.parsing.samples import Sample, region_of


class Crop(NamedTuple):
    """What the network is shown, and what it shall say.

    Attributes:
        image: (S, S, 3) uint8 RGB.
        label_map: (S, S) uint8, the network's ids; IGNORE where unknown, as beyond the edge of the photo.
    """

    image: Image
    label_map: LabelMap


@dataclass(frozen=True)
class Augmentation:
    """How far training crops may differ from what the network will be shown in use.

    Attributes:
        turn: standard deviation of the rotation in the plane, in degrees; cut at twice that, like the next two.
        scale: standard deviation of the logarithm of the size.
        shift: standard deviation of the centre, as a share of the region.
        mirror: probability of left and right exchanged, sided categories included.
        recolour: probability of changed exposure, contrast and white balance.
        gray: probability of no colour at all.
        blur: probability of a Gaussian blur.
        noise: probability of sensor noise.
    """

    turn: float = 12.0
    scale: float = 0.15
    shift: float = 0.05
    mirror: float = 0.5
    recolour: float = 0.8
    gray: float = 0.05
    blur: float = 0.2
    noise: float = 0.2


def augment(
    photo: Sample,
    rng: np.random.Generator,
    settings: Augmentation,
    categories: CategorySet,
    crop: CropKind,
    side: int,
) -> Crop:
    """Draws one training crop.

    Args:
        photo: whose label map has the schema's ids.
        rng: consumed; the same generator state gives the same crop.
        settings: how far to go.
        categories: the network's.
        crop: what the network is shown in use.
        side: of the crop, in pixels.

    Raises:
        ValueError: the crop is made from points, and the photo has none; or the label map holds an unknown id.
    """
    turn = float(np.deg2rad(settings.turn))
    matrix = jitter(region_of(photo, crop), rng, settings.shift, settings.scale, turn).to_crop(side)
    image = warp_image(photo.image, matrix, (side, side))
    label_map = warp_label_map(categories.from_schema(photo.label_map), matrix, (side, side), fill=IGNORE)
    if rng.random() < settings.mirror:
        image, label_map = mirror_image(image), categories.mirrored(label_map)
    return Crop(disturb(image, rng, settings, blur=(0.4, 1.5), noise=(2, 10)), label_map)
