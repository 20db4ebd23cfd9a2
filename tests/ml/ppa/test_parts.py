import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings

from ml.ppa import FittingError, fill_mask, outlines
from ml.ppa.curves import Path, flatten, signed_area
from ml.ppa.parts import MIN_OPENING, Aperture, aperture, outer_lips
from ml.schema import CATEGORIES, N_POINTS
from tests.ml.ppa.faces import Points, faces, mean_face

PARTS = [category.name for category in CATEGORIES[2:10]]
SHAPE = (320, 320)


def with_mouth(opening: float) -> Points:
    points = mean_face()
    upper, lower = [96, 97, 98, 99, 100], [96, 103, 102, 101, 100]
    points[[97, 98, 99, 101, 102, 103], 1] = points[upper[1:-1] + lower[1:-1]].mean(axis=0)[1]
    points[[101, 102, 103], 1] += opening
    points[[91, 92, 93, 94, 95], 1] += opening
    return points


def test_every_part_of_an_open_face_has_a_closed_outline() -> None:
    fitted = outlines(with_mouth(20))
    assert list(fitted) == ["face", *PARTS]
    for name in PARTS:
        assert len(fitted[name]) == (2 if name == "nose" else 1)
        for path in fitted[name]:
            assert np.abs(path[0, 0] - path[-1, 3]).max() < 1e-9
            assert np.abs(path[:-1, 3] - path[1:, 0]).max() < 1e-9
            assert fill_mask([path], SHAPE).sum() > 50
    (contour,) = fitted["face"]
    assert np.allclose(np.concatenate([contour[:, 0], contour[-1:, 3]]), with_mouth(20)[:33])


def directed_edges(*paths: Path) -> Counter[tuple[float, ...]]:
    """The edges of the paths' polygons, less those that are walked in both directions."""
    edges: Counter[tuple[float, ...]] = Counter()
    for path in paths:
        polygon = flatten(path)
        edges.update(tuple(edge) for edge in np.concatenate([polygon[:-1], polygon[1:]], axis=1).tolist())
    return Counter(
        {edge: n - edges[edge[2:] + edge[:2]] for edge, n in edges.items() if n > edges[edge[2:] + edge[:2]]}
    )


@settings(max_examples=200, deadline=None)
@given(faces(noise=12.0))
def test_lips_and_inner_mouth_share_every_edge_but_the_outer_lip(points: Points) -> None:
    """So that they leave neither gap nor overlap, however the points lie: what borders one borders the other."""
    fitted = outlines(points)
    inside = directed_edges(*fitted["upper_lip"], *fitted["inner_mouth"], *fitted["lower_lip"])
    assert inside == directed_edges(outer_lips(points))


@pytest.mark.parametrize("opening", [0.0, 1.0, 6.0, 40.0])
def test_lips_and_inner_mouth_divide_the_pixels_of_the_mouth(opening: float) -> None:
    points = with_mouth(opening)
    fitted = outlines(points)
    masks = [fill_mask(fitted[name], SHAPE) for name in ("upper_lip", "inner_mouth", "lower_lip") if fitted[name]]
    assert np.array_equal(np.sum(masks, axis=0), fill_mask([outer_lips(points)], SHAPE).astype(int))
    assert ("inner_mouth" in fitted and len(fitted["inner_mouth"]) > 0) == (opening >= 6)


UPPER, LOWER = [96, 97, 98, 99, 100], [96, 103, 102, 101, 100]


def aperture_of(lower: list[float]) -> Aperture:
    """Between corners 100 px apart, a straight upper edge and a lower one so many pixels below it."""
    points = np.zeros((N_POINTS, 2))
    points[UPPER, 0] = points[LOWER, 0] = np.linspace(0, 100, 5)
    points[LOWER[1:-1], 1] = lower
    return aperture(points, UPPER, LOWER, (0.0, 1.0), end_bend=1.0)


@pytest.mark.parametrize(("share", "shows"), [(-0.2, False), (0.9 * MIN_OPENING, False), (1.1 * MIN_OPENING, True)])
def test_an_aperture_opens_at_its_threshold(share: float, shows: bool) -> None:
    found = aperture_of([75 * share, 100 * share, 75 * share])
    assert (len(found.opening) > 0) == shows
    assert np.array_equal(found.upper, found.lower) == (not shows)


