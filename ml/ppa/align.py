"""The standard pose of a part: a frame in which it is fitted, whatever the size and the roll of the face."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Frame:
    """The similarity that puts one anchor of a part on (0, 0) and another on (1, 0), y turning with x as in the photo.

    Attributes:
        origin: (x, y) of the first anchor, in pixels.
        axis: The vector from the first anchor to the second; never (0, 0).
    """

    origin: tuple[float, float]
    axis: tuple[float, float]

    @classmethod
    def between(cls, start: ArrayLike, end: ArrayLike) -> "Frame":
        """The frame of two anchors in pixels; where they coincide it keeps the photo's own scale and direction."""
        (x0, y0), (x1, y1) = np.asarray(start, float).tolist(), np.asarray(end, float).tolist()
        dx, dy = x1 - x0, y1 - y0
        return cls((x0, y0), (dx, dy) if np.hypot(dx, dy) > 1e-6 else (1.0, 0.0))

    def to_standard(self, points: ArrayLike) -> NDArray[np.float64]:
        """Pixels to the standard pose, any shape (..., 2)."""
        d = np.asarray(points, float) - self.origin
        ax, ay = self.axis
        square = ax * ax + ay * ay
        return np.stack([(d[..., 0] * ax + d[..., 1] * ay), (d[..., 1] * ax - d[..., 0] * ay)], axis=-1) / square

    def to_photo(self, points: ArrayLike) -> NDArray[np.float64]:
        """The standard pose to pixels, any shape (..., 2)."""
        p = np.asarray(points, float)
        (x0, y0), (ax, ay) = self.origin, self.axis
        return np.stack([x0 + p[..., 0] * ax - p[..., 1] * ay, y0 + p[..., 0] * ay + p[..., 1] * ax], axis=-1)
