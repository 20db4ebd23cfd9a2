"""A photo and its points with parts of the face moved: other lids, brows, noses and mouths than the labeled people have.

Labeled faces are few and often at rest, their lids and lips alike; a network that has seen no others gives everybody theirs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from ml.geometry import Image, Points
from ml.schema import PARTS

Array = npt.NDArray[np.float64]
Known = npt.NDArray[np.bool_]
Pair = tuple[float, float]


def _ends(name: str, start: int, end: int) -> tuple[int, int]:
    return PARTS[name].indices[start], PARTS[name].indices[end]


# The axes of the parts. Those of eyes and brows run from the outer end to the inner one, so that what lies right of the one on
# the left of the picture, which is below it, lies left of the other.
_EYES: Final = (_ends("left_eye", 0, 4), _ends("right_eye", 4, 0))
_BROWS: Final = (_ends("left_brow", 0, 4), _ends("right_brow", 4, 0))
_NOSE: Final = _ends("nose_outline", 2, 8)
_MOUTH: Final = _ends("outer_lip", 0, 6)
_JAW: Final = _ends("contour", 12, 20)

_SPACING: Final = 4
"""Of the places, in pixels, at which the motion is reckoned; between them it is nearly linear."""
_ROUNDS: Final = 7


@dataclass(frozen=True)
class PartMotion:
    """A part stretched and shifted; what lies around it follows the less, the farther it lies.

    Attributes:
        start: (2,) pixels, one end of the part's axis.
        end: (2,) pixels, the other; lengths are in units of the distance between them, from the middle.
        stretch: factors along the axis and across it.
        shift: along the axis and across it, to the right of its direction.
        reach: how far along and across the part reaches: within half of it everything is carried, beyond it hardly anything.
    """

    start: Points
    end: Points
    stretch: Pair = (1.0, 1.0)
    shift: Pair = (0.0, 0.0)
    reach: Pair = (0.65, 0.45)

    def displacement(self, places: Array) -> Array:
        """Returns how far each of the (..., 2) places is carried, in pixels."""
        axis = self.end.astype(np.float64) - self.start
        length = max(float(np.hypot(*axis)), 1.0)
        along = axis / length
        frame = np.stack([along, [-along[1], along[0]]])
        away = (places - (self.start.astype(np.float64) + self.end) / 2) @ (frame.T / length)
        share = np.exp(-((away / self.reach) ** 4).sum(axis=-1, keepdims=True))
        moved = away * (np.array(self.stretch) - 1) + np.array(self.shift)
        return np.asarray((share * moved) @ (frame * length))


def move_parts(image: Image, points: Points, motions: Sequence[PartMotion]) -> tuple[Image, Points]:
    """Carries a picture and its points along.

    Args:
        image: (H, W, 3) uint8.
        points: (N, 2) pixels.
        motions: added up. Together they must not fold the picture, that is, carry a place past its neighbour.
    """
    if not motions:
        return image, points

    def displacement(places: Array) -> Array:
        return np.sum([motion.displacement(places) for motion in motions], axis=0)

    height, width = image.shape[:2]
    rows, columns = (np.arange(-(-side // _SPACING)) * _SPACING + (_SPACING - 1) / 2 for side in (height, width))
    shown = np.stack(np.meshgrid(columns, rows), axis=-1)
    # The way back: which place is carried here. It has no closed form, but every round comes nearer.
    back = np.zeros_like(shown)
    for _ in range(_ROUNDS):
        back = -displacement(shown + back)
    size = (shown.shape[1] * _SPACING, shown.shape[0] * _SPACING)
    fine = cv2.resize(back.astype(np.float32), size)[:height, :width]
    taken_x = fine[:, :, 0] + np.arange(width, dtype=np.float32)
    taken_y = fine[:, :, 1] + np.arange(height, dtype=np.float32)[:, None]
    moved = cv2.remap(image, taken_x, taken_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    carried = points + displacement(points.astype(np.float64))
    return np.asarray(moved, dtype=np.uint8), carried.astype(np.float32)


def sample_motions(points: Points, known: Known, rng: np.random.Generator) -> list[PartMotion]:
    """Draws other lids, brows, nose, mouth and chin, of those parts whose place is known.

    Args:
        points: (106, 2) pixels.
        known: (106,) mask.
        rng: consumed, alike whatever is known.
    """
    motions = []

    def move(start: int, end: int, stretch: Pair, shift: Pair, reach: Pair) -> None:
        if known[start] and known[end]:
            motions.append(PartMotion(points[start], points[end], stretch, shift, reach))

    opening, breadth = _factor(rng, 0.75, 1.5), _factor(rng, 0.9, 1.1)
    for outer, inner in _EYES:
        move(outer, inner, (breadth, opening * _factor(rng, 0.95, 1.05)), _shift(rng, 0.04, 0.03), (0.65, 0.45))
    thickness, nearer, raised = _factor(rng, 0.75, 1.3), rng.uniform(-0.05, 0.05), rng.uniform(-0.05, 0.05)
    for (outer, inner), below in zip(_BROWS, (1, -1), strict=True):
        move(outer, inner, (1.0, thickness), (nearer, below * (raised + rng.uniform(-0.02, 0.02))), (0.75, 0.3))
    move(*_NOSE, (_factor(rng, 0.85, 1.2), _factor(rng, 0.85, 1.15)), _shift(rng, 0.04, 0.08), (0.9, 0.9))
    move(*_MOUTH, (_factor(rng, 0.88, 1.12), _factor(rng, 0.65, 1.45)), _shift(rng, 0.03, 0.04), (0.75, 0.5))
    move(*_JAW, (1.0, 1.0), (0.0, rng.uniform(-0.05, 0.05)), (0.5, 0.25))
    return motions


def _factor(rng: np.random.Generator, least: float, most: float) -> float:
    return float(np.exp(rng.uniform(np.log(least), np.log(most))))


def _shift(rng: np.random.Generator, along: float, across: float) -> Pair:
    return rng.uniform(-along, along), rng.uniform(-across, across)
