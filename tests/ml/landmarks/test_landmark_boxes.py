import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.geometry import transform_points
from ml.landmarks.boxes import CROP_MARGIN, FaceBox, box_of_points, crop_transform, jitter
from ml.landmarks.mean_face import mean_face_in
from ml.schema import IBUG_68, MEAN_FACE, N_POINTS

boxes = st.builds(
    FaceBox,
    center=st.tuples(st.floats(-500, 4000), st.floats(-500, 4000)),
    size=st.floats(20, 3000),
    angle=st.floats(-3.1, 3.1),
)


@settings(deadline=None)
@given(box=boxes)
def test_the_mean_face_in_a_box_has_that_box(box: FaceBox) -> None:
    again = box_of_points(mean_face_in(box))
    assert again.center == pytest.approx(box.center, abs=1e-3 * box.size + 0.01)
    assert again.size == pytest.approx(box.size, rel=1e-3, abs=0.01)
    assert again.angle == pytest.approx(box.angle, abs=1e-3)


@settings(deadline=None)
@given(box=boxes)
def test_a_crop_shows_the_face_upright_with_the_margin(box: FaceBox) -> None:
    in_crop = transform_points(crop_transform(box, 256), mean_face_in(box))
    side = 256 / (1 + 2 * CROP_MARGIN)
    assert in_crop == pytest.approx((MEAN_FACE - 0.5) * side + 127.5, abs=0.1)


def test_known_points_suffice() -> None:
    points = mean_face_in(FaceBox((200, 100), 80, 0.3))
    known = np.zeros(N_POINTS, dtype=bool)
    known[IBUG_68] = True
    points[~known] = 1e5
    box = box_of_points(points, known)
    assert box.center == pytest.approx((200, 100), abs=1)
    assert box.angle == pytest.approx(0.3, abs=0.01)


def test_refuses_a_face_of_one_point() -> None:
    known = np.zeros(N_POINTS, dtype=bool)
    known[5] = True
    with pytest.raises(ValueError, match="N of at least 2"):
        box_of_points(MEAN_FACE, known)


def test_jitter_is_bounded_and_repeatable() -> None:
    box = FaceBox((100, 100), 50, 0.0)
    drawn = [jitter(box, np.random.default_rng(seed), 0.05, 0.1, 0.2) for seed in range(200)]
    assert drawn[7] == jitter(box, np.random.default_rng(7), 0.05, 0.1, 0.2)
    assert max(abs(b.center[0] - 100) for b in drawn) == pytest.approx(5, abs=0.5)
    assert max(b.size for b in drawn) == pytest.approx(50 * np.exp(0.2), rel=0.03)
    assert max(abs(b.angle) for b in drawn) == pytest.approx(0.4, abs=0.05)
