from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.data.errors import DataError
from ml.data.fasseg import below_the_jaw, yaw_of
from ml.data.labels import LabelFolder
from ml.geometry import similarity, transform_points
from ml.schema import MEAN_FACE
from ml.synthetic import render_face


def test_names_tell_the_yaw() -> None:
    names = ("frontal_test_1", "yaw+00_train_x", "yaw+15_train_x", "yaw-15_train_x", "yaw-90_train_x")
    assert [yaw_of(name) for name in names] == ["frontal", "0", "±15", "±15", "±90"]
    with pytest.raises(ValueError, match="selfie"):
        yaw_of("selfie")


@pytest.mark.parametrize("angle", [0.0, 0.5, 3.0])
def test_the_neck_is_below_the_jaw_in_the_faces_own_direction(angle: float) -> None:
    turn = similarity(1.0, angle, (0, 0))
    turn[:, 2] = np.array([200, 200]) - turn[:, :2] @ [200, 200]
    points = transform_points(turn, np.asarray(MEAN_FACE) * 120 + 140)
    neck = below_the_jaw(points, (400, 400))
    # In the upright frame: under the chin, beside it; the chin itself, above the temples, and beside the ears.
    upright = [(200, 290), (120, 290), (200, 245), (200, 60), (90, 150)]
    places = transform_points(turn, np.array(upright)).round().astype(int)
    assert [bool(neck[y, x]) for x, y in places] == [True, True, False, False, False]


def test_rendered_faces_have_no_skin_below_the_jaw() -> None:
    face = render_face(4, 200, pose="frontal")
    neck = below_the_jaw(face.points, face.label_map.shape)
    skin = face.label_map == 1
    assert (neck & skin).sum() < 0.01 * skin.sum()
    assert neck.sum() > 0.1 * neck.size


def test_points_that_are_no_face_are_refused() -> None:
    for points in (np.zeros((106, 2)), np.full((106, 2), np.nan), MEAN_FACE[:68]):
        with pytest.raises(ValueError):
            below_the_jaw(points, (9, 9))


def test_a_folder_of_labels_refuses_broken_files_by_name(tmp_path: Path) -> None:
    for part, suffix in (("images", "jpg"), ("labels", "png")):
        (tmp_path / part).mkdir()
        Image.new("L", (8, 6), 4).save(tmp_path / part / f"a.{suffix}")
    (sample,) = LabelFolder(tmp_path)
    assert sample.image.shape == (6, 8, 3) and (sample.label_map == 4).all()
    Image.new("L", (8, 5)).save(tmp_path / "labels" / "a.png")
    with pytest.raises(DataError, match=r"a\.png: has the shape \(5, 8\), its photo \(6, 8\)"):
        LabelFolder(tmp_path)[0]
    (tmp_path / "labels" / "a.png").unlink()
    with pytest.raises(DataError, match="labels/a: is missing"):
        LabelFolder(tmp_path)


def test_the_real_folder_is_read(face_data: Path) -> None:
    photos = LabelFolder(face_data / "fasseg")
    yaws = Counter(yaw_of(name) for name in photos.names)
    assert sum(yaws.values()) == 227
    assert set(yaws) == {"frontal", "0", "±15", "±30", "±45", "±60", "±75", "±90"}
    for sample in photos[:3]:
        assert set(np.unique(sample.label_map)) <= {0, 1, 4, 6, 8, 10}
        assert (sample.label_map == 1).any()
