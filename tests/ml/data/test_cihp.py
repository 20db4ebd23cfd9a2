from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.data.cihp import FACE, FINE, HAIR, CihpSplit, CropCounts
from ml.data.errors import DataError

TORSO_SKIN, HAT, SUNGLASSES, CLOTHES = 10, 1, 4, 5


def person(categories: np.ndarray, people: np.ndarray, number: int, left: int, side: int, face: bool = True) -> None:
    """A square head of hair, with a face in its lower half, on a neck and clothes."""
    top, people_columns = 60, slice(left, left + side)
    people[top : top + side + 60, people_columns] = number
    categories[top : top + side, people_columns] = HAIR
    if face:
        categories[top + side // 2 : top + side, left + 10 : left + side - 10] = FACE
        categories[top + side // 2 : top + side // 2 + 6, left + 12 : left + side - 12] = SUNGLASSES
    categories[top + side : top + side + 20, people_columns] = TORSO_SKIN
    categories[top + side + 20 : top + side + 60, people_columns] = CLOTHES


@pytest.fixture
def split(tmp_path: Path) -> Path:
    """One photo of 300 × 500: a head of 100 px, a touching one of 80, one of 79, and the back of one of 100."""
    categories, people = np.zeros((300, 500), np.uint8), np.zeros((300, 500), np.uint8)
    person(categories, people, 1, 10, 100)
    person(categories, people, 2, 110, 80)
    person(categories, people, 3, 250, 79)
    person(categories, people, 4, 390, 100, face=False)
    for part, array in (("Category_ids", categories), ("Human_ids", people)):
        (tmp_path / part).mkdir()
        Image.fromarray(array).save(tmp_path / part / "0000006.png")
    (tmp_path / "Images").mkdir()
    Image.fromarray(np.dstack([people, categories, categories])).save(tmp_path / "Images" / "0000006.png")
    return tmp_path


def test_heads_are_cut_out_person_by_person(split: Path) -> None:
    counts = CropCounts()
    first, second = CihpSplit(split).heads("0000006", counts)
    assert counts == CropCounts(photos=1, people=4, faceless=1, small=1, crops=2)
    assert (first.name, second.name) == ("0000006_1", "0000006_2")
    # A quarter of 100 px on each side, less what lies beyond the photo on the left.
    assert first.label_map.shape == (150, 10 + 100 + 25)
    assert second.label_map.shape == (120, 120)
    for crop, side in ((first, 100), (second, 80)):
        own = crop.image[..., 0] == int(crop.name[-1])
        assert set(np.unique(crop.label_map)) == {0, 1, 10}
        assert not crop.label_map[~own].any()
        rows, columns = np.nonzero(crop.label_map)
        assert (np.ptp(rows) + 1, np.ptp(columns) + 1) == (side, side)
        np.testing.assert_array_equal(crop.label_map == 1, own & (crop.image[..., 1] == FACE))
        # The neighbour is in view, and counts as background.
        assert ((crop.image[..., 0] > 0) & ~own).any()


def test_only_hair_and_face_are_foreground() -> None:
    assert {int(i): int(FINE[i]) for i in np.flatnonzero(FINE)} == {HAIR: 10, FACE: 1}


def test_broken_files_are_refused_by_name(split: Path) -> None:
    photos = CihpSplit(split)
    people, categories = split / "Human_ids" / "0000006.png", split / "Category_ids" / "0000006.png"
    Image.new("L", (500, 299)).save(people)
    with pytest.raises(DataError, match=r"Human_ids/0000006\.png: has the shape \(299, 500\)"):
        list(photos.heads("0000006", CropCounts()))
    people.unlink()
    with pytest.raises(DataError, match=r"Human_ids/0000006\.png: No such file"):
        list(photos.heads("0000006", CropCounts()))
    Image.new("L", (500, 300), 20).save(categories)
    with pytest.raises(DataError, match=r"Category_ids/0000006\.png: holds the id 20, but ids end at 19"):
        list(photos.heads("0000006", CropCounts()))
    (split / "Images" / "0000006.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"Images/0000006\.png: is not a readable image"):
        list(photos.heads("0000006", CropCounts()))
    people.parent.rmdir()
    with pytest.raises(DataError, match="Human_ids: is not a folder"):
        CihpSplit(split)
