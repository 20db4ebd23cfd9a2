from time import perf_counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from skimage.draw import polygon2mask

from ml.ppa.curves import flatten, join, line, spline
from ml.ppa.raster import fill_mask, paint

SHAPE = (40, 50)
coordinates = st.floats(-20, 70).map(lambda value: round(value, 3) + 0.0004)
triangles = st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=3).map(np.array)


def closed(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    return join(*(line(a, b) for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True)))


@given(triangles)
def test_pixel_centres_agree_with_scikit_image(corners: NDArray[np.float64]) -> None:
    """Apart from centres on an edge, which scikit-image gives to whichever side rounding says."""
    differ = fill_mask([closed(corners)], SHAPE) != polygon2mask(SHAPE, corners[:, ::-1])
    for centre in np.argwhere(differ)[:, ::-1]:
        edges = np.roll(corners, -1, axis=0) - corners
        areas = edges[:, 0] * (centre - corners)[:, 1] - edges[:, 1] * (centre - corners)[:, 0]
        assert (np.abs(areas) < 1e-9).any()


def test_a_curved_outline_agrees_with_scikit_image() -> None:
    path = spline(np.array([[5.1, 7.3], [30.2, 2.4], [44.7, 20.6], [20.3, 36.8]]), closed=True)
    expected = polygon2mask(SHAPE, flatten(path)[:, ::-1])
    assert 600 < expected.sum() < 1200
    assert np.array_equal(fill_mask([path], SHAPE), expected)


@given(triangles, st.tuples(coordinates, coordinates))
def test_neighbours_share_an_edge_out(corners: NDArray[np.float64], inner: tuple[float, float]) -> None:
    """Three triangles around a point within one: every pixel of the whole in exactly one of them."""
    weights = np.abs(np.array([inner[0], inner[1], 25.0])) + 1
    middle = weights @ corners / weights.sum()
    pieces = [
        fill_mask([closed(np.array([a, b, middle]))], SHAPE)
        for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True)
    ]
    whole = fill_mask([closed(corners)], SHAPE)
    # The middle is rounded, and may stick out of a triangle without area by as much.
    if abs(np.linalg.det(np.column_stack([corners, np.ones(3)]))) > 1e-6:
        assert np.array_equal(np.sum(pieces, axis=0), whole.astype(int))


def test_pixels_on_whole_coordinates_belong_to_the_region_on_their_right_and_below() -> None:
    left, right = (closed(np.array([[x, 2], [x + 5, 2], [x + 5, 7], [x, 7]], dtype=float)) for x in (3, 8))
    mask = fill_mask([left], SHAPE)
    assert mask.sum() == 25
    assert mask[2:7, 3:8].all()
    assert not (mask & fill_mask([right], SHAPE)).any()


def test_a_path_that_winds_twice_is_filled_and_paths_unite() -> None:
    corners = np.array([[5, 5], [20, 5], [20, 20], [5, 20]], dtype=float)
    once, twice = closed(corners), closed(np.concatenate([corners, corners]))
    assert np.array_equal(fill_mask([once], SHAPE), fill_mask([twice], SHAPE))
    shifted = closed(corners + 10)
    both = fill_mask([once], SHAPE) | fill_mask([shifted[::-1, ::-1]], SHAPE)
    assert np.array_equal(fill_mask([once, shifted[::-1, ::-1]], SHAPE), both)


@pytest.mark.parametrize("rule", ["pixel-centre", "boundary"])
def test_what_lies_outside_costs_nothing_and_paints_nothing(rule: str) -> None:
    away = closed(np.array([[-9e5, 5], [-10, 9e5], [-20, -9e5]], dtype=float))
    around = closed(np.array([[-9e5, -9e5], [9e5, -9e5], [9e5, 9e5], [-9e5, 9e5]], dtype=float))
    start = perf_counter()
    assert not fill_mask([away], SHAPE, rule).any()  # type: ignore[arg-type]
    assert fill_mask([around], SHAPE, rule).all()  # type: ignore[arg-type]
    assert not fill_mask([np.zeros((0, 4, 2))], SHAPE, rule).any()  # type: ignore[arg-type]
    assert perf_counter() - start < 1


def test_the_boundary_rule_paints_the_outline_too() -> None:
    path = closed(np.array([[10, 10], [40, 10], [40, 21], [10, 21]], dtype=float))
    centre, boundary = fill_mask([path], SHAPE), fill_mask([path], SHAPE, "boundary")
    assert (centre.sum(), boundary.sum()) == (30 * 11, 31 * 12)
    assert boundary[centre].all()


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown pixel rule 'thick'"):
        paint(np.zeros(SHAPE, dtype=np.uint8), [], 1, "thick")  # type: ignore[arg-type]
