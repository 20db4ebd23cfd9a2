"""What the ablation of models A, B and C is made of: close-ups, and scores that outlive a kill."""

from pathlib import Path

import numpy as np

from benchmarks.parsing_ablation import CloseUps, Scores, kept
from ml.parsing.boundaries import IGNORE
from ml.parsing.samples import Sample
from ml.synthetic import render_face

NOSE_TIP = 54
EYES = (4, 5)


def test_a_close_up_is_upright_and_shows_the_parts_larger() -> None:
    face = render_face(3, 192, pose="frontal")
    (close_up,) = CloseUps([Sample(face.image, face.label_map, face.points)], 1.3, 129)
    assert close_up.image.shape == (129, 129, 3) and close_up.label_map.shape == (129, 129)
    assert close_up.points is not None
    x, y = np.rint(close_up.points[NOSE_TIP]).astype(int)
    assert close_up.label_map[y, x] == 6
    left, right = close_up.points[[66, 79]]
    assert abs(left[1] - right[1]) < 0.1 * (right[0] - left[0])

    def share(label_map: np.ndarray) -> float:
        return float(np.isin(label_map, EYES).sum() / (label_map != IGNORE).sum())

    assert share(close_up.label_map) > 1.5 * share(face.label_map)


def test_finished_models_are_not_trained_again(tmp_path: Path) -> None:
    made: list[int] = []

    def make() -> Scores:
        made.append(1)
        return {"lapa": {"mean": 0.5}}

    first = kept(tmp_path / "A-0.json", {"epochs": 8}, make)
    assert kept(tmp_path / "A-0.json", {"epochs": 8}, make) == first
    assert len(made) == 1
    kept(tmp_path / "A-0.json", {"epochs": 9}, make)
    assert len(made) == 2
