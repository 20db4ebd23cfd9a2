import numpy as np
import pytest

from ml.geometry import Image
from ml.landmarks.eye_stretch import EyeStretch

CORNERS = np.array([[60, 100], [140, 112]], dtype=np.float32)


def dot(x: float, y: float) -> Image:
    """Returns a picture, black but for a soft white spot."""
    rows, columns = np.mgrid[:200, :200]
    spot = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * 2.5**2))
    return np.repeat(np.rint(255 * spot).astype(np.uint8)[:, :, None], 3, axis=2)


@pytest.mark.parametrize("height", [0.5, 0.75, 1.3, 1.6])
@pytest.mark.parametrize("place", [(100, 90), (85, 93), (120, 118), (100, 70), (100, 140), (30, 100)])
def test_points_go_where_the_picture_goes(height: float, place: tuple[float, float]) -> None:
    eye = EyeStretch(CORNERS[0], CORNERS[1], height)
    moved = eye.stretch_image(dot(*place))[:, :, 0].astype(float)
    rows, columns = np.mgrid[:200, :200]
    centroid = [(columns * moved).sum() / moved.sum(), (rows * moved).sum() / moved.sum()]
    (point,) = eye.stretch_points(np.array([place], dtype=np.float32))
    assert point == pytest.approx(centroid, abs=1.0)


def test_an_eye_opens_by_the_factor_and_its_corners_stay() -> None:
    eye = EyeStretch(np.float32([60, 100]), np.float32([140, 100]), 1.5)
    lids = np.array([[100, 92], [100, 104]], dtype=np.float32)
    upper, lower = eye.stretch_points(lids)
    assert upper == pytest.approx([100, 88], abs=0.1)
    assert lower == pytest.approx([100, 106], abs=0.1)
    assert eye.stretch_points(CORNERS * [[1, 0], [1, 0]] + [[0, 100], [0, 100]]) == pytest.approx(
        CORNERS * [[1, 0], [1, 0]] + [[0, 100], [0, 100]]
    )


def test_nothing_folds() -> None:
    """Places one above the other stay so, at the strongest stretch that is allowed."""
    column = np.stack([np.full(300, 100.0), np.linspace(20, 180, 300)], axis=1).astype(np.float32)
    for height in (0.5, 1.6):
        moved = EyeStretch(np.float32([60, 100]), np.float32([140, 100]), height).stretch_points(column)
        assert (np.diff(moved[:, 1]) > 0).all()


def test_an_eye_outside_the_picture_changes_nothing() -> None:
    image = dot(100, 100)
    eye = EyeStretch(np.float32([400, 400]), np.float32([480, 400]), 1.5)
    assert np.array_equal(eye.stretch_image(image), image)
