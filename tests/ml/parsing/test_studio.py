"""Label maps of studio photos: against a drawn person's exact ones, and on the photos that they are for."""

import json
from pathlib import Path

import numpy as np
import pytest

from ml.data.errors import DataError
from ml.geometry import warp_label_map
from ml.parsing.boundaries import IGNORE
from ml.parsing.head import SIDE, place_head
from ml.parsing.studio import before_another, read_lines, read_studio_faces, studio_face
from tests.ml.parsing.studio_person import studio_person, write_people


def test_the_map_is_the_true_one_where_it_is_not_left_open() -> None:
    person = studio_person()
    face = studio_face(person.image, person.points, person.lines)
    to_canvas = place_head(person.points.astype(np.float64)).transform
    truth = warp_label_map(person.label_map, to_canvas, (SIDE, SIDE), fill=IGNORE)
    known = (face.label_map != IGNORE) & (truth != IGNORE)
    assert known[truth != IGNORE].mean() > 0.93
    for category, at_least in ((1, 0.99), (10, 0.95)):
        found, true = (face.label_map == category) & known, (truth == category) & known
        assert 2 * (found & true).sum() / (found.sum() + true.sum()) > at_least
    # The neck has the face's colour, and is no skin here.
    chin = face.points[16]
    assert not (face.label_map[int(chin[1]) + 8 :, int(chin[0]) - 20 : int(chin[0]) + 20] == 1).any()


def test_beyond_the_photo_nothing_is_known() -> None:
    person = studio_person()
    face = studio_face(person.image[60:], person.points - (0, 60), {k: v - (0, 60) for k, v in person.lines.items()})
    whole = studio_face(person.image, person.points, person.lines)
    assert (face.label_map == IGNORE).sum() > (whole.label_map == IGNORE).sum()


def test_another_background_comes_behind_the_person() -> None:
    person = studio_person()
    face = studio_face(person.image, person.points, person.lines)
    changed = before_another(face, np.random.default_rng(3))
    np.testing.assert_array_equal(changed, before_another(face, np.random.default_rng(3)))
    change = np.abs(changed.astype(int) - face.image).max(axis=-1)
    assert np.median(change[face.label_map == 1]) <= 1
    assert np.median(change[face.opacity == 0]) > 10


def test_people_are_read_in_the_order_of_names(tmp_path: Path) -> None:
    folder = write_people(tmp_path / "people", 2)
    first, second = read_studio_faces(folder)
    assert not np.array_equal(first.image, second.image)
    (alone,) = read_studio_faces(folder, 1)
    np.testing.assert_array_equal(alone.label_map, first.label_map)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "No such file"),
        ("{", "holds not the lines"),
        (json.dumps({"hairline": [[0, 0]] * 3}), "holds not the lines"),
        (json.dumps({name: [[0, 0]] * 2 for name in ("hairline", "hair", "ear_left", "ear_right")}), "three finite"),
    ],
)
def test_broken_lines_are_refused_by_name(tmp_path: Path, content: str | None, message: str) -> None:
    path = tmp_path / "lines.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(DataError, match=message) as refused:
        read_lines(path)
    assert "lines.json" in str(refused.value)
