"""The benchmark's choice of photos to learn from: not the same face again and again."""

import numpy as np
import pytest

from benchmarks.look_alikes import face_view, spread_over_look_alikes
from ml.geometry import transform_points
from ml.schema import MEAN_FACE
from ml.synthetic import render_face


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
