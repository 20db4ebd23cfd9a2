"""Faces that cost next to nothing: the mean face with its parts displaced, drawn in flat colours."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from ml.geometry import similarity, transform_points
from ml.landmarks.samples import Sample
from ml.schema import MEAN_FACE, PARTS

Draw = Callable[[int], Sample]


def _draw(seed: int, size: int = 160) -> Sample:
    rng = np.random.default_rng(seed)
    face = MEAN_FACE.copy()
    for part in PARTS.values():
        face[list(part.indices)] += rng.normal(0, 0.04, size=2).astype(np.float32)
    matrix = similarity(rng.uniform(0.5, 0.7) * size, rng.uniform(-0.2, 0.2), (0.0, 0.0))
    center = size / 2 + rng.uniform(-0.05, 0.05, size=2) * size
    matrix[:, 2] = center - matrix[:, :2] @ np.array([0.5, 0.5])
    points = transform_points(matrix, face)
    image = np.full((size, size, 3), rng.integers(0, 90, size=3), dtype=np.uint8)
    for number, part in enumerate(PARTS.values()):
        outline = np.rint(points[list(part.indices)]).astype(np.int32)
        colour = (90 + 37 * number % 160, 90 + 71 * number % 160, 90 + 113 * number % 160)
        if len(outline) > 2:
            cv2.fillPoly(image, [outline], colour)
    return Sample(image, points)


@pytest.fixture(scope="session")
def draw() -> Draw:
    """Draws the face of a seed: 160 × 160 px, its points exact."""
    return _draw