def test_lids_that_cross_show_the_part_where_the_upper_one_is_above() -> None:
    found = aperture_of([20.0, 20.0, -20.0])
    # Between the crossed point and the corner both edges are the same curve, half-way between the points.
    assert np.array_equal(found.upper[3:], found.lower[3:])
    assert found.upper[3, 0] == pytest.approx([75, -10])
    assert fill_mask([found.opening], (40, 120))[:, :70].sum() > 500
    assert not fill_mask([found.opening], (40, 120))[:, 76:].any()


def test_a_shut_eye_and_a_lid_without_width_have_no_outline() -> None:
    points = mean_face()
    points[[67, 68, 69]] = points[[73, 72, 71]]
    points[75:83] = points[75]
    fitted = outlines(points)
    assert fitted["left_eye"] == fitted["right_eye"] == []


def test_a_brow_has_one_corner_and_it_is_the_tail() -> None:
    fitted = outlines(mean_face())
    for name, tail in (("left_brow", 33), ("right_brow", 46)):
        (path,) = fitted[name]
        assert path[0, 0] == pytest.approx(mean_face()[tail])
        out, back = path[0, 1] - path[0, 0], path[-1, 3] - path[-1, 2]
        assert out @ back < 0
        for before, after in itertools.pairwise(path):
            left, arriving = after[1] - after[0], before[3] - before[2]
            assert left @ arriving == pytest.approx(np.linalg.norm(left) * np.linalg.norm(arriving))


def test_the_half_of_the_nose_that_folds_over_in_profile_is_dropped() -> None:
    points = mean_face()
    bridge = points[[51, 52, 53, 54]]
    # The nose points to the right of the image: its right side disappears behind the bridge.
    points[[52, 53, 54], 0] += [18, 36, 55]
    points[[61, 62, 63, 64, 65]] = points[[60, 60, 54, 53, 51]] - [8, 0]
    (half,) = outlines(points)["nose"]
    assert signed_area(half) > 0
    tip = flatten(half)[:, 0].max()
    # Rounded, the tip reaches beyond the ridge, by less than a fourth of the way from the near wing.
    ridge = bridge[3, 0] + 55
    assert ridge + 1 < tip < ridge + (ridge - points[57, 0]) / 4
    assert fill_mask([half], SHAPE).sum() > 500


def test_points_in_one_place_give_a_map_of_what_is_left() -> None:
    fitted = outlines(np.full((N_POINTS, 2), 100.0))
    assert all(paths == [] for paths in fitted.values())
    points = mean_face()
    points[33:42] = points[33]
    points[84:104] = points[84]
    fitted = outlines(points)
    assert [name for name in PARTS if not fitted[name]] == ["left_brow", "upper_lip", "inner_mouth", "lower_lip"]


@pytest.mark.parametrize(
    ("points", "message"),
    [
        (np.zeros((68, 2)), r"expected 106 points as x, y rows; got an array of shape \(68, 2\)"),
        (np.where(np.arange(106)[:, None] == 7, np.nan, mean_face()), r"point 7 is at \(nan, nan\)"),
        (np.where(np.arange(106)[:, None] == 90, -np.inf, mean_face()), r"point 90 is at \(-inf, -inf\)"),
        (mean_face() * 1e5, "which is no place near a photo"),
    ],
)
def test_points_that_are_no_face_are_refused_by_name(points: Points, message: str) -> None:
    with pytest.raises(FittingError, match=message):
        outlines(points)


def test_of_a_mouth_in_profile_the_near_half_is_filled_and_nothing_of_the_far_one() -> None:
    points = with_mouth(20)
    middle = points[87, 0]
    far = points[84:104, 0] > middle
    # The far half lies behind the near one, shortened: its points run back towards the near corner.
    points[84:104, 0][far] = middle - 0.4 * (points[84:104, 0][far] - middle)
    # One part has it all on the near side of the four points in the middle of the lips.
    fitted = outlines(points)
    painted = {name: fill_mask(fitted[name], SHAPE) for name in ("upper_lip", "inner_mouth", "lower_lip")}
    whole = {name: fill_mask(outlines(with_mouth(20))[name], SHAPE) for name in painted}
    left = np.arange(SHAPE[1]) < middle
    for name, mask in painted.items():
        # Where the edges turn back they reach a little beyond the points, and before it they bend a little otherwise.
        assert mask.any() and not mask[:, int(middle) + 4 :].any()
        assert (mask != whole[name])[:, left].sum() < 0.04 * mask.sum()
    assert fill_mask([outer_lips(points)], SHAPE).sum() == sum(mask.sum() for mask in painted.values())


