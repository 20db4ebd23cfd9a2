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

_UNEVEN = 5.0
"""A piece of a spline may be so many times longer or shorter than its share of the parameter; beyond, it would swing out."""

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


def spline(points: ArrayLike, steps: ArrayLike | None = None, cusps: Sequence[int] = (), end_bend: float = 1.0) -> Path:
    """The cubic spline of continuous curvature through the points, as Béziers: the line that a thin rule takes.

    The parameter's steps may be the distances that the points have somewhere else, above all on a face that looks
    straight ahead: then a curve that is turned, squeezed or sheared as a whole keeps its shape, as the image of a curve in
    space should. (Cubic spline interpolation as in de Boor, A Practical Guide to Splines, chapter IV.)

    Args:
        points: (n, 2). Points that coincide with the one before them are passed over.
        steps: (n - 1,), positive: of the parameter between neighbours, in any unit; else their distances. One that
            is less than a fifth or more than five times its piece's share of the length counts as that.
        cusps: Indices of points where the direction may break.
        end_bend: The bend at an end or a cusp, as a share of the bend at the next point: 1 is bent evenly, 0 is straight.

    Returns:
        The path, open; empty where fewer than two distinct points remain.
    """
    p = np.asarray(points, float).reshape(-1, 2)
    own = _lengths(p)
    given = own if steps is None else np.asarray(steps, float)
    stops = sorted({0, *cusps, len(p) - 1})
    return join(*(_smooth(p[a : b + 1], own[a:b], given[a:b], end_bend) for a, b in pairwise(stops) if a >= 0))


def _lengths(p: Points) -> Points:
    delta = np.diff(p, axis=0)
    return np.hypot(delta[:, 0], delta[:, 1])


def _smooth(p: Points, own: Points, given: Points, end_bend: float) -> Path:
    moved = own > COINCIDENT
    if not moved.any():
        return EMPTY
    p, own, given = p[np.concatenate([[True], moved])], own[moved], given[moved]
    uneven = own / own.sum() * given.sum() / given
    step = given * uneven / np.clip(uneven, 1 / _UNEVEN, _UNEVEN)
    reach = _slopes(np.diff(p, axis=0) / step[:, None], step, end_bend) / 3
    start, end, step = p[:-1], p[1:], step[:, None]
    return np.stack([start, start + reach[:-1] * step, end - reach[1:] * step, end], axis=1)


def _slopes(chord: Points, step: Points, end_bend: float) -> Points:
    """The derivatives (n + 1, 2) at the ends of n pieces with chords (n, 2) a unit of the parameter."""
    n = len(step)
    if n == 1:
        return np.concatenate([chord, chord])
    # Of a piece with the chord c between the slopes a and b, the bend is 6c - 4a - 2b at a and 4b + 2a - 6c at b.
    system, values = np.zeros((n + 1, n + 1)), np.zeros((n + 1, 2))
    system[0, :2] = system[-1, :-3:-1] = 2 + end_bend, 1 + 2 * end_bend
    values[0], values[-1] = 3 * (1 + end_bend) * chord[0], 3 * (1 + end_bend) * chord[-1]
    inner = np.arange(1, n)
    before, after = step[:-1], step[1:]
    system[inner, inner - 1], system[inner, inner], system[inner, inner + 1] = after, 2 * (before + after), before
    values[1:-1] = 3 * (after[:, None] * chord[:-1] + before[:, None] * chord[1:])
    return np.asarray(np.linalg.solve(system, values))


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
