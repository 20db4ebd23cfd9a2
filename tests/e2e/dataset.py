"""The downloaded dataset, read with nothing of Facet's own, and held against what was seen on the screen."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from tests.e2e.editor import Point

# Pixels. What a text file's decimals and a float32 may cost is far below.
TOLERANCE = 0.5

CATEGORIES = range(11)
# Whatever the photo shows, a frontal face has these: background, skin, nose.
ALWAYS_THERE = {0, 1, 6}
HAIR = 10
# Brows, eyes and lips; one may close or hide, not all.
FINE_PARTS = {2, 3, 4, 5, 7, 9}


@dataclass(frozen=True)
class Drawn:
    """A label as the browser or the script sent it."""

    stem: str
    split: str
    points: list[Point]
    # Where the mouse let points go.
    drops: Mapping[int, Point]


def check_dataset(data: bytes, drawn: list[Drawn]) -> None:
    """Compares the zip with the labels that were drawn: all of them and nothing else, in the right shares."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        manifest = json.loads(archive.read("manifest.json"))
        files = {name: archive.read(name) for name in archive.namelist() if name != "manifest.json"}
    assert {name: hashlib.sha256(content).hexdigest() for name, content in files.items()} == manifest["files"]
    assert manifest["photos"] == len(drawn)
    assert sorted(files) == sorted(
        f"{label.split}/{folder}/{label.stem}.{suffix}"
        for label in drawn
        for folder, suffix in (("images", "jpg"), ("labels", "png"), ("landmarks", "txt"))
    )
    with_hair = 0
    for label in drawn:
        label_map = _pixels(files[f"{label.split}/labels/{label.stem}.png"])
        with_hair += bool((label_map == HAIR).any())
        _check_points(label, files[f"{label.split}/landmarks/{label.stem}.txt"].decode())
        _check_label_map(label, _pixels(files[f"{label.split}/images/{label.stem}.jpg"]), label_map)
    # Some heads are bald, and a graph cut overlooks some hair; not most of it.
    assert with_hair > len(drawn) / 2, f"hair in {with_hair} of {len(drawn)} label maps"


def _pixels(data: bytes) -> npt.NDArray[np.uint8]:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image)


def _check_points(label: Drawn, text: str) -> None:
    lines = text.split("\n")
    assert lines[0] == "106", label.stem
    exported = np.array([[float(number) for number in line.split()] for line in lines[1:107]])
    assert exported.shape == (106, 2), label.stem
    distance = np.linalg.norm(exported - np.array(label.points), axis=1)
    assert distance.max() < TOLERANCE, f"{label.stem}: point {distance.argmax()} is {distance.max():.2f} px off"
    for index, drop in label.drops.items():
        off = float(np.linalg.norm(exported[index] - np.array(drop)))
        assert off < TOLERANCE, f"{label.stem}: point {index} was dropped {off:.2f} px from where it is exported"


def _check_label_map(label: Drawn, photo: npt.NDArray[np.uint8], label_map: npt.NDArray[np.uint8]) -> None:
    assert label_map.dtype == np.uint8
    assert label_map.shape == photo.shape[:2], label.stem
    found = set(np.unique(label_map).tolist())
    assert found <= set(CATEGORIES), f"{label.stem}: {found}"
    assert found >= ALWAYS_THERE, f"{label.stem}: no {sorted(ALWAYS_THERE - found)}"
    assert len(found & FINE_PARTS) >= 5, f"{label.stem}: {sorted(found)}"
    # The tip of the nose lies on the nose: map and points speak of the same face.
    x, y = (round(value) for value in label.points[54])
    assert label_map[y, x] == 6, f"{label.stem}: category {label_map[y, x]} at the tip of the nose"