def test_a_brow_is_two_arcs_from_the_tail_and_a_head_that_joins_them_smoothly() -> None:
    points = mean_face()
    for name, tail, head in (("left_brow", 33, (37, 38)), ("right_brow", 46, (50, 42))):
        (path,) = outlines(points)[name]
        assert len(path) == 9
        assert np.allclose(path[0, 0], points[tail]) and np.allclose(path[4, [0, 3]], points[list(head)])
        for before, after in itertools.pairwise(path[3:6]):
            leaving, arriving = before[3] - before[2], after[1] - after[0]
            assert leaving @ arriving == pytest.approx(np.linalg.norm(leaving) * np.linalg.norm(arriving))


def round_head(yaw: float) -> Points:
    """The mean face wrapped on a cylinder and turned: y stays, so what is in sight is known exactly."""
    flat = mean_face()
    centre = flat[[33, 46]].mean(axis=0)
    angle = (flat[:, 0] - centre[0]) / 100 + np.radians(yaw)
    return np.column_stack([centre[0] + 100 * np.sin(angle), flat[:, 1]])


@pytest.mark.parametrize("yaw", [-80, -60, 60, 80])
def test_what_bends_out_of_sight_ends_where_it_does(yaw: float) -> None:
    """Of a brow and of both lips all that a turned cylinder shows is filled; no more of a brow, of a lip its roundness."""
    points, flat = round_head(yaw), mean_face()
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    centre = flat[[33, 46]].mean(axis=0)
    sine = (x - centre[0]) / 100
    unrolled = np.where(np.abs(sine) < 1, centre[0] + 100 * (np.arcsin(np.clip(sine, -1, 1)) - np.radians(yaw)), -99)
    for name in ("left_brow", "right_brow", "upper_lip", "lower_lip"):
        whole = fill_mask([path * 8 for path in outlines(flat)[name]], (320 * 8, 320 * 8))
        column = np.clip(np.rint(unrolled * 8), 0, 2559).astype(int)
        true = whole[y * 8, column] & (unrolled > 0)
        found = fill_mask(outlines(points)[name], SHAPE)
        if true.sum() > 60:
            assert (true & found).sum() > 0.98 * true.sum(), name
            assert (true & found).sum() > (0.98 if "brow" in name else 0.84) * found.sum(), name
        else:
            assert found.sum() < 90, name


def test_a_lip_that_bends_out_of_sight_is_round_and_one_that_ends_at_its_corner_is_not() -> None:
    for points, arcs in ((round_head(80), 1), (with_mouth(0), 0)):
        (lip,) = outlines(points)["upper_lip"]
        chord = np.linalg.norm(lip[:, 3] - lip[:, 0], axis=1)
        middle = np.einsum("k,nkx->nx", [1 / 8, 3 / 8, 3 / 8, 1 / 8], lip)
        out = np.linalg.norm(middle - (lip[:, 0] + lip[:, 3]) / 2, axis=1)
        assert np.isclose(out, 0.15 * chord, rtol=1e-9).sum() == arcs


def test_the_head_of_a_brow_is_shortened_with_the_brow() -> None:
    def head(points: Points) -> float:
        (path,) = outlines(points)["left_brow"]
        return float(np.linalg.norm(path[4, 1] - path[4, 0]))

    flat = mean_face()
    assert head(flat) == pytest.approx(np.linalg.norm(flat[37] - flat[38]) / 3, rel=0.05)
    assert head(flat * (0.5, 1)) < 0.6 * head(flat)


def test_of_a_nose_whose_far_wing_is_hidden_the_root_still_shows_beside_the_bridge() -> None:
    points = mean_face()
    points[[52, 53, 54], 0] += [14, 32, 50]
    points[[61, 62, 63, 64], 0] = points[54, 0] - [30, 20, 15, 20]
    left, right = outlines(points)["nose"]
    assert signed_area(right) < 0 < signed_area(left)
    beside = fill_mask([right], SHAPE) & ~fill_mask([left], SHAPE)
    assert beside[: int(points[52, 1])].sum() > 20


def test_the_tip_of_the_nose_is_the_ridge_until_the_far_wing_is_hidden() -> None:
    points = mean_face()
    for path in outlines(points)["nose"]:
        assert np.abs(path[:, 3] - points[54]).sum(axis=1).min() < 1e-9
