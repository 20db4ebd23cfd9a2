import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml import geometry
from ml.geometry import Rectangle
from ml.schema import MEAN_FACE

scales = st.floats(0.05, 20)
angles = st.floats(-3.1, 3.1)
shifts = st.tuples(st.floats(-500, 500), st.floats(-500, 500))


@given(scales, angles, shifts)
def test_estimate_finds_the_transform_that_was_applied(scale: float, angle: float, shift: tuple[float, float]) -> None:
    truth = geometry.similarity(scale, angle, shift)
    source = MEAN_FACE.astype(np.float64) * 100
    target = source @ truth[:, :2].T + truth[:, 2]
    np.testing.assert_allclose(geometry.estimate_similarity(source, target), truth, atol=1e-8 * (1 + scale))


@given(st.integers(0, 2**32 - 1))
def test_estimate_is_the_least_squares_optimum(seed: int) -> None:
    rng = np.random.default_rng(seed)
    source, target = rng.normal(size=(2, 12, 2))
    weights = rng.uniform(0.1, 2, 12)
    best = geometry.estimate_similarity(source, target, weights)

    def cost(matrix: np.ndarray) -> float:
        return float(weights @ ((source @ matrix[:, :2].T + matrix[:, 2] - target) ** 2).sum(axis=1))

    assert np.linalg.det(best[:, :2]) > 0
    np.testing.assert_allclose(best[0, 0], best[1, 1])
    np.testing.assert_allclose(best[0, 1], -best[1, 0])
    for nudge in (
        geometry.similarity(1.01, 0, (0, 0)),
        geometry.similarity(0.99, 0, (0, 0)),
        geometry.similarity(1, 0.01, (0, 0)),
        geometry.similarity(1, -0.01, (0, 0)),
        geometry.similarity(1, 0, (0.01, 0)),
        geometry.similarity(1, 0, (0, -0.01)),
    ):
        assert cost(geometry.compose_transforms(best, nudge)) >= cost(best) - 1e-12


def test_estimate_never_reflects() -> None:
    source = np.array([[0, 0], [4, 0], [0, 3]])
    matrix = geometry.estimate_similarity(source, source * (-1, 1))
    assert np.linalg.det(matrix[:, :2]) > 0


def test_a_pair_of_weight_zero_counts_for_nothing() -> None:
    source = np.array([[0.0, 0], [1, 0], [0, 1], [5, 5]])
    target = source + np.array([3, 4])
    target[3] = (-90, 70)
    matrix = geometry.estimate_similarity(source, target, [1, 1, 1, 0])
    np.testing.assert_allclose(matrix, [[1, 0, 3], [0, 1, 4]], atol=1e-12)


@pytest.mark.parametrize(
    ("source", "target", "weights"),
    [
        ([[1, 2], [1, 2]], [[0, 0], [1, 1]], None),
        ([[1, 2]], [[0, 0]], None),
        ([[1, 2], [3, 4]], [[0, 0]], None),
        ([[1, 2], [3, 4]], [[0, 0], [1, 1]], [0, 0]),
        ([[1, 2], [3, 4]], [[0, 0], [1, 1]], [1, -1]),
        ([[1, 2], [3, 4], [9, 9]], [[0, 0], [1, 1], [2, 2]], [1, 0, 0]),
    ],
)
def test_estimate_refuses_what_has_no_answer(source: list, target: list, weights: list | None) -> None:
    with pytest.raises(ValueError, match=r"needed|one place"):
        geometry.estimate_similarity(source, target, weights)


@given(scales, angles, shifts)
def test_inverse_undoes_and_composition_applies_first_then_second(
    scale: float, angle: float, shift: tuple[float, float]
) -> None:
    first = geometry.similarity(scale, angle, shift)
    second = geometry.similarity(0.7, 0.3, (5, -8))
    points = MEAN_FACE * 50
    identity = geometry.compose_transforms(first, geometry.invert_transform(first))
    np.testing.assert_allclose(identity, [[1, 0, 0], [0, 1, 0]], atol=1e-7)
    both = geometry.transform_points(geometry.compose_transforms(first, second), points)
    one_by_one = geometry.transform_points(second, geometry.transform_points(first, points))
    np.testing.assert_allclose(both, one_by_one, rtol=1e-4, atol=1e-2)
    assert geometry.transform_scale(first) == pytest.approx(scale)


