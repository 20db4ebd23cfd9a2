"""A photo and its points with one eye opened wider, or narrowed: labeled faces are often at rest, their lids all alike."""

import cv2
import numpy as np
import numpy.typing as npt

from ml.geometry import Image, Points


class EyeStretch:
    """A motion of the plane around one eye: away from the line between its corners, or towards it.

    What lies around the eye follows the less, the farther it lies; brows and nose stay.

    Args:
        outer: (2,) the outer corner, in pixels.
        inner: (2,) the inner corner.
        height: factor of the opening, from 0.5 to 1.6: beyond, the skin around would fold.
    """

    def __init__(self, outer: Points, inner: Points, height: float) -> None:
        along = (inner - outer).astype(np.float64)
        self._width = max(float(np.linalg.norm(along)), 1.0)
        self._middle = (outer.astype(np.float64) + inner) / 2
        self._along = along / self._width
        self._across = np.array([-self._along[1], self._along[0]])
        self._height = height

    def stretch_points(self, points: Points) -> Points:
        """Returns the (N, 2) points where the motion carries them."""
        return (points + self._motion(points.astype(np.float64))).astype(np.float32)

    def stretch_image(self, image: Image) -> Image:
        """Returns the (H, W, 3) picture with everything where the motion carries it."""
        size = image.shape[1::-1]
        first = np.clip(np.floor(self._middle - self._width), 0, size).astype(int)
        end = np.clip(np.ceil(self._middle + self._width) + 1, first, size).astype(int)
        rows, columns = np.mgrid[first[1] : end[1], first[0] : end[0]]
        if not rows.size:
            return image
        shown = np.stack([columns, rows], axis=-1).astype(np.float64)
        # The way back: what is carried here. It has no closed form, but every round comes nearer.
        taken = shown
        for _ in range(5):
            taken = shown - self._motion(taken)
        stretched = image.copy()
        columns, rows = np.moveaxis(taken.astype(np.float32), -1, 0)
        stretched[first[1] : end[1], first[0] : end[0]] = cv2.remap(
            image, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        return stretched

    def _motion(self, places: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Returns how far each of the (..., 2) places is carried."""
        away = (places - self._middle) / self._width
        along, across = away @ self._along, away @ self._across
        share = np.exp(-((along / 0.65) ** 4) - (across / 0.45) ** 4)
        return np.asarray(((self._height - 1) * self._width * across * share)[..., None] * self._across)
