"""Faces that cost next to nothing: ellipses in flat colours, their label maps exact."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from ml.parsing.samples import Sample

Draw = Callable[[int], Sample]

# Category, centre and half axes in the unit square, in the order in which they are painted.
_ELLIPSES = (
    (10, (0.50, 0.42), (0.34, 0.38)),
    (1, (0.50, 0.52), (0.26, 0.33)),
    (6, (0.50, 0.55), (0.05, 0.09)),
    (2, (0.38, 0.38), (0.08, 0.025)),
    (3, (0.62, 0.38), (0.08, 0.025)),
    (4, (0.38, 0.45), (0.06, 0.03)),
    (5, (0.62, 0.45), (0.06, 0.03)),
    (7, (0.50, 0.68), (0.10, 0.03)),
    (9, (0.50, 0.74), (0.10, 0.03)),
    (8, (0.50, 0.71), (0.08, 0.02)),
)


def _draw(seed: int, size: int = 96) -> Sample:
    rng = np.random.default_rng(seed)
    label_map = np.zeros((size, size), np.uint8)
    shift = rng.uniform(-0.05, 0.05, size=2)
    for category, center, axes in _ELLIPSES:
        place, half = (np.add(center, shift) * size).round().astype(int), np.maximum(np.multiply(axes, size), 1)
        cv2.ellipse(label_map, place.tolist(), half.round().astype(int).tolist(), 0, 0, 360, category, -1)
    colours = np.random.default_rng(11).integers(40, 216, size=(11, 3))
    image = colours[label_map] + rng.integers(-12, 13, size=(size, size, 3))
    return Sample(np.clip(image, 0, 255).astype(np.uint8), label_map)


@pytest.fixture(scope="session")
def draw() -> Draw:
    """Draws the face of a seed: 96 × 96 px, all eleven categories."""
    return _draw