def test_bounding_rectangle() -> None:
    assert geometry.bounding_rectangle([[3, 9], [-1, 4], [2, 5]]) == Rectangle(-1, 4, 4, 5)
    with pytest.raises(ValueError, match="at least one point"):
        geometry.bounding_rectangle(np.empty((0, 2)))


def test_square_crop_covers_the_rectangle_edge_to_edge() -> None:
    # The rectangle that covers the 8 pixels from 10 to 17 is cut out exactly.
    matrix = geometry.square_crop(Rectangle(9.5, 19.5, 8, 8), size=8)
    image = np.arange(64 * 64, dtype=np.uint32).reshape(64, 64).astype(np.uint8)
    np.testing.assert_array_equal(geometry.warp_image(image, matrix, (8, 8)), image[20:28, 10:18])
    # A margin of a quarter on every side shows half as much again.
    wide = geometry.square_crop(Rectangle(9.5, 19.5, 8, 4), size=120, margin=0.25)
    assert geometry.transform_scale(wide) == pytest.approx(120 / 12)
    np.testing.assert_allclose(geometry.transform_points(wide, [[13.5, 21.5]]), [[59.5, 59.5]], atol=1e-5)
    with pytest.raises(ValueError, match="no area"):
        geometry.square_crop(Rectangle(1, 1, 0, 0), size=8)


@pytest.mark.parametrize("scale", [0.11, 0.3, 0.5, 0.8, 1.7])
def test_warping_moves_the_image_and_its_points_alike(scale: float) -> None:
    y, x = np.mgrid[0:400, 0:400]
    spot = (173.3, 221.8)
    image = (255 * np.exp(-((x - spot[0]) ** 2 + (y - spot[1]) ** 2) / (2 * 14**2))).astype(np.uint8)
    matrix = geometry.square_crop(Rectangle(100, 120, 180, 180), size=round(180 * scale), angle=0.4)
    warped = geometry.warp_image(image, matrix, (round(180 * scale),) * 2).astype(np.float64)
    y, x = np.mgrid[0 : warped.shape[0], 0 : warped.shape[1]]
    seen = np.array([(x * warped).sum(), (y * warped).sum()]) / warped.sum()
    np.testing.assert_allclose(seen, geometry.transform_points(matrix, spot), atol=0.06)


def test_shrinking_averages_instead_of_skipping_pixels() -> None:
    stripes = np.zeros((256, 256), np.uint8)
    stripes[:, ::2] = 255
    small = geometry.warp_image(stripes, geometry.similarity(0.125, 0, (0, 0)), (32, 32))
    assert abs(small[4:-4, 4:-4].astype(int) - 127).max() < 10


def test_warping_a_label_map_invents_no_category() -> None:
    label_map = np.zeros((50, 50), np.uint8)
    label_map[20:40, 10:30] = 10
    warped = geometry.warp_label_map(label_map, geometry.similarity(1.7, 0.5, (10, 0)), (90, 90))
    assert set(np.unique(warped)) == {0, 10}


def test_mirroring_points_image_and_label_map_agree() -> None:
    width = 41
    image = np.zeros((30, width, 3), np.uint8)
    points = np.zeros((106, 2), np.float32)
    points[66] = (7, 12)
    image[12, 7] = 255
    label_map = np.zeros((30, width), np.uint8)
    label_map[12, 7] = 4
    visibility = np.full(106, 2, np.uint8)
    visibility[66] = 1

    x, y = geometry.mirror_points(points, width)[79].astype(int)
    assert (x, y) == (width - 1 - 7, 12)
    assert geometry.mirror_image(image)[y, x].tolist() == [255, 255, 255]
    assert geometry.mirror_label_map(label_map)[y, x] == 5
    assert geometry.mirror_visibility(visibility)[79] == 1
    np.testing.assert_array_equal(geometry.mirror_points(geometry.mirror_points(points, width), width), points)
    np.testing.assert_array_equal(geometry.mirror_label_map(geometry.mirror_label_map(label_map)), label_map)


def test_mirroring_refuses_other_shapes_and_ids() -> None:
    with pytest.raises(ValueError, match="106"):
        geometry.mirror_points(np.zeros((68, 2)), 10)
    with pytest.raises(ValueError, match="11"):
        geometry.mirror_label_map(np.full((2, 2), 11, np.uint8))
