from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.data.errors import DataError
from ml.data.faces import LandmarkFolder, embed_68
from ml.data.files import read_image
from ml.data.lapa import format_landmarks
from ml.data.mean_face import mean_face
from ml.geometry import similarity, transform_points
from ml.schema import IBUG_68, MEAN_FACE


def write_face(folder: Path, name: str, points: np.ndarray) -> None:
    for part in ("images", "landmarks"):
        (folder / part).mkdir(exist_ok=True)
    Image.new("RGB", (20, 10), (9, 9, 9)).save(folder / "images" / f"{name}.png")
    (folder / "landmarks" / f"{name}.txt").write_text(format_landmarks(points))


def test_68_points_take_their_places_among_the_106(tmp_path: Path) -> None:
    points = np.arange(1, 137, dtype=np.float32).reshape(68, 2)
    write_face(tmp_path, "one", points)
    (sample,) = LandmarkFolder(tmp_path, n_points=68)
    np.testing.assert_array_equal(sample.points[IBUG_68], points)
    assert sample.known.sum() == 68
    assert (sample.points[~sample.known] == 0).all()
    with pytest.raises(ValueError, match="68"):
        embed_68(MEAN_FACE)


def test_106_points_are_all_known(tmp_path: Path) -> None:
    write_face(tmp_path, "b", MEAN_FACE * 100)
    write_face(tmp_path, "a", MEAN_FACE * 10)
    folder = LandmarkFolder(tmp_path)
    assert [sample.name for sample in folder] == ["a", "b"]
    assert folder[1].known.all()
    np.testing.assert_allclose(folder[1].points, MEAN_FACE * 100, atol=0.001)
    np.testing.assert_array_equal(folder.points(0)[0], folder[0].points)
    with pytest.raises(DataError, match=r"a\.txt: line 1 is '106', not 68"):
        LandmarkFolder(tmp_path, n_points=68)[0]


def test_unpaired_and_missing_files_are_refused_by_name(tmp_path: Path) -> None:
    write_face(tmp_path, "a", MEAN_FACE)
    (tmp_path / "landmarks" / "a.txt").unlink()
    with pytest.raises(DataError, match="landmarks/a: is missing"):
        LandmarkFolder(tmp_path)
    with pytest.raises(DataError, match="nowhere"):
        LandmarkFolder(tmp_path / "nowhere")


def test_photos_are_turned_upright_and_made_rgb(tmp_path: Path) -> None:
    photo = Image.new("L", (20, 10), 0)
    photo.paste(255, (0, 0, 4, 10))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: the top row is the right-hand column
    photo.save(tmp_path / "turned.jpg", exif=exif)
    image = read_image(tmp_path / "turned.jpg")
    assert image.shape == (20, 10, 3)
    assert image[:3].min() > 200
    assert image[10:].max() < 50
    with pytest.raises(DataError, match=r"absent\.jpg: No such file"):
        read_image(tmp_path / "absent.jpg")


def test_the_mean_of_moved_copies_of_a_face_is_that_face() -> None:
    rng = np.random.default_rng(3)
    copies = [
        transform_points(similarity(rng.uniform(50, 300), rng.uniform(-0.3, 0.3), (40, 9)), MEAN_FACE) for _ in range(8)
    ]
    np.testing.assert_allclose(mean_face(copies), MEAN_FACE, atol=1e-5)


def test_the_schemas_mean_face_is_that_of_the_real_faces(face_data: Path) -> None:
    folder = LandmarkFolder(face_data / "faces106")
    assert len(folder) == 104
    shapes = [folder.points(i)[0] for i in range(len(folder))]
    np.testing.assert_allclose(mean_face(shapes), MEAN_FACE, atol=2e-5)


def test_real_video_frames_are_read(face_data: Path) -> None:
    folder = LandmarkFolder(face_data / "video68", n_points=68)
    assert len(folder) == 2601
    sample = folder[0]
    height, width = sample.image.shape[:2]
    assert max(width, height) <= 256
    assert sample.known.sum() == 68
