"""The files of the annotators' tour against the face that they were made of."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from ml.synthetic import RenderedFace
from ml.synthetic.practice_face import practice_face, truth, with_gap

FOLDER = Path(__file__).parents[3] / "frontend/src/pages/tour"


@pytest.fixture(scope="module")
def face() -> RenderedFace:
    return practice_face()


@pytest.fixture(scope="module")
def known() -> dict[str, Any]:
    known: dict[str, Any] = json.loads((FOLDER / "face.json").read_text())
    return known


def test_the_shipped_truth_is_the_rendered_one(face: RenderedFace, known: dict[str, Any]) -> None:
    assert known == truth(face)
    shipped = cv2.imread(str(FOLDER / "labels.png"), cv2.IMREAD_UNCHANGED)
    assert (shipped == with_gap(face.label_map, known["gap"])).all()


def test_the_shipped_picture_is_the_rendered_one(face: RenderedFace) -> None:
    shipped = cv2.imread(str(FOLDER / "face.jpg"))
    assert shipped is not None
    difference = np.abs(cv2.cvtColor(shipped, cv2.COLOR_BGR2RGB).astype(float) - face.image)
    # What JPEG loses of the grain; a picture of another seed is off by tens.
    assert difference.mean() < 4


def test_there_is_something_to_learn_on_it(face: RenderedFace, known: dict[str, Any]) -> None:
    hidden = np.flatnonzero(face.visibility == 1)
    assert len(hidden) == 1
    assert (face.visibility > 0).all()
    gap = known["gap"]
    assert gap["radius"] > 0.02 * known["width"]
    rows, columns = np.indices(face.label_map.shape)
    inside = np.hypot(columns - gap["x"], rows - gap["y"]) <= gap["radius"]
    assert (face.label_map[inside] == 10).all()
