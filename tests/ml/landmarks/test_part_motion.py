import numpy as np
import pytest

from ml.geometry import Image, Points
from ml.landmarks.part_motion import PartMotion, move_parts, sample_motions
from ml.schema import MEAN_FACE

FACE = np.float32(MEAN_FACE * 160 + 48)
ALL = np.ones(106, dtype=bool)


def dot(place: Points) -> Image:
    """Returns a black picture with a soft white spot."""
    rows, columns = np.mgrid[:256, :256]
    spot = np.exp(-((columns - place[0]) ** 2 + (rows - place[1]) ** 2) / (2 * 1.2**2))
    return np.repeat(np.rint(255 * spot).astype(np.uint8)[:, :, None], 3, axis=2)


@pytest.mark.parametrize("seed", range(6))
def test_points_go_where_the_picture_goes(seed: int) -> None:
    motions = sample_motions(FACE, ALL, np.random.default_rng(seed))
    rows, columns = np.mgrid[:256, :256]
    for index in (16, 35, 44, 54, 60, 68, 72, 77, 84, 87, 93):
        image, points = move_parts(dot(FACE[index]), FACE, motions)
        weight = image[:, :, 0].astype(float)
        centroid = [(columns * weight).sum() / weight.sum(), (rows * weight).sum() / weight.sum()]
        assert points[index] == pytest.approx(centroid, abs=0.7)


def test_a_part_is_stretched_across_its_axis_and_shifted_along_it() -> None:
    motion = PartMotion(np.float32([60, 100]), np.float32([140, 100]), stretch=(1.0, 1.5), shift=(0.1, 0.0))
    upper, lower, far = motion.displacement(np.array([[100.0, 92.0], [100.0, 104.0], [100.0, 180.0]]))
    assert upper == pytest.approx([8, -4], abs=0.1)
    assert lower == pytest.approx([8, 2], abs=0.1)
    assert far == pytest.approx([0, 0], abs=0.1)


def test_both_eyes_open_alike_and_brows_rise_together() -> None:
    for seed in range(8):
        motions = sample_motions(FACE, ALL, np.random.default_rng(seed))
        moved = FACE + np.sum([motion.displacement(FACE.astype(float)) for motion in motions], axis=0)
        left, right = (moved[lower, 1] - moved[upper, 1] for upper, lower in ((68, 72), (77, 81)))
        assert left == pytest.approx(right, rel=0.2)
        rise = (moved - FACE)[[35, 44], 1]
        assert rise[0] == pytest.approx(rise[1], abs=4)


@pytest.mark.parametrize("seed", range(20))
def test_nothing_folds(seed: int) -> None:
    """No place is carried past its neighbour: the map keeps the orientation of every small square."""
    motions = sample_motions(FACE, ALL, np.random.default_rng(seed))
    places = np.stack(np.meshgrid(np.arange(0, 256, 2.0), np.arange(0, 256, 2.0)), axis=-1)
    moved = places + np.sum([motion.displacement(places) for motion in motions], axis=0)
    right, down = np.diff(moved, axis=1)[:-1], np.diff(moved, axis=0)[:, :-1]
    assert (right[..., 0] * down[..., 1] - right[..., 1] * down[..., 0]).min() > 0


def test_only_parts_of_known_place_move() -> None:
    known = ALL.copy()
    known[[66, 84]] = False
    rng = np.random.default_rng(0)
    assert len(sample_motions(FACE, known, rng)) == len(sample_motions(FACE, ALL, rng)) - 2
    assert sample_motions(FACE, ~ALL, rng) == []


def test_without_motions_nothing_moves() -> None:
    image, points = move_parts(dot(FACE[0]), FACE, [])
    assert np.array_equal(image, dot(FACE[0]))
    assert np.array_equal(points, FACE)
