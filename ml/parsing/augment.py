"""From a labeled photo to a training crop: one warp of both, then light and dirt. All chance comes from the generator."""

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

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


def sample_generator(seed: int, epoch: int, index: int) -> np.random.Generator:
    """Returns the chance of one sample in one epoch: the same whichever thread draws it, in whatever order."""
    return np.random.default_rng([seed, epoch, index])


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
    return Crop(_dirty(image, rng, settings), label_map)


def _dirty(image: Image, rng: np.random.Generator, settings: Augmentation) -> Image:
    if rng.random() < settings.recolour:
        image = _recolour(image, rng)
    if rng.random() < settings.gray:
        image = np.repeat(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[:, :, None], 3, axis=2)
    if rng.random() < settings.blur:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.5)), dtype=np.uint8)
    if rng.random() < settings.noise:
        grain = rng.standard_normal(image.shape, dtype=np.float32) * np.float32(rng.uniform(2, 10))
        image = np.clip(image + grain, 0, 255).astype(np.uint8)
    return image


def _recolour(image: Image, rng: np.random.Generator) -> Image:
    """Applies gamma, contrast and a gain a channel as one look-up table a channel."""
    levels = np.linspace(0, 1, 256)[:, None]
    gamma = np.exp(rng.uniform(-0.4, 0.4))
    contrast = rng.uniform(0.7, 1.3)
    gains = rng.uniform(0.85, 1.15, size=3)
    table = ((levels**gamma - 0.5) * contrast + 0.5) * gains
    return np.asarray(cv2.LUT(image, np.clip(np.rint(table * 255), 0, 255).astype(np.uint8)[:, None, :]), np.uint8)
