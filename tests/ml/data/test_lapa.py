from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as hnp
from PIL import Image

from ml.data import lapa
from ml.data.errors import DataError


def text_of(points: np.ndarray) -> str:
    return lapa.format_landmarks(points)


POINTS = np.random.default_rng(7).uniform(-50, 900, (106, 2)).astype(np.float32)


@given(hnp.arrays(np.float32, (106, 2), elements={"min_value": -5000, "max_value": 5000}))
def test_landmarks_come_back_to_a_thousandth_and_stay_there(points: np.ndarray) -> None:
    text = lapa.format_landmarks(points)
    again = lapa.parse_landmarks(text, "round trip")
    np.testing.assert_allclose(again, points, atol=0.00076)
    assert lapa.format_landmarks(again) == text


def test_landmark_text_is_lapas_form() -> None:
    text = lapa.format_landmarks(np.array([[1, 2.5], [-0.0001, 1e4 / 3]]))
    assert text == "2\n1.000 2.500\n0.000 3333.333\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is empty"),
        ("68\n" + "1 2\n" * 68, "line 1 is '68', not 106"),
        ("106\n" + "1 2\n" * 105, "holds 105 points, not 106"),
        ("106\n" + "1 2\n" * 107, "holds 107 points, not 106"),
        ("106\n" + "1 2\n" * 105 + "1 2 3\n", "line 107 is not two numbers"),
        ("106\n" + "1 2\n" * 52 + "1 x\n" + "1 2\n" * 53, "line 54 is not two numbers"),
        ("106\n" + "1 nan\n" * 106, "line 2 holds a number that is not finite"),
        ("106\n" + "1 inf\n" * 106, "line 2 holds a number that is not finite"),
    ],
)
def test_broken_landmarks_are_refused_by_name(tmp_path: Path, text: str, problem: str) -> None:
    file = tmp_path / "face.txt"
    file.write_text(text)
    with pytest.raises(DataError) as caught:
        lapa.read_landmarks(file)
    assert caught.value.source == str(file)
    assert caught.value.problem == problem


def test_a_missing_or_binary_landmark_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"absent\.txt: No such file"):
        lapa.read_landmarks(tmp_path / "absent.txt")
    (tmp_path / "photo.txt").write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(DataError, match=r"photo\.txt: is not a text file"):
        lapa.read_landmarks(tmp_path / "photo.txt")


@pytest.mark.parametrize("points", [np.zeros((106, 3)), np.full((106, 2), np.nan)])
def test_unwritable_landmarks_are_refused(points: np.ndarray) -> None:
    with pytest.raises(ValueError, match="finite"):
        lapa.format_landmarks(points)


@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=40), elements={"max_value": 10}))
def test_label_maps_come_back_exactly_and_always_as_the_same_bytes(label_map: np.ndarray) -> None:
    data = lapa.encode_label_map(label_map)
    np.testing.assert_array_equal(lapa.decode_label_map(data, "round trip"), label_map)
    assert lapa.encode_label_map(label_map.copy(order="F")) == data


def png(mode: str, colour: object, path: Path) -> Path:
    Image.new(mode, (4, 3), colour).save(path, "PNG")
    return path


def test_broken_label_maps_are_refused_by_name(tmp_path: Path) -> None:
    for mode, colour, problem in (
        ("RGB", (1, 2, 3), "mode RGB"),
        ("I;16", 3, "mode I;16"),
        ("1", 1, "mode 1"),
        ("L", 11, "holds the id 11"),
    ):
        file = png(mode, colour, tmp_path / "map.png")
        with pytest.raises(DataError, match=problem) as caught:
            lapa.read_label_map(file)
        assert caught.value.source == str(file)
    data = lapa.encode_label_map(np.zeros((64, 64), np.uint8))
    for broken in (b"", b"106\n", data[:-20], data[:40]):
        with pytest.raises(DataError, match="blob 7: is not a readable PNG"):
            lapa.decode_label_map(broken, "blob 7")
    with pytest.raises(DataError, match=r"absent\.png: No such file"):
        lapa.read_label_map(tmp_path / "absent.png")


@pytest.mark.parametrize(
    "label_map",
    [
        np.full((3, 3), 11, np.uint8),
        np.zeros((3, 3), np.int64),
        np.zeros((3, 3, 3), np.uint8),
        np.zeros((0, 3), np.uint8),
    ],
)
def test_unwritable_label_maps_are_refused(label_map: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"needed|ids end"):
        lapa.encode_label_map(label_map)


@pytest.fixture
def split(tmp_path: Path) -> Path:
    for part in ("images", "landmarks", "labels"):
        (tmp_path / part).mkdir()
    for i, name in enumerate(("b_0", "a_1", "c_2")):
        Image.new("RGB", (8, 6), (200, i, 0)).save(tmp_path / "images" / f"{name}.jpg", quality=100, subsampling=0)
        (tmp_path / "landmarks" / f"{name}.txt").write_text(text_of(POINTS + i))
        (tmp_path / "labels" / f"{name}.png").write_bytes(lapa.encode_label_map(np.full((6, 8), i, np.uint8)))
    return tmp_path


def test_a_split_is_read_in_order_of_names(split: Path) -> None:
    samples = lapa.LapaSplit(split)
    assert [sample.name for sample in samples] == ["a_1", "b_0", "c_2"]
    first = samples[0]
    assert first.image.shape == (6, 8, 3)
    assert abs(first.image[0, 0].astype(int) - (200, 1, 0)).max() <= 3
    assert (first.label_map == 1).all()
    np.testing.assert_allclose(first.points, POINTS + 1, atol=0.001)
    assert [sample.name for sample in samples[1:]] == ["b_0", "c_2"]


def test_a_split_reads_lazily(split: Path) -> None:
    (split / "landmarks" / "b_0.txt").write_text("rubbish")
    samples = lapa.LapaSplit(split)
    assert samples[0].name == "a_1"
    with pytest.raises(DataError, match=r"b_0\.txt: line 1 is 'rubbish'"):
        samples[1]


def test_a_split_refuses_what_does_not_match(split: Path) -> None:
    (split / "labels" / "a_1.png").write_bytes(lapa.encode_label_map(np.zeros((6, 7), np.uint8)))
    with pytest.raises(DataError, match=r"a_1\.png: has the shape \(6, 7\), its photo \(6, 8\)"):
        lapa.LapaSplit(split)[0]
    (split / "images" / "c_2.jpg").write_bytes(b"not a photo")
    with pytest.raises(DataError, match=r"c_2\.jpg: is not a readable image"):
        lapa.LapaSplit(split)[2]
    Image.new("RGB", (8, 6)).save(split / "images" / "b_0.png")
    with pytest.raises(DataError, match="b_0: occurs with two suffixes"):
        lapa.LapaSplit(split)
    (split / "images" / "b_0.png").unlink()
    (split / "landmarks" / "b_0.txt").unlink()
    with pytest.raises(DataError, match=r"landmarks/b_0: is missing \(one of 1 without a partner\)"):
        lapa.LapaSplit(split)


def test_a_split_without_labels_is_refused(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    with pytest.raises(DataError, match="landmarks: is not a folder"):
        lapa.LapaSplit(tmp_path)


def test_real_files_are_read(face_data: Path) -> None:
    for file in sorted((face_data / "lapa_mmpose/landmarks").glob("*.txt")):
        with Image.open(face_data / "lapa_mmpose/images" / f"{file.stem}.jpg") as photo:
            width, height = photo.size
        points = lapa.read_landmarks(file)
        assert ((points >= 0) & (points < (width, height))).all()
