"""What training and evaluation read: faces with known points, whose photos are loaded when they are needed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ml.geometry import Image, Points
from ml.schema import N_POINTS


class LabeledFace(Protocol):
    """A photo and its landmarks; `Sample` is one, and so are the samples of `ml.data`."""

    @property
    def image(self) -> Image:
        """(H, W, 3) uint8 RGB."""

    @property
    def points(self) -> Points:
        """(106, 2) float32, pixels of the photo; anything finite where a point is not known."""

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """(106,) bool, the points that count."""


def _all_known() -> npt.NDArray[np.bool_]:
    return np.ones(N_POINTS, dtype=bool)


@dataclass(frozen=True)
class Sample:
    """A labeled face whose photo may be decoded anew each time it is asked for, so that a set of any size fits.

    Attributes:
        photo: (H, W, 3) uint8 RGB, or a function that returns it, called from several threads.
        points: (106, 2) float32, pixels of the photo.
        known: (106,) bool, the points that count.
    """

    photo: Image | Callable[[], Image]
    points: Points
    known: npt.NDArray[np.bool_] = field(default_factory=_all_known)

    @property
    def image(self) -> Image:
        """The photo, decoded."""
        return self.photo() if callable(self.photo) else self.photo
