import numpy as np
import pytest

from ml.chain import complete_points, draw_label_map, renew_hair_and_skin
from ml.geometry import similarity, transform_points
from ml.landmarks.boxes import box_of_points
from ml.landmarks.mean_face import Proposal
from ml.landmarks.predict import Landmarker
from ml.schema import IBUG_68, N_POINTS
from ml.synthetic import render_face


def test_the_map_of_true_points_is_close_to_the_true_map() -> None:
    face = render_face(101, 256, pose="frontal")
    drawn = draw_label_map(face.image, face.points)
    assert (drawn == face.label_map).mean() > 0.93
    for part in (2, 3, 4, 5, 6, 7, 9):
        assert (drawn == part).any()


def test_kept_parts_stay_whatever_the_points_say() -> None:
    face = render_face(101, 256, pose="frontal")
    parts = np.zeros_like(face.label_map)
    parts[100:110, 90:120] = 4
    drawn = renew_hair_and_skin(face.image, face.points, np.where(parts > 0, parts, 10).astype(np.uint8))
    assert set(np.unique(drawn)) == {0, 1, 4, 10}
    np.testing.assert_array_equal(drawn == 4, parts == 4)
    assert (drawn[parts == 0] == 10).mean() < 0.5
    with pytest.raises(ValueError, match="the photo"):
        renew_hair_and_skin(face.image, face.points, parts[1:])


class _OffByATurn(Landmarker):
    """Answers with true points, turned and moved by a little, as a network is wrong."""

    def __init__(self, points: np.ndarray) -> None:
        self.wrong = transform_points(similarity(1.02, 0.03, (2, -3)), points)
        self.boxes: list = []

    def predict_in_boxes(self, images, boxes):  # type: ignore[no-untyped-def]
        self.boxes += boxes
        return [Proposal(self.wrong, np.ones(N_POINTS, np.float32), found=True) for _ in images]


def test_the_other_points_follow_the_given_ones() -> None:
    face = render_face(7, 256, pose="frontal")
    known = np.zeros(N_POINTS, bool)
    known[IBUG_68] = True
    given = np.where(known[:, None], face.points, 0).astype(np.float32)
    landmarker = _OffByATurn(face.points)
    completed = complete_points(landmarker, face.image, given, known)
    np.testing.assert_array_equal(completed[known], face.points[known])
    before, after = (np.linalg.norm(p - face.points, axis=1)[~known].mean() for p in (landmarker.wrong, completed))
    assert after < 0.5 * before
    assert landmarker.boxes == [box_of_points(face.points, known)]
    assert complete_points(landmarker, face.image, face.points, np.ones(N_POINTS, bool)) is face.points
