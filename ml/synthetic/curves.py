"""Smooth outlines through points, the same splines that the fitting of label maps draws."""

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
