import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage.draw import polygon2mask

from ml.synthetic import raster

SIZE = 48


def star(seed: int) -> np.ndarray:
    """A polygon that does not cross itself, partly outside the image."""
    rng = np.random.default_rng(seed)
    n = rng.integers(4, 40)
    angles = (np.arange(n) + rng.uniform(0, 0.8, n)) * (2 * np.pi / n)
    radii = rng.uniform(2, 35, n)
    return rng.uniform(0, SIZE, 2) + np.column_stack([np.cos(angles), np.sin(angles)]) * radii[:, None]


def polygon_area(polygon: np.ndarray) -> float:
    x, y = polygon.T
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2


@given(st.integers(0, 2**32 - 1))
def test_inside_takes_the_pixels_whose_centres_are_in_the_polygon(seed: int) -> None:
    polygon = star(seed)
    expected = polygon2mask((SIZE, SIZE), polygon[:, ::-1])
    np.testing.assert_array_equal(raster.inside(polygon, SIZE, SIZE), expected)
    np.testing.assert_array_equal(raster.inside(polygon[::-1], SIZE, SIZE), expected)


@given(st.integers(0, 2**32 - 1))
def test_polygons_that_share_an_edge_share_no_pixel_and_leave_none(seed: int) -> None:
    rng = np.random.default_rng(seed)
    # On whole numbers, where ties are: a zigzag through the middle of a square.
    y = np.arange(4, 45, 4.0)
    seam = np.column_stack([rng.integers(10, 38, len(y)).astype(float), y])
    left = np.vstack([seam, [[4, 44], [4, 4]]])
    right = np.vstack([seam, [[44, 44], [44, 4]]])
    whole = np.array([[4.0, 4], [44, 4], [44, 44], [4, 44]])
    a, b = raster.inside(left, SIZE, SIZE), raster.inside(right, SIZE, SIZE)
    assert not (a & b).any()
    np.testing.assert_array_equal(a | b, raster.inside(whole, SIZE, SIZE))


@given(st.integers(0, 2**32 - 1))
def test_coverage_sums_to_the_area(seed: int) -> None:
    polygon = star(seed)
    polygon += 60 - polygon.mean(axis=0)
    cover = raster.coverage(polygon, 130, 130)
    assert cover.alpha.min() >= 0
    assert cover.alpha.max() <= 1
    length = np.linalg.norm(polygon - np.roll(polygon, 1, axis=0), axis=1).sum()
    assert cover.alpha.sum() == pytest.approx(polygon_area(polygon), abs=0.02 * length + 0.3)


def test_coverage_is_the_share_of_each_pixel() -> None:
    # From x = 2.25 to 4.5 in pixel centres: pixel 2 is covered by a quarter, 3 and 4 wholly.
    cover = raster.coverage(np.array([[2.25, 0.5], [4.5, 0.5], [4.5, 3.0], [2.25, 3.0]]), 10, 10)
    image = np.zeros((10, 10))
    image[cover.window()] = cover.alpha
    np.testing.assert_allclose(image[1, :7], [0, 0, 0.25, 1, 1, 0, 0], atol=1e-6)
    np.testing.assert_allclose(image[:5, 3], [0, 1, 1, 0.5, 0], atol=1e-6)


def test_a_polygon_outside_the_image_covers_nothing() -> None:
    polygon = np.array([[-30.0, -30], [-20, -30], [-20, -20]])
    assert not raster.inside(polygon, SIZE, SIZE).any()
    assert raster.coverage(polygon, SIZE, SIZE).alpha.sum() == 0
    assert raster.coverage(polygon + 100, SIZE, SIZE).alpha.sum() == 0


def test_curves_go_through_their_points_and_keep_their_cusps() -> None:
    points = np.array([[0.0, 0], [10, 2], [14, 11], [3, 9]])
    for curve in (raster.smooth_line(points), raster.smooth_loop(points), raster.smooth_loop(points, corners=(1, 3))):
        distances = np.linalg.norm(curve[:, None] - points, axis=2).min(axis=0)
        np.testing.assert_allclose(distances, 0, atol=1e-9)
    assert len(np.unique(raster.smooth_loop(points, corners=(0, 2)), axis=0)) == 32

    def sharpest_turn(curve: np.ndarray) -> float:
        steps = np.roll(curve, -1, axis=0) - curve
        unit = steps / np.linalg.norm(steps, axis=1)[:, None]
        return float(np.arccos(np.clip((unit * np.roll(unit, -1, axis=0)).sum(axis=1), -1, 1)).max())

    square = np.array([[0.0, 0], [10, 0], [10, 10], [0, 10]])
    assert sharpest_turn(raster.smooth_loop(square)) < 0.5
    assert sharpest_turn(raster.smooth_loop(square, corners=(0,))) > 1.0


def test_a_smooth_loop_does_not_depend_on_where_it_starts() -> None:
    points = np.random.default_rng(5).uniform(0, 50, (9, 2))
    loop, rolled = raster.smooth_loop(points), raster.smooth_loop(np.roll(points, -3, axis=0))
    np.testing.assert_allclose(np.roll(loop, -3 * 8, axis=0), rolled, atol=1e-9)


def test_a_ribbon_is_as_wide_as_asked() -> None:
    line = np.column_stack([np.linspace(5, 40, 30), np.full(30, 20.0)])
    assert polygon_area(raster.ribbon(line, 3.0)) == pytest.approx(35 * 3)
    assert polygon_area(raster.ellipse((9, 9), (4, 2), 0.7)) == pytest.approx(np.pi * 8, rel=0.005)
