import math
from typing import Any

import numpy as np
import pytest

from ml.landmarks.gate import gate, part_changes
from ml.landmarks.metrics import nme_interocular, nme_rect, rectangle_size, summarise
from ml.schema import LEFT_EYE_OUTER, N_POINTS, PARTS, RIGHT_EYE_OUTER

ALL = np.ones(N_POINTS, dtype=bool)


@pytest.fixture
def true() -> np.ndarray:
    """A face whose points span 40 × 90 px and whose outer eye corners are 30 px apart."""
    points = np.random.default_rng(0).uniform((1, 1), (39, 89), (N_POINTS, 2)).astype(np.float32)
    points[0], points[1] = (0, 0), (40, 90)
    points[LEFT_EYE_OUTER], points[RIGHT_EYE_OUTER] = (5, 40), (35, 40)
    return points


def test_by_hand(true: np.ndarray) -> None:
    predicted = true + np.float32([3, 4])
    assert rectangle_size(true, ALL) == pytest.approx(60)
    assert nme_rect(predicted, true, ALL) == pytest.approx(5 / 60)
    assert nme_interocular(predicted, true, ALL) == pytest.approx(5 / 30)


def test_a_hopeless_model_has_no_area_at_all(true: np.ndarray) -> None:
    metrics = summarise([true + np.float32([shift, 0]) for shift in range(100, 120)], [true] * 20)
    assert metrics["auc_008"] == 0


def test_summary_by_hand(true: np.ndarray) -> None:
    shifts = [0.6, 2.4, 4.8, 12.0]  # px; over 60 px: 0.01, 0.04, 0.08, 0.2
    predicted = [true + np.float32([shift, 0]) for shift in shifts]
    metrics = summarise(predicted, [true] * 4)
    assert metrics["nme_rect"] == pytest.approx((0.01 + 0.04 + 0.08 + 0.2) / 4, rel=1e-4)
    assert metrics["nme_interocular"] == pytest.approx(2 * (0.01 + 0.04 + 0.08 + 0.2) / 4, rel=1e-4)
    assert metrics["auc_008"] == pytest.approx(1 - (0.01 + 0.04 + 0.08 + 0.08) / 4 / 0.08, rel=1e-4)
    assert metrics["fr_008"] in (0.25, 0.5)  # 0.08 itself may round to either side
    assert metrics["photos"] == 4
    assert metrics["per_part"].keys() == PARTS.keys()
    assert all(value == pytest.approx(metrics["nme_rect"], rel=1e-4) for value in metrics["per_part"].values())


def test_failure_starts_at_the_threshold(true: np.ndarray) -> None:
    # 3 and 4 are exact, so is 5; a rectangle of 62.5 px makes it 0.08 exactly.
    square = true * np.float32(62.5) / np.float32([40, 90])
    square[1] = 62.5
    assert summarise([square + np.float32([3, 4])], [square])["fr_008"] == pytest.approx(1.0)
    assert summarise([square + np.float32([3, 3.9])], [square])["fr_008"] == 0.0


def test_a_perfect_prediction(true: np.ndarray) -> None:
    metrics = summarise([true], [true])
    assert (metrics["nme_rect"], metrics["auc_008"], metrics["fr_008"]) == (0, 1, 0)


def test_only_the_part_that_is_off_pays(true: np.ndarray) -> None:
    predicted = true.copy()
    predicted[list(PARTS["left_eye"].indices)] += np.float32([6, 0])
    per_part = summarise([predicted], [true])["per_part"]
    assert per_part.pop("left_eye") == pytest.approx(0.1, rel=1e-4)
    assert set(per_part.values()) == {0.0}


def test_unknown_points_do_not_count(true: np.ndarray) -> None:
    known = ALL.copy()
    known[list(PARTS["left_eye"].indices)] = False
    predicted = true.copy()
    predicted[list(PARTS["left_eye"].indices)] = 1e6
    metrics = summarise([predicted], [true], [known])
    assert metrics["nme_rect"] == 0
    assert metrics["nme_interocular"] is None  # point 66 is unknown
    assert "left_eye" not in metrics["per_part"]


def test_values_are_plain_floats(true: np.ndarray) -> None:
    metrics = summarise([true], [true])
    values = [metrics[key] for key in ("nme_rect", "nme_interocular", "auc_008", "fr_008")]
    assert {type(value) for value in [*values, *metrics["per_part"].values()]} == {float}
    assert type(metrics["photos"]) is int


@pytest.mark.parametrize("known_points", [[], [3]])
def test_refuses_faces_without_extent(true: np.ndarray, known_points: list[int]) -> None:
    known = np.zeros(N_POINTS, dtype=bool)
    known[known_points] = True
    with pytest.raises(ValueError, match="no rectangle"):
        summarise([true], [true], [known])


def test_refuses_an_empty_set() -> None:
    with pytest.raises(ValueError, match="no photos"):
        summarise([], [])


@pytest.mark.parametrize(
    ("new", "old", "promote"),
    [
        ((0.02, 0.0), None, True),
        ((0.02, 0.0), (0.03, 0.0), True),
        ((0.02, 0.05), (0.02, 0.05), True),
        ((0.021, 0.0), (0.02, 0.0), False),
        ((0.01, 0.1), (0.02, 0.05), False),
        ((math.nan, 0.0), (0.02, 0.0), False),
    ],
)
def test_gate(new: tuple[float, float], old: tuple[float, float] | None, promote: bool) -> None:
    def metrics(pair: tuple[float, float]) -> dict[str, Any]:
        return {"nme_rect": pair[0], "fr_008": pair[1], "photos": 20, "per_part": {"nose_bridge": pair[0]}}

    decision = gate(metrics(new), metrics(old) if old else None)
    assert decision.promote is promote
    assert f"{new[0]:.2%}" in decision.reason
    assert old is None or f"{old[0]:.2%}" in decision.reason
    assert "20 held-out photos" in decision.reason


def test_the_gate_says_how_far_apart_they_are_and_which_parts_became_worse() -> None:
    old = {
        "nme_rect": 0.03,
        "fr_008": 0.0,
        "photos": 20,
        "per_part": {"contour": 0.05, "left_brow": 0.02, "nose": None},
    }
    new = {
        "nme_rect": 0.025,
        "fr_008": 0.0,
        "photos": 20,
        "per_part": {"contour": 0.03, "left_brow": 0.024, "nose": 0.01},
    }
    decision = gate(new, old)
    assert decision.promote
    assert "changes by -0.50 points" in decision.reason
    assert "Worse: left brow +0.40 points." in decision.reason
    assert "contour" not in decision.reason
    assert part_changes(new, old) == pytest.approx({"contour": -0.02, "left_brow": 0.004})
