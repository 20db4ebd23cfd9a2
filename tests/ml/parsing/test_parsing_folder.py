"""Folders of label maps as training reads them: unknown pixels are allowed, broken files are named."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.data.errors import DataError
from ml.data.lapa import format_landmarks
from ml.parsing.boundaries import IGNORE
from ml.parsing.regions import around_points
from ml.parsing.samples import ParsingFolder, region_of
from ml.schema import MEAN_FACE
from tests.ml.parsing.conftest import Draw


@pytest.fixture
def folder(tmp_path: Path, draw: Draw) -> Path:
    for part in ("images", "labels", "landmarks"):
        (tmp_path / part).mkdir()
    for name in ("a", "b"):
        face = draw(ord(name))
        label_map = face.label_map.copy()
        label_map[0] = IGNORE
        Image.fromarray(face.image).save(tmp_path / "images" / f"{name}.png")
        Image.fromarray(label_map).save(tmp_path / "labels" / f"{name}.png")
        (tmp_path / "landmarks" / f"{name}.txt").write_text(format_landmarks(MEAN_FACE * 60 + 20))
    return tmp_path


def test_reads_photos_maps_and_points(folder: Path, draw: Draw) -> None:
    photos = ParsingFolder(folder, with_points=True)
    assert photos.names == ["a", "b"]
    assert np.array_equal(photos[1].image, draw(ord("b")).image)
    assert (photos[1].label_map[0] == IGNORE).all()
    assert np.array_equal(photos[1].label_map[1:], draw(ord("b")).label_map[1:])
    points = photos[0].points
    assert points is not None and region_of(photos[0], "face") == around_points(points)
    # Unknown pixels are no part of a head.
    assert region_of(photos[0], "head").size < 96 * 1.3


def test_the_crop_face_needs_points(folder: Path) -> None:
    with pytest.raises(ValueError, match="made from landmarks"):
        region_of(ParsingFolder(folder)[0], "face")
    (folder / "landmarks" / "b.txt").unlink()
    assert len(ParsingFolder(folder)) == 2
    with pytest.raises(DataError, match=r"landmarks/b: is missing"):
        ParsingFolder(folder, with_points=True)


@pytest.mark.parametrize(
    ("label_map", "message"), [(np.full((96, 96), 12), "the id 12"), (np.zeros((9, 9)), "the shape")]
)
def test_a_broken_map_is_refused_by_name(folder: Path, label_map: np.ndarray, message: str) -> None:
    Image.fromarray(label_map.astype(np.uint8)).save(folder / "labels" / "a.png")
    with pytest.raises(DataError, match=rf"labels/a\.png: (holds|has) {message}"):
        ParsingFolder(folder)[0]
