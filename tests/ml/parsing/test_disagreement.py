"""Where two label maps of one photo are apart, and by how much."""

import numpy as np
import pytest

from ml.parsing.confusion import Confusion
from ml.parsing.disagreement import compare, usual_disagreement
from ml.parsing.regions import Region, whole_photo
from ml.schema import N_CATEGORIES

# Of a network that was always right.
NOTHING_USUAL = (None, *(0.0,) * (N_CATEGORIES - 1))
SKIN, NOSE, HAIR = 1, 6, 10


@pytest.fixture
def label_map() -> np.ndarray:
    """A square face of 40 x 40 pixels with a nose of 10 x 10."""
    label_map = np.zeros((60, 80), np.uint8)
    label_map[10:50, 20:60] = SKIN
    label_map[20:30, 30:40] = NOSE
    return label_map


def test_equal_maps_are_not_apart(label_map: np.ndarray) -> None:
    found = compare(label_map, label_map, whole_photo(label_map.shape), NOTHING_USUAL)
    assert (found.share, found.worst, found.place) == (0.0, None, None)
    assert found.by_category[SKIN] == found.by_category[NOSE] == 0.0
    assert found.by_category[0] is None and found.by_category[HAIR] is None


def test_shares_are_of_the_pixels_that_either_map_has(label_map: np.ndarray) -> None:
    other = label_map.copy()
    # Half the nose is skin to the network, and a block beside the face is hair to it.
    other[20:30, 35:40] = SKIN
    other[10:30, 60:70] = HAIR
    found = compare(label_map, other, whole_photo(label_map.shape), NOTHING_USUAL)
    assert found.share == pytest.approx((50 + 200) / (1600 + 200))
    assert found.by_category[NOSE] == pytest.approx(50 / 100)
    assert found.by_category[SKIN] == pytest.approx(50 / 1550)
    assert found.by_category[HAIR] == 1.0
    assert found.worst == HAIR
    x, y = found.place or (0, 0)
    assert 62 <= x <= 67 and 13 <= y <= 26
    # Hair is always like that with this network; the nose is not.
    used_to = list(NOTHING_USUAL)
    used_to[HAIR], used_to[NOSE] = 0.95, 0.1
    assert compare(label_map, other, whole_photo(label_map.shape), tuple(used_to)).worst == NOSE


def test_a_category_that_the_network_was_not_scored_on_is_not_the_worst(label_map: np.ndarray) -> None:
    other = label_map.copy()
    other[20:30, 35:40] = SKIN
    other[10:30, 60:70] = HAIR
    # No held-out photo has hair, and the network draws some in one of them all the same.
    confusion = Confusion()
    confusion.add(label_map, label_map)
    hairy = label_map.copy()
    hairy[0:5] = HAIR
    confusion.add(label_map, hairy)
    usual = usual_disagreement(confusion)
    assert usual[HAIR] is None and usual[NOSE] == 0.0
    found = compare(label_map, other, whole_photo(label_map.shape), usual)
    assert found.by_category[HAIR] == 1.0
    assert found.worst == NOSE
    # Nor where nothing else is apart: a hint needs something to be held against.
    other[20:30, 35:40] = NOSE
    found = compare(label_map, other, whole_photo(label_map.shape), usual)
    assert (found.worst, found.place) == (None, None) and found.share > 0


def test_what_the_network_was_not_shown_does_not_count(label_map: np.ndarray) -> None:
    other = label_map.copy()
    other[10:50, 50:60] = 0
    square = Region((30.0, 30.0), 30.0)
    assert compare(label_map, other, square, NOTHING_USUAL).share == 0.0
    turned = Region((60.0, 30.0), 40.0, float(np.deg2rad(45)))
    assert compare(label_map, other, turned, NOTHING_USUAL).share > 0.2
    assert compare(label_map, other, Region((1e7, 1e7), 10.0), NOTHING_USUAL).share == 0.0


def test_a_few_pixels_say_nothing(label_map: np.ndarray) -> None:
    other = label_map.copy()
    other[12, 21:24] = 8
    found = compare(label_map, other, whole_photo(label_map.shape), NOTHING_USUAL)
    assert found.by_category[8] is None
    assert found.worst == SKIN


def test_maps_of_different_photos_are_refused(label_map: np.ndarray) -> None:
    with pytest.raises(ValueError, match="the label map is"):
        compare(label_map, label_map[1:], whole_photo(label_map.shape), NOTHING_USUAL)


def test_the_usual_comes_from_the_confusion_matrix(label_map: np.ndarray) -> None:
    other = label_map.copy()
    other[20:30, 35:40] = SKIN
    confusion = Confusion()
    confusion.add(label_map, other)
    usual = usual_disagreement(confusion)
    assert usual[NOSE] == pytest.approx(0.5) and usual[SKIN] == pytest.approx(50 / 1550)
    assert usual[0] is None and usual[HAIR] is None
    assert compare(label_map, other, whole_photo(label_map.shape), usual).worst is None
    # The counts alone make the same matrix again.
    again = Confusion(confusion.counts.tolist(), confusion.photos)
    assert usual_disagreement(again) == usual and again.photos == 1
