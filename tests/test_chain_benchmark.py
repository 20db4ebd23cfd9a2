from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from benchmarks.chain import chosen, score, widened_eyes
from cli.annotation import Summary
from ml.data.fasseg import below_the_jaw
from ml.data.lapa import encode_label_map, format_landmarks, read_label_map
from ml.synthetic import render_face

MERGE = np.array([0, 1, 10, 10, 4, 4, 6, 8, 8, 8, 10], np.uint8)
NAMES = ("frontal_1", "frontal_2", "yaw-30_a")


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Rendered faces labeled as FASSEG does it, necks and all, and our own maps of them, without a fault."""
    data, out = tmp_path / "data", tmp_path / "out"
    for folder in (data / "images", data / "labels", out / "labels", out / "landmarks"):
        folder.mkdir(parents=True)
    for seed, name in enumerate(NAMES):
        face = render_face(seed, 96, pose="frontal")
        theirs = MERGE[face.label_map]
        theirs[below_the_jaw(face.points, theirs.shape) & (theirs == 0)] = 1
        Image.fromarray(face.image).save(data / "images" / f"{name}.jpg")
        (data / "labels" / f"{name}.png").write_bytes(encode_label_map(theirs))
        (out / "labels" / f"{name}.png").write_bytes(encode_label_map(face.label_map))
        (out / "landmarks" / f"{name}.txt").write_text(format_landmarks(face.points))
    return data, out


def test_a_faultless_chain_scores_one_and_the_neck_is_not_counted(folders: tuple[Path, Path]) -> None:
    rows = score(*folders, Summary(without_face=["yaw-30_a"]))
    assert list(rows) == ["frontal", "±30", "all"]
    assert [row["photos"] for row in rows.values()] == [2, 1, 3]
    assert [row["without_face"] for row in rows.values()] == [0, 1, 1]
    # The skin's own pixels just below a contour that is rounded to whole pixels are left out with the neck.
    assert all(row[name] == 1.0 for row in rows.values() for name in ("hair", "nose", "eyes", "mouth", "skin"))


def test_what_the_chain_misses_shows_in_its_row_and_in_all(folders: tuple[Path, Path]) -> None:
    data, out = folders
    blank = encode_label_map(np.zeros((96, 96), np.uint8))
    (out / "labels" / "yaw-30_a.png").write_bytes(blank)
    rows = score(data, out, Summary())
    assert rows["±30"]["nose"] == 0.0 and rows["frontal"]["nose"] == 1.0
    assert 0.5 < rows["all"]["nose"] < 1.0


def test_a_limit_takes_the_first_photos_of_every_yaw(folders: tuple[Path, Path], tmp_path: Path) -> None:
    data, _ = folders
    assert chosen(data, 0, None, tmp_path / "links") == data
    links = chosen(data, 1, None, tmp_path / "links")
    assert sorted(file.name for file in (links / "labels").iterdir()) == ["frontal_1.png", "yaw-30_a.png"]
    frontal = chosen(data, 0, "frontal", tmp_path / "frontal")
    assert sorted(file.name for file in (frontal / "images").iterdir()) == ["frontal_1.jpg", "frontal_2.jpg"]


def test_labels_wider_than_our_eyes_agree_best_when_ours_are_widened(folders: tuple[Path, Path]) -> None:
    data, out = folders
    assert widened_eyes(data, out)[0] == 1.0
    for name in NAMES:
        label_map = read_label_map(data / "labels" / f"{name}.png")
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
        label_map[cv2.dilate((label_map == 4).astype(np.uint8), disc) > 0] = 4
        (data / "labels" / f"{name}.png").write_bytes(encode_label_map(label_map))
    eyes = widened_eyes(data, out)
    assert max(eyes, key=lambda width: eyes[width]) == 2
