"""Points in, facial parts of a label map out."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.ppa.parts import FittingError, outer_lips, outlines
from ml.ppa.raster import Rule, fill_mask, paint
from ml.schema import CATEGORIES, FUSION_ORDER

FITTER_VERSION = "facet-ppa/6"
"""Changes whenever the same points may give another map, so that a stored map tells which fitting drew it."""


_MOUTH = ("upper_lip", "inner_mouth", "lower_lip")


def fit_parts(points: ArrayLike, shape: tuple[int, ...], rule: Rule = "pixel-centre") -> NDArray[np.uint8]:
    """Draws the facial parts that the points describe.

    Args:
        points: (106, 2), x then y in pixels of the photo; they may lie outside it.
        shape: The photo's, height and width first.
        rule: Which pixels on an outline belong to it; see `ml.ppa.raster`.

    Returns:
        uint8 (height, width): ids 2 to 9 where a part shows, 0 elsewhere.

    Raises:
        FittingError: The points are not 106 places near a photo, or the shape is not that of a photo.
    """
    if len(shape) < 2 or min(shape[:2]) < 1:
        raise FittingError(f"a photo has a height and a width of at least one pixel; got the shape {shape}")
    fitted = outlines(points)
    label_map = np.zeros(shape[:2], dtype=np.uint8)
    # Lips and inner mouth share out what the outer lips enclose, all of it and nothing else, however the points lie.
    mouth = fill_mask([outer_lips(points)], shape, rule)
    for category in FUSION_ORDER:
        name = CATEGORIES[category].name
        paint(label_map, fitted.get(name, []), category, rule, mouth if name in _MOUTH else None)
    return label_map
