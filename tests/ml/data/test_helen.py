from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.data.errors import DataError
from ml.data.given import read_given_labels, read_given_points
from ml.data.helen import HelenFolder, read_helen_labels
from ml.data.lapa import format_landmarks
from ml.data.w300 import format_pts
from ml.geometry import mirror_label_map
from ml.schema import IBUG_68
from ml.synthetic import render_face

FACE = render_face(3, 96, pose="frontal")


def write_helen(folder: Path, name: str, label_map: np.ndarray, image: np.ndarray = FACE.image) -> Path:
    labels = folder / "labels" / name
    labels.mkdir(parents=True)
    (folder / "images").mkdir(exist_ok=True)
    Image.fromarray(image).save(folder / "images" / f"{name}.jpg")
    for category in range(11):
        share = np.where(label_map == category, 250, 3).astype(np.uint8)
        Image.fromarray(share).save(labels / f"{name}_lbl{category:02}.png")
    return labels


def test_one_map_a_category_becomes_one_map(tmp_path: Path) -> None:
    write_helen(tmp_path, "232194_1", FACE.label_map)
    (sample,) = HelenFolder(tmp_path)
    assert sample.name == "232194_1"
    np.testing.assert_array_equal(sample.label_map, FACE.label_map)
    assert sample.image.shape == (96, 96, 3)


@pytest.mark.parametrize("turns", range(4))
def test_left_is_the_images_left_whatever_the_files_call_it(tmp_path: Path, turns: int) -> None:
    """By the face looked at upright: a photo on its side or its head keeps its sides."""
    ours = np.rot90(FACE.label_map, turns)
    by_the_person = np.rot90(mirror_label_map(FACE.label_map[:, ::-1].copy()), turns)
    assert (by_the_person != ours).any()
    for name, theirs in (("image", ours), ("person", by_the_person)):
        labels = write_helen(tmp_path, name, theirs, np.ascontiguousarray(np.rot90(FACE.image, turns)))
        np.testing.assert_array_equal(read_helen_labels(labels), ours)


def test_a_list_chooses_photos(tmp_path: Path) -> None:
    for name in ("b", "a", "c"):
        write_helen(tmp_path, name, FACE.label_map)
    listed = tmp_path / "testing.txt"
    listed.write_text("1 , c\n2 , a\n\n")
    assert HelenFolder(tmp_path, listed).names == ["a", "c"]
    listed.write_text("1 , c\n2 d\n")
    with pytest.raises(DataError, match=r"testing\.txt: line 2"):
        HelenFolder(tmp_path, listed)
    listed.write_text("1 , d\n2 , a\n")
    photos = HelenFolder(tmp_path, listed)
    assert photos[0].name == "a"
    with pytest.raises(DataError, match=r"images/d: is missing"):
        photos[1]


def test_a_folder_or_a_list_without_photos_is_refused(tmp_path: Path) -> None:
    for part in ("images", "labels"):
        (tmp_path / part).mkdir()
    listed = tmp_path / "testing.txt"
    listed.write_text("\n")
    for given in (None, listed):
        with pytest.raises(DataError, match=f"{(given or tmp_path / 'images').name}: holds no photos"):
            HelenFolder(tmp_path, given)


def test_broken_files_are_refused_by_name(tmp_path: Path) -> None:
    labels = write_helen(tmp_path, "a", FACE.label_map)
    Image.new("L", (4, 4)).save(labels / "a_lbl07.png")
    with pytest.raises(DataError, match=r"a_lbl07\.png: has the shape \(4, 4\)"):
        HelenFolder(tmp_path)[0]
    (labels / "a_lbl07.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"a_lbl07\.png: is not a readable PNG"):
        HelenFolder(tmp_path)[0]
    (labels / "a_lbl07.png").unlink()
    with pytest.raises(DataError, match=r"a_lbl07\.png: No such file"):
        HelenFolder(tmp_path)[0]
    Image.new("RGB", (5, 5)).save(tmp_path / "images" / "lonely.jpg")
    with pytest.raises(DataError, match="labels/lonely: is missing"):
        HelenFolder(tmp_path)[1]
    with pytest.raises(DataError, match="images: is not a folder"):
        HelenFolder(tmp_path / "labels")


def test_given_labels_and_points_are_read_in_every_form(tmp_path: Path) -> None:
    write_helen(tmp_path, "a", FACE.label_map)
    np.testing.assert_array_equal(read_given_labels(tmp_path, "a", (96, 96, 3)), FACE.label_map)
    with pytest.raises(DataError, match=r"labels/a: has the shape"):
        read_given_labels(tmp_path, "a", (95, 96))
    with pytest.raises(DataError, match=r"labels/b\.png: No such file"):
        read_given_labels(tmp_path, "b", (96, 96))
    (tmp_path / "landmarks").mkdir()
    few = FACE.points[IBUG_68]
    (tmp_path / "landmarks" / "all.txt").write_text(format_landmarks(FACE.points))
    (tmp_path / "landmarks" / "few.txt").write_text(format_landmarks(few))
    (tmp_path / "landmarks" / "pts.pts").write_text(format_pts(few))
    (tmp_path / "landmarks" / "wrong.txt").write_text("98\n")
    points, known = read_given_points(tmp_path, "all")
    assert known.all()
    np.testing.assert_allclose(points, FACE.points, atol=0.001)
    for name in ("few", "pts"):
        points, known = read_given_points(tmp_path, name)
        assert np.flatnonzero(known).tolist() == sorted(IBUG_68.tolist())
        np.testing.assert_allclose(points[IBUG_68], few, atol=0.001)
    with pytest.raises(DataError, match=r"wrong\.txt: line 1 is '98', not 106"):
        read_given_points(tmp_path, "wrong")
