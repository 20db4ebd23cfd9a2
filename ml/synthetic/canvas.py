"""A picture and its label map, painted together from the same outlines."""

import cv2
import numpy as np
import numpy.typing as npt

from ml.synthetic.raster import Cover, Polygon, coverage, inside

FloatImage = npt.NDArray[np.float32]


class Canvas:
    """A square picture under construction.

    Attributes:
        size: its side in pixels.
        image: (size, size, 3) float32 sRGB, 0 to 255.
        label_map: (size, size) uint8 category ids.
    """

    def __init__(self, background: FloatImage) -> None:
        self.size = background.shape[0]
        self.image = background
        self.label_map = np.zeros((self.size, self.size), dtype=np.uint8)

    def label(self, polygon: Polygon, category: int) -> None:
        """Gives a category to the pixels whose centres are inside the polygon."""
        self.label_map[inside(polygon, self.size, self.size)] = category

    def cover(self, polygon: Polygon, blur: float = 0.0, within: Polygon | None = None) -> Cover:
        """Returns how much of each pixel a polygon covers.

        Args:
            polygon: (N, 2) in pixels.
            blur: standard deviation in pixels of a softening.
            within: an outline outside of which nothing is covered; it is not softened.
        """
        margin = int(3 * blur) + 1 if blur else 0
        cover = coverage(polygon, self.size, self.size, margin)
        if blur and cover.alpha.size:
            softened = cv2.GaussianBlur(cover.alpha, (0, 0), blur, borderType=cv2.BORDER_REPLICATE)
            cover = cover._replace(alpha=np.asarray(softened, dtype=np.float32))
        return cover if within is None else self._intersect(cover, coverage(within, self.size, self.size))

    def paint(
        self,
        polygon: Polygon,
        colour: npt.ArrayLike,
        opacity: float = 1.0,
        blur: float = 0.0,
        within: Polygon | None = None,
    ) -> None:
        """Lays a colour, or an image of the whole canvas, over the picture; the other arguments as for cover."""
        self.lay(self.cover(polygon, blur, within), colour, opacity)

    def lay(self, cover: Cover, colour: npt.ArrayLike, opacity: float = 1.0) -> None:
        """Lays a colour, or an image of the whole canvas, over the picture where cover says."""
        window = cover.window()
        paint = np.asarray(colour, dtype=np.float32)
        if paint.ndim == 3:
            paint = paint[window]
        under = self.image[window]
        under += (cover.alpha * np.float32(opacity))[..., None] * (paint - under)

    def darken(
        self, polygon: Polygon, strength: npt.ArrayLike, blur: float = 0.0, within: Polygon | None = None
    ) -> None:
        """Takes away a share of the light, one number or one a channel; the other arguments as for cover."""
        cover = self.cover(polygon, blur, within)
        self.image[cover.window()] *= 1 - cover.alpha[..., None] * np.asarray(strength, dtype=np.float32)

    @staticmethod
    def _intersect(a: Cover, b: Cover) -> Cover:
        top, left = max(a.top, b.top), max(a.left, b.left)
        bottom = max(min(a.top + a.alpha.shape[0], b.top + b.alpha.shape[0]), top)
        right = max(min(a.left + a.alpha.shape[1], b.left + b.alpha.shape[1]), left)
        first, second = (c.alpha[top - c.top : bottom - c.top, left - c.left : right - c.left] for c in (a, b))
        return Cover(top, left, first * second)
