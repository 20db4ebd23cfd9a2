"""From outlines to pixels, by an explicit rule.

An outline fills what it winds around clockwise on the screen; see `ml.ppa.parts` for what runs the other way.

"pixel-centre": a pixel belongs to a region if its centre lies inside; on an edge, the region on the right or below has
    it. Regions that share an edge share it out exactly. This is the rule of Facet's own masks.
"boundary": every pixel that the rounded outline touches belongs too, as `cv2.fillPoly` paints, which is how public
    face-parsing masks were commonly drawn; small parts come out more than a tenth larger.
"""

from collections.abc import Sequence
from typing import Literal, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.ppa.curves import Path, Points, flatten

Rule = Literal["pixel-centre", "boundary"]
RULES: tuple[Rule, ...] = get_args(Rule)

# What OpenCV's fixed-point polygon code takes without overflow.
_FILLPOLY_LIMIT = 1 << 14


def fill_mask(paths: Sequence[Path], shape: tuple[int, ...], rule: Rule = "pixel-centre") -> NDArray[np.bool_]:
    """The union of closed paths as a mask.

    Args:
        paths: Closed outlines in pixels; a pixel is inside one that winds around it clockwise on the screen.
        shape: Height and width of the mask; anything after them is not looked at.
        rule: Which pixels on the outline belong.

    Returns:
        bool (height, width).
    """
    mask = np.zeros(shape[:2], dtype=bool)
    paint(mask, paths, True, rule)
    return mask


def paint(
    canvas: NDArray[np.generic],
    paths: Sequence[Path],
    value: int,
    rule: Rule = "pixel-centre",
    within: NDArray[np.bool_] | None = None,
) -> None:
    """Sets `value` in place wherever a path encloses a pixel of a (height, width) canvas; see `fill_mask`.

    Args:
        within: (height, width), what may be painted at all; None for everything.
    """
    if rule not in RULES:
        raise ValueError(f"unknown pixel rule {rule!r}; known are {', '.join(RULES)}")
    height, width = canvas.shape[:2]
    for path in paths:
        polygon = flatten(path)
        if not len(polygon):
            continue
        low, high = polygon.min(axis=0), polygon.max(axis=0)
        left, top = np.clip(np.floor(low), 0, (width, height)).astype(int)
        right, bottom = np.clip(np.ceil(high) + 1, 0, (width, height)).astype(int)
        if left >= right or top >= bottom:
            continue
        size = (int(bottom - top), int(right - left))
        fill = _centres_inside if rule == "pixel-centre" else _touched
        inside = fill(polygon, (int(left), int(top)), size)
        if within is not None:
            inside &= within[top:bottom, left:right]
        canvas[top:bottom, left:right][inside] = value


def _centres_inside(polygon: Points, corner: tuple[int, int], size: tuple[int, int]) -> NDArray[np.bool_]:
    return _winding(polygon, corner, size) > 0


def _winding(polygon: Points, corner: tuple[int, int], size: tuple[int, int]) -> NDArray[np.int32]:
    """How often the polygon runs around every pixel centre of a window, clockwise on the screen, by scan lines.

    An edge crosses row r if r is in [upper y, lower y); its winding counts for the columns from the crossing on. Both
    half-open intervals are what shares an edge out between two neighbours.
    """
    height, width = size
    left, top = corner
    a, b = polygon[:-1], polygon[1:]
    upward = b[:, 1] < a[:, 1]
    # Every edge is taken from its upper end, so that both neighbours of an edge compute the same crossings.
    high, low = np.where(upward[:, None], b, a), np.where(upward[:, None], a, b)
    first = np.clip(np.ceil(high[:, 1]), top, top + height).astype(np.intp)
    count = np.clip(np.ceil(low[:, 1]), top, top + height).astype(np.intp) - first
    edge = np.repeat(np.arange(len(a)), count)
    row = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count - first, count)
    (x0, y0), (x1, y1) = high[edge].T, low[edge].T
    x = x0 + (row - y0) * ((x1 - x0) / (y1 - y0))
    column = np.clip(np.ceil(x), left, left + width).astype(np.intp) - left
    winding = np.zeros((height, width + 1), dtype=np.int32)
    np.add.at(winding, (row - top, column), np.where(upward, 1, -1)[edge])
    return np.cumsum(winding[:, :-1], axis=1, dtype=np.int32)


def _touched(polygon: Points, corner: tuple[int, int], size: tuple[int, int]) -> NDArray[np.bool_]:
    window = np.zeros(size, dtype=np.uint8)
    vertices = np.clip(np.round(polygon) - corner, -_FILLPOLY_LIMIT, _FILLPOLY_LIMIT)
    cv2.fillPoly(window, [vertices.astype(np.int32)], 1)
    winding = _winding(polygon, corner, size)
    if winding.min(initial=0) < 0:
        # fillPoly knows no direction: of a folded outline, keep what borders on the part that faces the viewer.
        window[cv2.dilate((winding > 0).astype(np.uint8), np.ones((3, 3), dtype=np.uint8)) == 0] = 0
    return window.astype(bool)
