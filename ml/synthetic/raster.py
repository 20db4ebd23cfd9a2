"""Smooth outlines, and two ways to fill them: exactly by pixel centres, and softly by covered area."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Polygon = npt.NDArray[np.float64]

_SAMPLES_PER_SEGMENT = 8
_SUB_ROWS = 4


class Cover(NamedTuple):
    """How much of each pixel a shape covers, inside a window of the image.

    Attributes:
        top: the image row of the window's first row.
        left: the image column of the window's first column.
        alpha: (h, w) float32, 0 to 1.
    """

    top: int
    left: int
    alpha: npt.NDArray[np.float32]

    def window(self) -> tuple[slice, slice]:
        """Returns the rows and columns of the image that the window spans."""
        height, width = self.alpha.shape
        return slice(self.top, self.top + height), slice(self.left, self.left + width)


def smooth_line(points: npt.ArrayLike) -> Polygon:
    """Returns (M, 2) samples of an open centripetal Catmull-Rom curve through (N, 2) points."""
    p = np.asarray(points, dtype=np.float64)
    if len(p) < 3:
        return p
    return _catmull_rom(np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]]))


def smooth_loop(points: npt.ArrayLike, corners: Sequence[int] = ()) -> Polygon:
    """Returns (M, 2) samples of a closed curve through (N, 2) points, smooth but for cusps at the rows in corners."""
    p = np.asarray(points, dtype=np.float64)
    if not corners:
        return _catmull_rom(np.vstack([p[-1], p, p[:2]]))[:-1]
    stops = sorted(corners)
    p = np.roll(p, -stops[0], axis=0)
    ends = [stop - stops[0] for stop in stops] + [len(p)]
    p = np.vstack([p, p[0]])
    runs = [smooth_line(p[ends[i] : ends[i + 1] + 1])[:-1] for i in range(len(stops))]
    return np.concatenate(runs)


def _catmull_rom(p: Polygon) -> Polygon:
    """Samples the curve from p[1] to p[-2]; the first and the last point only bend its ends."""
    steps = np.maximum(np.sqrt(np.linalg.norm(np.diff(p, axis=0), axis=1)), 1e-9)[:, None]
    slopes = np.diff(p, axis=0) / steps
    chords = (p[2:] - p[:-2]) / (steps[:-1] + steps[1:])
    tangents = slopes[:-1] - chords + slopes[1:]
    start, end, step = p[1:-2], p[2:-1], steps[1:-1]
    m0, m1 = step * tangents[:-1], step * tangents[1:]
    t = (np.arange(_SAMPLES_PER_SEGMENT) / _SAMPLES_PER_SEGMENT)[:, None, None]
    curve = (
        (2 * t**3 - 3 * t**2 + 1) * start
        + (t**3 - 2 * t**2 + t) * m0
        + (3 * t**2 - 2 * t**3) * end
        + (t**3 - t**2) * m1
    )
    return np.vstack([curve.transpose(1, 0, 2).reshape(-1, 2), p[-2]])


def ellipse(center: npt.ArrayLike, radii: tuple[float, float], angle: float = 0.0) -> Polygon:
    """Returns a (48, 2) ellipse; radii along its own axes, angle in radians from the x to the y axis."""
    t = np.arange(48) * (2 * np.pi / 48)
    x, y = radii[0] * np.cos(t), radii[1] * np.sin(t)
    c, s = np.cos(angle), np.sin(angle)
    return np.column_stack([c * x - s * y, s * x + c * y]) + np.asarray(center, dtype=np.float64)


def ribbon(line: Polygon, widths: npt.ArrayLike) -> Polygon:
    """Returns the outline of a stroke along an (M, 2) line; widths (M,) or one number, in the line's unit."""
    along = np.gradient(line, axis=0)
    normal = np.column_stack([-along[:, 1], along[:, 0]]) / np.maximum(np.linalg.norm(along, axis=1), 1e-9)[:, None]
    half = np.broadcast_to(np.asarray(widths, dtype=np.float64) / 2, len(line))[:, None] * normal
    return np.vstack([line + half, (line - half)[::-1]])


def _crossings(
    polygon: Polygon, n_rows: int, rows_per_pixel: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Returns where the outline crosses the rows: row numbers, x of the crossings, and 1 downwards or -1 upwards.

    Row k is the horizontal line at y = (k + 0.5) / rows_per_pixel - 0.5, so with one row a pixel it goes through the
    pixels' centres. An edge owns its upper end and not its lower one: edges that meet share nothing.
    """
    a, b = polygon, np.roll(polygon, -1, axis=0)
    down = np.where(a[:, 1] < b[:, 1], 1.0, -1.0)
    low, high = np.minimum(a[:, 1], b[:, 1]), np.maximum(a[:, 1], b[:, 1])
    first = np.clip(np.ceil((low + 0.5) * rows_per_pixel - 0.5), 0, n_rows).astype(np.int64)
    end = np.clip(np.ceil((high + 0.5) * rows_per_pixel - 0.5), 0, n_rows).astype(np.int64)
    counts = end - first
    edge = np.repeat(np.arange(len(a)), counts)
    rows = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts) + first[edge]
    y = (rows + 0.5) / rows_per_pixel - 0.5
    share = (y - a[edge, 1]) / (b[edge, 1] - a[edge, 1])
    return rows, a[edge, 0] + share * (b[edge, 0] - a[edge, 0]), down[edge]


def inside(polygon: Polygon, height: int, width: int) -> npt.NDArray[np.bool_]:
    """Returns (height, width) bool: the pixels whose centre is inside the polygon (non-zero winding).

    Of two polygons that share an edge, exactly one gets each pixel along it.
    """
    rows, x, sign = _crossings(polygon, height, 1)
    columns = np.clip(np.ceil(x), 0, width).astype(np.int64)
    turns = np.bincount(rows * (width + 1) + columns, weights=sign, minlength=height * (width + 1))
    return np.cumsum(turns.reshape(height, width + 1), axis=1)[:, :width].round() != 0


def coverage(polygon: Polygon, height: int, width: int, margin: int = 0) -> Cover:
    """Returns the share of each pixel's area that the polygon covers, exact along x and from 4 sub-rows along y.

    The window is the part of the image within margin pixels of the polygon's rectangle.
    """
    left = int(np.clip(np.floor(polygon[:, 0].min()) - margin, 0, width))
    top = int(np.clip(np.floor(polygon[:, 1].min()) - margin, 0, height))
    right = int(np.clip(np.ceil(polygon[:, 0].max()) + 1 + margin, left, width))
    bottom = int(np.clip(np.ceil(polygon[:, 1].max()) + 1 + margin, top, height))
    h, w = bottom - top, right - left
    rows, x, sign = _crossings(polygon - (left, top), h * _SUB_ROWS, _SUB_ROWS)
    x = np.clip(x + 0.5, 0, w)
    column = np.floor(x).astype(np.int64)
    share = x - column
    at = (rows // _SUB_ROWS) * (w + 2) + column
    turns = np.bincount(
        np.concatenate([at, at + 1]),
        weights=np.concatenate([sign * (1 - share), sign * share]),
        minlength=h * (w + 2),
    ).reshape(h, w + 2)
    alpha = np.minimum(np.abs(np.cumsum(turns, axis=1)[:, :w]) / _SUB_ROWS, 1.0)
    return Cover(top, left, alpha.astype(np.float32))
