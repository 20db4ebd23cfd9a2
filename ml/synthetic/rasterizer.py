"""A z-buffer in NumPy: which triangle is in front at each pixel's centre, and where in it the centre lies."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Triangles = npt.NDArray[np.int64]

_DEPTH_STEPS = float(1 << 38)
_TRIANGLE_BITS = 24


@dataclass(frozen=True)
class Fragments:
    """The visible pixels of a set of triangles.

    Attributes:
        pixels: (n,) flat indices into the picture, rising.
        triangle: (n,) row of the triangle in front.
        weights: (n, 3) float32 barycentric weights of its corners.
        depth: (size * size,) inverse distance of what is in front, larger is nearer; 0 where nothing is.
    """

    pixels: npt.NDArray[np.int64]
    triangle: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float32]
    depth: Floats

    def interpolate(self, triangles: Triangles, values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Returns (n, k) values at the pixels, of (V, k) values at the vertices."""
        corners = triangles[self.triangle]
        out = values[corners[:, 0]] * self.weights[:, :1]
        out += values[corners[:, 1]] * self.weights[:, 1:2]
        out += values[corners[:, 2]] * self.weights[:, 2:]
        return out


def signed_areas(xy: Floats, triangles: Triangles) -> Floats:
    """Returns twice the area of each triangle in the picture, positive where its corners turn clockwise on screen."""
    a, b, c = xy[triangles[:, 0]], xy[triangles[:, 1]], xy[triangles[:, 2]]
    return np.asarray((b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0]))


def rasterize(
    xy: Floats, inverse_depth: Floats, triangles: Triangles, cull: npt.NDArray[np.bool_], size: int
) -> Fragments:
    """Draws triangles into a square picture.

    A pixel belongs to the triangle that its centre lies in; of two triangles that share an edge, exactly one gets it.

    Args:
        xy: (V, 2) vertices in pixels.
        inverse_depth: (V,) one over the distance from the camera.
        triangles: (M, 3) rows of vertices.
        cull: (M,) whether a triangle is seen from its front only.
        size: side of the picture.
    """
    area = signed_areas(xy, triangles)
    low = xy[triangles].min(axis=1)
    high = xy[triangles].max(axis=1)
    inside = (high >= 0).all(axis=1) & (low <= size - 1).all(axis=1)
    chosen = np.flatnonzero(inside & (np.abs(area) > 1e-12) & ((area > 0) | ~cull))
    pixels, owner = _cover(xy[triangles[chosen]], size)
    owner = chosen[owner]

    corners = triangles[owner]
    x, y = (pixels % size).astype(np.float64), (pixels // size).astype(np.float64)
    plane = _planes(xy, inverse_depth, triangles, area)
    near = plane[owner, 0] * x + plane[owner, 1] * y + plane[owner, 2]
    key = (np.clip(near, 0, 1) * _DEPTH_STEPS).astype(np.int64) << _TRIANGLE_BITS | owner
    front = np.zeros(size * size, dtype=np.int64)
    np.maximum.at(front, pixels, key)

    seen = np.flatnonzero(front)
    triangle = front[seen] & ((1 << _TRIANGLE_BITS) - 1)
    depth = (front >> _TRIANGLE_BITS) / _DEPTH_STEPS
    corners = triangles[triangle]
    x, y = (seen % size).astype(np.float64), (seen // size).astype(np.float64)
    a, b, c = xy[corners[:, 0]], xy[corners[:, 1]], xy[corners[:, 2]]
    second = ((x - a[:, 0]) * (c[:, 1] - a[:, 1]) - (y - a[:, 1]) * (c[:, 0] - a[:, 0])) / area[triangle]
    third = ((b[:, 0] - a[:, 0]) * (y - a[:, 1]) - (b[:, 1] - a[:, 1]) * (x - a[:, 0])) / area[triangle]
    weights = np.stack([1 - second - third, second, third], axis=1).astype(np.float32)
    return Fragments(seen, triangle, weights, depth)


def _planes(xy: Floats, values: Floats, triangles: Triangles, area: Floats) -> Floats:
    """Returns (M, 3): a, b, c of the plane a x + b y + c through the values at each triangle's corners."""
    p, q, r = xy[triangles[:, 0]], xy[triangles[:, 1]], xy[triangles[:, 2]]
    u, v, w = (values[triangles[:, k]] for k in range(3))
    safe = np.where(np.abs(area) > 1e-12, area, 1.0)
    a = ((v - u) * (r[:, 1] - p[:, 1]) - (w - u) * (q[:, 1] - p[:, 1])) / safe
    b = ((w - u) * (q[:, 0] - p[:, 0]) - (v - u) * (r[:, 0] - p[:, 0])) / safe
    return np.stack([a, b, u - a * p[:, 0] - b * p[:, 1]], axis=1)


def _cover(corners: Floats, size: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Returns the pixels whose centres lie in each of (M, 3, 2) triangles, and the triangles' rows."""
    first = np.clip(np.ceil(corners[:, :, 1].min(axis=1)), 0, size).astype(np.int64)
    end = np.clip(np.ceil(corners[:, :, 1].max(axis=1)), 0, size).astype(np.int64)
    triangle, row = _ranges(first, end)
    left = np.full(len(row), np.inf)
    right = np.full(len(row), -np.inf)
    for k in range(3):
        # From the upper to the lower end whichever way the triangle runs: neighbours must round alike.
        a, b = corners[:, k], corners[:, (k + 1) % 3]
        swap = (a[:, 1] > b[:, 1])[:, None]
        a, b = np.where(swap, b, a)[triangle], np.where(swap, a, b)[triangle]
        with np.errstate(divide="ignore", invalid="ignore"):
            x = a[:, 0] + (row - a[:, 1]) / (b[:, 1] - a[:, 1]) * (b[:, 0] - a[:, 0])
        crossed = (a[:, 1] <= row) & (row < b[:, 1])
        left = np.where(crossed, np.minimum(left, x), left)
        right = np.where(crossed, np.maximum(right, x), right)
    start = np.clip(np.ceil(left), 0, size)
    stop = np.clip(np.ceil(right), 0, size)
    span, column = _ranges(start.astype(np.int64), np.maximum(stop, start).astype(np.int64))
    return row[span] * size + column, triangle[span]


def _ranges(
    first: npt.NDArray[np.int64], end: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Returns the numbers of the ranges [first, end) one after another, and before them which range each is from."""
    counts = np.maximum(end - first, 0)
    owner = np.repeat(np.arange(len(first)), counts)
    return owner, np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts) + first[owner]
