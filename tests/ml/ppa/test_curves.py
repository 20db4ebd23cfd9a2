import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from ml.ppa.curves import flatten, line, reverse, signed_area, spline, up_to_farthest

Array = NDArray[np.float64]

# A grid, so that points coincide often.
polylines = st.integers(0, 9).flatmap(lambda n: arrays(np.float64, (n, 2), elements=st.integers(-5, 5).map(float)))


def bezier(path: Array, t: float) -> Array:
    a, b, c, d = np.moveaxis(path, 1, 0)
    return (1 - t) ** 3 * a + 3 * t * (1 - t) ** 2 * b + 3 * t * t * (1 - t) * c + t**3 * d


# Places on a line that bends, unevenly far apart.
BENT = np.array([[0, 0], [1, 2], [4, 3], [9, -1], [10, 5]], dtype=float)


def test_a_spline_with_straight_ends_is_the_natural_one() -> None:
    steps = np.array([1.0, 2.0, 2.5, 1.5])
    knots = np.concatenate([[0.0], np.cumsum(steps)])
    path, natural = spline(BENT, steps, end_bend=0), CubicSpline(knots, BENT, bc_type="natural")
    for t in (0.0, 0.25, 0.6, 1.0):
        assert bezier(path, t) == pytest.approx(natural(knots[:-1] + t * steps), abs=1e-9)


def test_a_spline_that_ends_evenly_bent_ends_in_parabolas() -> None:
    path = spline(BENT, [1.0, 2.0, 2.5, 1.5])
    for start, one, two, end in (path[0], path[-1]):
        assert end - 3 * two + 3 * one - start == pytest.approx([0, 0], abs=1e-9)


def test_a_curve_that_is_sheared_as_a_whole_keeps_its_shape() -> None:
    turn = np.array([[0.4, 0.1], [-0.3, 1.0]])
    steps = np.linalg.norm(np.diff(BENT, axis=0), axis=1)
    assert spline(BENT @ turn, steps) == pytest.approx(spline(BENT, steps) @ turn, abs=1e-9)
    assert np.abs(spline(BENT @ turn) - spline(BENT) @ turn).max() > 0.1


def test_two_points_that_are_pushed_together_make_no_loop() -> None:
    points = np.array([[0, 0], [10, 4], [20, 6], [20.2, 6], [40, 0]], dtype=float)
    path = spline(points, [10.0, 10.0, 10.0, 10.0])
    x = flatten(path)[:, 0]
    assert (np.diff(x) > 0).all()


@settings(deadline=None)
@given(polylines)
def test_a_spline_is_continuous_and_passes_through_every_point(points: Array) -> None:
    path = spline(points)
    assert np.isfinite(path).all()
    assert np.array_equal(path[:-1, 3], path[1:, 0])
    if len(np.unique(points, axis=0)) < 2:
        assert len(path) == 0
        return
    knots = np.concatenate([path[:, 0], path[-1:, 3]])
    for point in points:
        assert np.abs(knots - point).max(axis=1).min() == 0


def test_a_spline_breaks_its_direction_and_bend_at_cusps_alone() -> None:
    def jumps(path: Array, order: int) -> list[bool]:
        after, before = path[1:], path[:-1, ::-1]
        bends = after[:, 0] - 2 * after[:, 1] + after[:, 2], before[:, 0] - 2 * before[:, 1] + before[:, 2]
        ways = after[:, 1] - after[:, 0], before[:, 0] - before[:, 1]
        left, right = ways if order == 1 else bends
        return [float(np.abs(gap).max()) > 1e-9 for gap in left - right]

    # Even steps, so that derivatives by the pieces' own parameters may be compared.
    steps = np.ones(4)
    assert jumps(spline(BENT, steps), 1) == jumps(spline(BENT, steps), 2) == [False, False, False]
    assert jumps(spline(BENT, steps, [2]), 1) == jumps(spline(BENT, steps, [2]), 2) == [False, True, False]


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
