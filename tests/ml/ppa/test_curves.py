import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from ml.ppa.curves import flatten, line, reverse, signed_area, spline, up_to_farthest

Array = NDArray[np.float64]

# A grid, so that points coincide often.
polylines = st.integers(0, 9).flatmap(lambda n: arrays(np.float64, (n, 2), elements=st.integers(-5, 5).map(float)))


def bezier(path: Array, t: float) -> Array:
    a, b, c, d = np.moveaxis(path, 1, 0)
    return (1 - t) ** 3 * a + 3 * t * (1 - t) ** 2 * b + 3 * t * t * (1 - t) * c + t**3 * d


def barry_goldman(p: Array, t: float) -> Array:
    """The centripetal Catmull-Rom segment between p[1] and p[2], from its textbook definition."""
    knots = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(p, axis=0), axis=1) ** 0.5)])
    u = knots[1] + t * (knots[2] - knots[1])
    level = list(p)
    for width in (1, 2):
        level = [
            ((knots[i + width] - u) * level[i] + (u - knots[i]) * level[i + 1]) / (knots[i + width] - knots[i])
            for i in range(len(level) - 1)
        ]
    # The last level blends over the middle interval only.
    return ((knots[2] - u) * level[0] + (u - knots[1]) * level[1]) / (knots[2] - knots[1])


@pytest.mark.parametrize("t", [0.0, 0.25, 0.6, 1.0])
def test_a_spline_is_exactly_centripetal_catmull_rom(t: float) -> None:
    p = np.array([[0, 0], [1, 2], [4, 3], [9, -1], [10, 5]], dtype=float)
    path = spline(p)
    assert bezier(path[1:2], t)[0] == pytest.approx(barry_goldman(p[0:4], t))
    assert bezier(path[2:3], t)[0] == pytest.approx(barry_goldman(p[1:5], t))


@settings(deadline=None)
@given(polylines, st.booleans())
def test_a_spline_is_continuous_and_passes_through_every_point(points: Array, closed: bool) -> None:
    path = spline(points, closed=closed)
    assert np.isfinite(path).all()
    assert np.array_equal(path[:-1, 3], path[1:, 0])
    if len(np.unique(points, axis=0)) < 2:
        assert len(path) == 0
        return
    knots = np.concatenate([path[:, 0], path[-1:, 3]])
    for point in points:
        assert np.abs(knots - point).max(axis=1).min() == 0
    if closed and len(path) > 2:
        assert np.array_equal(path[0, 0], path[-1, 3])


def test_a_closed_spline_breaks_its_direction_at_cusps_alone() -> None:
    square = np.array([[0, 0], [4, 0], [4, 4], [0, 4]], dtype=float)

    def turns(path: Array) -> list[float]:
        after = path[:, 1] - path[:, 0]
        before = np.roll(path[:, 3] - path[:, 2], 1, axis=0)
        across = after[:, 0] * before[:, 1] - after[:, 1] * before[:, 0]
        return [float(abs(np.arctan2(c, d))) for c, d in zip(across, (after * before).sum(axis=1), strict=True)]

    assert max(turns(spline(square, closed=True))) < 1e-9
    cusped = spline(square, closed=True, cusps=[1, 3])
    assert np.array_equal(cusped[0, 0], square[1])
    assert [turn > 0.1 for turn in turns(cusped)] == [True, False, True, False]


@settings(deadline=None)
@given(polylines)
def test_a_spline_walked_backwards_is_the_same_curve(points: Array) -> None:
    assert np.allclose(spline(points[::-1]), reverse(spline(points)), atol=1e-9)


@pytest.mark.parametrize("t", [0.0, 0.3, 0.5, 0.9])
def test_three_even_points_give_the_parabola_through_them(t: float) -> None:
    """The paper's lid: y = 4h·t(1−t) between two corners."""
    path = spline(np.array([[0, 0], [5, 2], [10, 0]], dtype=float))
    x, y = bezier(path, t)[0]
    assert y == pytest.approx(4 * 2 * (x / 10) * (1 - x / 10))


@settings(deadline=None)
@given(polylines, st.floats(0.005, 1.0))
def test_flattening_keeps_its_tolerance_and_both_directions_agree(points: Array, tolerance: float) -> None:
    path = spline(points)
    polygon = flatten(path, tolerance)
    assert np.array_equal(polygon, flatten(reverse(path), tolerance)[::-1])
    if not len(path):
        return
    a, b = polygon[:-1], polygon[1:]
    for t in np.linspace(0, 1, 9):
        for point in bezier(path, float(t)):
            along = ((point - a) * (b - a)).sum(axis=1) / np.maximum(((b - a) ** 2).sum(axis=1), 1e-18)
            nearest = a + np.clip(along, 0, 1)[:, None] * (b - a)
            assert np.linalg.norm(point - nearest, axis=1).min() <= tolerance * 1.001


def test_area_is_signed_by_the_direction_on_the_screen() -> None:
    corners = np.array([[0, 0], [3, 0], [3, 2], [0, 2], [0, 0]], dtype=float)
    clockwise = np.concatenate([line(a, b) for a, b in itertools.pairwise(corners)])
    assert signed_area(clockwise) == pytest.approx(6)
    assert signed_area(reverse(clockwise)) == pytest.approx(-6)
    # Between a parabola and its chord lie two thirds of its height times its width.
    bow = np.concatenate([spline(np.array([[0.0, 0.0], [0.5, 0.25], [1.0, 0.0]])), line([1, 0], [0, 0])])
    assert abs(signed_area(bow)) == pytest.approx(1 / 6)


@settings(deadline=None)
@given(polylines, st.floats(-np.pi, np.pi))
def test_a_path_cut_at_its_farthest_place_ends_there_and_is_the_same_before(points: Array, angle: float) -> None:
    path, direction = spline(points), np.array([np.cos(angle), np.sin(angle)])
    cut = up_to_farthest(path, direction)
    if not len(path):
        assert not len(cut)
        return
    t = np.linspace(0, 1, 101)
    places = np.concatenate([bezier(path, s) for s in t])
    end = cut[-1, 3] if len(cut) else path[0, 0]
    assert end @ direction >= (places @ direction).max() - 1e-9
    assert np.array_equal(cut[:-1], path[: max(len(cut) - 1, 0)])
    if len(cut):
        segment = path[len(cut) - 1 : len(cut)]
        # De Casteljau keeps the curve: its first part runs along it.
        gaps = np.linalg.norm(np.concatenate([bezier(segment, s) for s in t]) - bezier(cut[-1:], 0.5), axis=1)
        assert gaps.min() < 0.02 * max(np.ptp(path.reshape(-1, 2), axis=0).max(), 1)
