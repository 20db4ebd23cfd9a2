"""What a model would learn most from: doubtful proposals, and not the same face again and again."""

import numpy as np
import pytest

from ml.geometry import transform_points
from ml.landmarks.informativeness import face_view, informativeness, spread_over_look_alikes
from ml.schema import MEAN_FACE
from ml.synthetic import render_face


def test_the_worst_third_of_the_points_counts() -> None:
    confidence = np.full(106, 0.9)
    confidence[84:104] = 0.3
    # 35 points: 20 in doubt by 0.7, 15 by 0.1.
    assert informativeness(confidence) == pytest.approx((20 * 0.7 + 15 * 0.1) / 35)
    assert informativeness(confidence) > informativeness(np.full(106, 0.7))


def test_the_mean_face_is_in_no_doubt_and_no_points_are_refused() -> None:
    assert informativeness(None) == 0.0
    assert informativeness([0.25]) == 0.75
    with pytest.raises(ValueError, match="no points"):
        informativeness([])


def test_a_view_knows_a_face_again_wherever_it_is_in_the_photo() -> None:
    face, other = render_face(3, size=160), render_face(11, size=160)
    moved = np.zeros((240, 240, 3), np.uint8)
    moved[50:210, 30:190] = face.image
    same = face_view(face.image, face.points) @ face_view(moved, face.points + np.array([30, 50], np.float32))
    assert same > 0.98
    assert face_view(face.image, face.points) @ face_view(other.image, other.points) < same


def test_a_view_of_a_blank_photo_or_of_a_point_is_like_nothing() -> None:
    blank = np.full((100, 100, 3), 90, np.uint8)
    points = transform_points(np.array([[60.0, 0.0, 20.0], [0.0, 60.0, 20.0]]), MEAN_FACE)
    assert not face_view(blank, points).any()
    assert not face_view(blank, np.zeros((106, 2), np.float32)).any()


def test_look_alikes_step_back_and_others_stay() -> None:
    a, b = np.eye(4, dtype=np.float32)[:2]
    scores = spread_over_look_alikes([0.8, 0.9, 0.5], [a, a, b])
    assert scores == pytest.approx([0.0, 0.9, 0.5])
    # Half alike: the correlation's square is taken off.
    halfway = ((a + b) / np.sqrt(2)).astype(np.float32)
    assert spread_over_look_alikes([0.9, 0.8], [a, halfway]) == pytest.approx([0.9, 0.4])
    assert spread_over_look_alikes([], []) == []
    with pytest.raises(ValueError, match="as many views"):
        spread_over_look_alikes([1.0], [])
