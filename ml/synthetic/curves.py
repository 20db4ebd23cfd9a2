"""Smooth lines through points."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Polygon = npt.NDArray[np.float64]


def smooth_line(points: npt.ArrayLike, samples: int = 8) -> Polygon:
    """Returns (M, D) samples of an open centripetal Catmull-Rom curve through (N, D) points, so many a segment."""
    p = np.asarray(points, dtype=np.float64)
    if len(p) < 3:
        return p
    return _catmull_rom(np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]]), samples)


def elastic_line(points: npt.ArrayLike, spacing: float) -> Polygon:
    """Returns (M, D) places on the line that a flexible rule takes through (N, D) points, the points among them.

    The rule is a cubic spline with continuous curvature whose parameter is its own length; near either end it is bent
    evenly, so that it meets a corner the way it was going.

    Args:
        points: no two neighbours alike.
        spacing: at most so far apart are neighbouring places.
    """
    p = np.asarray(points, dtype=np.float64)
    lengths = np.linalg.norm(np.diff(p, axis=0), axis=1)
    if len(p) < 3:
        return _hermite(p, np.diff(p, axis=0).repeat(2, axis=0) / lengths, lengths, spacing)
    for _ in range(8):
        slopes = _even_slopes(p, lengths)
        t = np.linspace(0, 1, 33)
        fine = [_cubic(p, slopes, lengths, k, t) for k in range(len(lengths))]
        lengths = np.array([np.linalg.norm(np.diff(piece, axis=0), axis=1).sum() for piece in fine])
    return _hermite(p, _even_slopes(p, lengths), lengths, spacing)


def _even_slopes(p: Polygon, lengths: Polygon) -> Polygon:
    """Returns the slopes at the points with which the curvature is continuous, and constant on the first and last piece."""
    n = len(p)
    chord = np.diff(p, axis=0) / lengths[:, None]
    system, values = np.zeros((n, n)), np.zeros_like(p)
    system[0, :2] = system[-1, -2:] = 1
    values[0], values[-1] = 2 * chord[0], 2 * chord[-1]
    for k in range(1, n - 1):
        before, after = lengths[k - 1], lengths[k]
        system[k, k - 1 : k + 2] = after, 2 * (before + after), before
        values[k] = 3 * (after * chord[k - 1] + before * chord[k])
    return np.asarray(np.linalg.solve(system, values), dtype=np.float64)


def _cubic(p: Polygon, slopes: Polygon, lengths: Polygon, k: int, t: Polygon) -> Polygon:
    t = t[:, None]
    return np.asarray(
        (2 * t**3 - 3 * t**2 + 1) * p[k]
        + (t**3 - 2 * t**2 + t) * lengths[k] * slopes[k]
        + (3 * t**2 - 2 * t**3) * p[k + 1]
        + (t**3 - t**2) * lengths[k] * slopes[k + 1]
    )


def _hermite(p: Polygon, slopes: Polygon, lengths: Polygon, spacing: float) -> Polygon:
    counts = np.maximum(np.ceil(lengths / spacing), 1).astype(int)
    pieces = [_cubic(p, slopes, lengths, k, np.arange(n) / n) for k, n in enumerate(counts)]
    return np.vstack([*pieces, p[-1:]])


def smooth_loop(points: npt.ArrayLike, corners: Sequence[int] = (), samples: int = 8) -> Polygon:
    """Returns (M, 2) samples of a closed curve through (N, 2) points, smooth but for cusps at the rows in corners."""
    p = np.asarray(points, dtype=np.float64)
    if not corners:
        return _catmull_rom(np.vstack([p[-1], p, p[:2]]), samples)[:-1]
    stops = sorted(corners)
    p = np.roll(p, -stops[0], axis=0)
    ends = [stop - stops[0] for stop in stops] + [len(p)]
    p = np.vstack([p, p[0]])
    runs = [smooth_line(p[ends[i] : ends[i + 1] + 1], samples)[:-1] for i in range(len(stops))]
    return np.concatenate(runs)


def _catmull_rom(p: Polygon, samples: int) -> Polygon:
    """Samples the curve from p[1] to p[-2]; the first and the last point only bend its ends."""
    steps = np.maximum(np.sqrt(np.linalg.norm(np.diff(p, axis=0), axis=1)), 1e-9)[:, None]
    slopes = np.diff(p, axis=0) / steps
    chords = (p[2:] - p[:-2]) / (steps[:-1] + steps[1:])
    tangents = slopes[:-1] - chords + slopes[1:]
    start, end, step = p[1:-2], p[2:-1], steps[1:-1]
    m0, m1 = step * tangents[:-1], step * tangents[1:]
    t = (np.arange(samples) / samples)[:, None, None]
    curve = (
        (2 * t**3 - 3 * t**2 + 1) * start
        + (t**3 - 2 * t**2 + t) * m0
        + (3 * t**2 - 2 * t**3) * end
        + (t**3 - t**2) * m1
    )
    return np.vstack([curve.transpose(1, 0, 2).reshape(-1, p.shape[1]), p[-2]])
