import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from skimage.draw import polygon2mask

from ml.ppa.curves import flatten, join, line, reverse, signed_area, spline
from ml.ppa.raster import RULES, Rule, fill_mask, paint

SHAPE = (40, 50)
coordinates = st.floats(-20, 70).map(lambda value: round(value, 3) + 0.0004)
triangles = st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=3).map(np.array)


def closed(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """The outline through the corners, clockwise on the screen."""
    path = join(*(line(a, b) for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True)))
    return path if signed_area(path) >= 0 else reverse(path)


@settings(deadline=None)
@given(triangles)
def test_pixel_centres_agree_with_scikit_image(corners: NDArray[np.float64]) -> None:
    """Apart from centres on an edge, which scikit-image gives to whichever side rounding says."""
    differ = fill_mask([closed(corners)], SHAPE) != polygon2mask(SHAPE, corners[:, ::-1])
    for centre in np.argwhere(differ)[:, ::-1]:
        edges = np.roll(corners, -1, axis=0) - corners
        areas = edges[:, 0] * (centre - corners)[:, 1] - edges[:, 1] * (centre - corners)[:, 0]
        assert (np.abs(areas) < 1e-9).any()


def test_a_curved_outline_agrees_with_scikit_image() -> None:
    path = spline(np.array([[5.1, 7.3], [30.2, 2.4], [44.7, 20.6], [20.3, 36.8], [5.1, 7.3]]))
    expected = polygon2mask(SHAPE, flatten(path)[:, ::-1])
    assert 600 < expected.sum() < 1200
    assert np.array_equal(fill_mask([path], SHAPE), expected)


@settings(deadline=None)
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


@pytest.mark.parametrize("rule", RULES)
def test_what_runs_counter_clockwise_is_folded_over_and_stays_empty(rule: Rule) -> None:
    square = closed(np.array([[5, 5], [20, 5], [20, 20], [5, 20]], dtype=float))
    assert not fill_mask([reverse(square)], SHAPE, rule).any()
    # An eight: its left loop runs clockwise, its right one against that.
    corners = np.array([[5, 5], [35, 25], [35, 5], [5, 25]], dtype=float)
    eight = join(*(line(a, b) for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True)))
    whole = fill_mask([closed(np.array([[5, 5], [20, 15], [5, 25]], dtype=float))], SHAPE, rule)
    found = fill_mask([eight], SHAPE, rule)
    assert whole.sum() > 100
    # At the crossing the boundary rule keeps a pixel that the other loop touches.
    assert not (whole & ~found).any()
    assert (found & ~whole).sum() <= (0 if rule == "pixel-centre" else 3)


def test_a_path_that_winds_twice_is_filled_and_paths_unite() -> None:
    corners = np.array([[5, 5], [20, 5], [20, 20], [5, 20]], dtype=float)
    once, twice = closed(corners), closed(np.concatenate([corners, corners]))
    assert np.array_equal(fill_mask([once], SHAPE), fill_mask([twice], SHAPE))
    shifted = closed(corners + 10)
    once_area = 15 * 15
    both = fill_mask([once], SHAPE) | fill_mask([shifted], SHAPE)
    assert both.sum() > once_area
    assert np.array_equal(fill_mask([once, shifted], SHAPE), both)


@pytest.mark.parametrize("rule", RULES)
def test_what_lies_outside_paints_nothing(rule: Rule) -> None:
    away = closed(np.array([[-9e5, 5], [-10, 9e5], [-20, -9e5]], dtype=float))
    around = closed(np.array([[-9e5, -9e5], [9e5, -9e5], [9e5, 9e5], [-9e5, 9e5]], dtype=float))
    assert not fill_mask([away], SHAPE, rule).any()
    assert fill_mask([around], SHAPE, rule).all()
    assert not fill_mask([np.zeros((0, 4, 2))], SHAPE, rule).any()


def test_the_boundary_rule_paints_the_outline_too() -> None:
    path = closed(np.array([[10, 10], [40, 10], [40, 21], [10, 21]], dtype=float))
    centre, boundary = fill_mask([path], SHAPE), fill_mask([path], SHAPE, "boundary")
    assert (centre.sum(), boundary.sum()) == (30 * 11, 31 * 12)
    assert boundary[centre].all()


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown pixel rule 'thick'"):
        paint(np.zeros(SHAPE, dtype=np.uint8), [], 1, "thick")  # type: ignore[arg-type]
