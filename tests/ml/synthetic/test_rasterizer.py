import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from skimage.draw import polygon2mask

from ml.synthetic.rasterizer import rasterize

SIZE = 40


@given(st.integers(0, 2**32 - 1))
def test_a_triangle_covers_the_pixels_whose_centres_are_in_it(seed: int) -> None:
    corners = np.random.default_rng(seed).uniform(-10, SIZE + 10, (3, 2))
    found = np.zeros(SIZE * SIZE, dtype=bool)
    fragments = rasterize(corners, np.full(3, 0.5), np.array([[0, 1, 2]]), np.array([False]), SIZE)
    found[fragments.pixels] = True
    np.testing.assert_array_equal(found.reshape(SIZE, SIZE), polygon2mask((SIZE, SIZE), corners[:, ::-1]))


@given(st.integers(0, 2**32 - 1))
def test_neighbours_leave_no_gap_and_share_no_pixel(seed: int) -> None:
    rng = np.random.default_rng(seed)
    # A fan around a point on whole numbers, where ties are.
    rim = np.array([[2.0, 2], [20, 2], [37, 2], [37, 37], [15, 37], [2, 37]])
    xy = np.vstack([rng.integers(8, 30, 2).astype(float), rim])
    triangles = np.array([[0, k + 1, (k + 1) % 6 + 1] for k in range(6)])
    pixels = [rasterize(xy, np.full(7, 0.5), triangles[k : k + 1], np.zeros(1, bool), SIZE).pixels for k in range(6)]
    joined = np.concatenate(pixels)
    assert len(np.unique(joined)) == len(joined) == 35 * 35


def test_the_nearer_triangle_hides_the_other_and_backs_can_be_invisible() -> None:
    xy = np.array([[0.0, 0], [39, 0], [0, 39], [5, 5], [25, 5], [5, 25]])
    near = np.array([0.2, 0.2, 0.2, 0.1, 0.4, 0.4])
    triangles = np.array([[0, 1, 2], [3, 4, 5]])
    seen = rasterize(xy, near, triangles, np.zeros(2, bool), SIZE)
    owner = np.full(SIZE * SIZE, -1)
    owner[seen.pixels] = seen.triangle
    owner = owner.reshape(SIZE, SIZE)
    assert owner[2, 2] == owner[6, 6] == 0
    assert owner[10, 16] == 1
    turned = rasterize(xy, near, triangles[:, ::-1], np.array([True, False]), SIZE)
    assert set(turned.triangle) == {1}


def test_values_are_interpolated_between_the_corners() -> None:
    xy = np.array([[0.0, 0], [30, 0], [0, 30]])
    triangles = np.array([[0, 1, 2]])
    seen = rasterize(xy, np.full(3, 0.5), triangles, np.array([True]), SIZE)
    values = seen.interpolate(triangles, xy.astype(np.float32))
    np.testing.assert_allclose(values[:, 0], seen.pixels % SIZE, atol=1e-4)
    np.testing.assert_allclose(values[:, 1], seen.pixels // SIZE, atol=1e-4)
