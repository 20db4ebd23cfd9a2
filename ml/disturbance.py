"""What light, camera and file do to a picture: colour, blur and noise, for training crops."""

from typing import Protocol

import cv2
import numpy as np

from ml.geometry import Image


class Chances(Protocol):
    """Probabilities of what may happen to a crop."""

    @property
    def recolour(self) -> float:
        """Of changed exposure, contrast and white balance."""

    @property
    def gray(self) -> float:
        """Of no colour at all."""

    @property
    def blur(self) -> float:
        """Of a Gaussian blur."""

    @property
    def noise(self) -> float:
        """Of sensor noise."""


def disturb(
    image: Image,
    rng: np.random.Generator,
    chances: Chances,
    *,
    blur: tuple[float, float],
    noise: tuple[float, float],
) -> Image:
    """Returns the picture as another camera may have taken it; nothing in it moves.

    Args:
        image: (H, W, 3) uint8 RGB.
        rng: consumed.
        chances: of each change.
        blur: least and largest standard deviation, in pixels.
        noise: likewise, in levels of 255.
    """
    if rng.random() < chances.recolour:
        image = _recolour(image, rng)
    if rng.random() < chances.gray:
        image = np.repeat(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[:, :, None], 3, axis=2)
    if rng.random() < chances.blur:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), rng.uniform(*blur)), dtype=np.uint8)
    if rng.random() < chances.noise:
        grain = rng.standard_normal(image.shape, dtype=np.float32) * np.float32(rng.uniform(*noise))
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
