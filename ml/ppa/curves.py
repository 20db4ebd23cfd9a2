"""Cubic Bézier paths: the one form in which the server's masks and the browser's outlines are drawn.

A path is a float64 array (n, 4, 2): n segments, each a start, two control points and an end, x then y. Consecutive
segments share their ends; a closed path ends where it began. The same formulas are ported in
frontend/src/outline, and a golden fixture keeps the two equal: change them together.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points = NDArray[np.float64]
Path = NDArray[np.float64]

EMPTY: Path = np.zeros((0, 4, 2))

# Neighbours nearer than this are one point: a curve through both would have no direction between them.
COINCIDENT = 1e-6

CENTRIPETAL = 0.5
CHORD_LENGTH = 1.0

_MAX_STEPS = 256


def line(start: ArrayLike, end: ArrayLike) -> Path:
    """The straight segment between two points, as a path of one Bézier."""
    a, b = np.asarray(start, float), np.asarray(end, float)
    return np.stack([a, a + (b - a) / 3, b - (b - a) / 3, b])[None]


def join(*paths: Path) -> Path:
    """Paths one behind the other; each should start where the one before it ends."""
    return np.concatenate([EMPTY, *paths])


def reverse(path: Path) -> Path:
    """The same curve walked from its end to its start."""
    return path[::-1, ::-1]


def spline(points: ArrayLike, closed: bool = False, cusps: Sequence[int] = (), power: float = CENTRIPETAL) -> Path:
    """Catmull-Rom spline through the points, converted exactly to Béziers.

    The centripetal parameter (square root of the distance) leaves no loops and no overshoot where neighbours are
    unevenly far apart; by chord length a smooth arc is met better. At an open end or a cusp the tangent is that of the
    parabola through the nearest three points.

    Args:
        points: (n, 2). Points that coincide with the one before them are passed over.
        closed: Whether the curve returns from the last point to the first.
        cusps: Indices of points where the direction may break.
        power: Of the distance between neighbours, which is the parameter's step: CENTRIPETAL or CHORD_LENGTH.

    Returns:
        The path; empty where fewer than two distinct points remain.
    """
    p = np.asarray(points, float).reshape(-1, 2)
    if not cusps:
        return _smooth(p, closed, power)
    corners = sorted(set(cusps))
    if closed:
        # From the first cusp once around to itself, so that what is left is an open curve.
        p = np.concatenate([p[corners[0] :], p[: corners[0] + 1]])
        corners = [corner - corners[0] for corner in corners]
    stops = sorted({0, *corners, len(p) - 1})
    return join(*(_smooth(p[a : b + 1], False, power) for a, b in pairwise(stops)))


def _smooth(p: Points, closed: bool, power: float) -> Path:
    p = _distinct(p)
    if closed and len(p) > 1 and np.linalg.norm(p[-1] - p[0]) <= COINCIDENT:
        p = p[:-1]
    if len(p) < 2:
        return EMPTY
    if closed and len(p) > 2:
        p = np.concatenate([p[-1:], p, p[:2]])
    else:
        closed = False
    delta = np.diff(p, axis=0)
    step = (np.hypot(delta[:, 0], delta[:, 1]) ** power)[:, None]
    slope = delta / step
    inner = (step[1:] * slope[:-1] + step[:-1] * slope[1:]) / (step[:-1] + step[1:])
    if closed:
        p, step, tangent = p[1:-1], step[1:-1], inner
    elif len(inner):
        tangent = np.concatenate([2 * slope[:1] - inner[:1], inner, 2 * slope[-1:] - inner[-1:]])
    else:
        tangent = np.concatenate([slope, slope])
    start, end = p[:-1], p[1:]
    return np.stack([start, start + tangent[:-1] * step / 3, end - tangent[1:] * step / 3, end], axis=1)


def _distinct(p: Points) -> Points:
    kept = list(p[:1])
    for point in p[1:]:
        if np.hypot(*(point - kept[-1])) > COINCIDENT:
            kept.append(point)
    return np.array(kept).reshape(-1, 2)


def up_to_farthest(path: Path, direction: ArrayLike) -> Path:
    """The path from its start to the place on it that lies farthest in a direction (x, y); of several the first."""
    along = np.asarray(path @ np.asarray(direction, float))
    # Where a segment's speed in the direction is 0: a + b·t + c·t² over its three differences.
    a, b, c = np.diff(along, axis=1).T
    b, c = 2 * (b - a), a - 2 * b + c
    best, segment, share = -np.inf, 0, 0.0
    for k, values in enumerate(along):
        for t in (0.0, *_roots(float(a[k]), float(b[k]), float(c[k])), 1.0):
            s = 1 - t
            reach = s * s * s * values[0] + 3 * s * t * (s * values[1] + t * values[2]) + t * t * t * values[3]
            if reach > best:
                best, segment, share = reach, k, t
    if share == 0:
        return path[:segment]
    p, q, r, end = path[segment]
    pq, qr, re = p + (q - p) * share, q + (r - q) * share, r + (end - r) * share
    left, right = pq + (qr - pq) * share, qr + (re - qr) * share
    return join(path[:segment], np.stack([p, pq, left, left + (right - left) * share])[None])


def _roots(a: float, b: float, c: float) -> list[float]:
    """Where a + b·t + c·t² is 0 between 0 and 1, rising."""
    inside = b * b - 4 * a * c
    if inside < 0:
        return []
    # Of the two ways to write a root those that take no difference of like numbers.
    q = -(b + (inside**0.5 if b >= 0 else -(inside**0.5))) / 2
    found = [q / c if c else -1.0, a / q if q else -1.0]
    return sorted(t for t in found if 0 < t < 1)


def flatten(path: Path, tolerance: float = 0.02) -> Points:
    """The path as a polyline (m, 2) that strays from it by at most `tolerance`, both ends included.

    A segment and its reverse give the same vertices bit for bit, so that two regions which share a curve also share
    every edge of their polygons.
    """
    if not len(path):
        return np.zeros((0, 2))
    bend = np.abs(path[:, :-2] - 2 * path[:, 1:-1] + path[:, 2:])
    bend = np.hypot(bend[..., 0], bend[..., 1]).max(axis=1)
    steps = np.clip(np.ceil(np.sqrt(0.75 * bend / tolerance)), 1, _MAX_STEPS).astype(np.intp)
    segment = np.repeat(np.arange(len(path)), steps)
    total = np.repeat(steps, steps).astype(float)
    k = np.arange(len(segment)) - np.repeat(np.cumsum(steps) - steps, steps)
    t, s = (k / total)[:, None], ((total - k) / total)[:, None]
    a, b, c, d = np.moveaxis(path[segment], 1, 0)
    # Symmetric sums: swapping t and s swaps terms of a commutative addition and nothing else.
    vertices = (s * s * s * a + t * t * t * d) + (3 * (s * t) * (s * b) + 3 * (s * t) * (t * c))
    return np.concatenate([vertices, path[-1:, 3]])


def signed_area(path: Path) -> float:
    """Area enclosed by a closed path, exactly; positive where it runs clockwise on the screen (y downwards)."""
    a, b, c, d = np.moveaxis(path, 1, 0)

    def cross(p: Points, q: Points) -> Points:
        return p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]

    twentieths = 6 * cross(a, b) + 3 * cross(a, c) + cross(a, d) + 3 * cross(b, c) + 3 * cross(b, d) + 6 * cross(c, d)
    return float(twentieths.sum() / 20)
