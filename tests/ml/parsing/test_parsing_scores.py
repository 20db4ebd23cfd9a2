"""Confusion, F1 and tables against scores that are counted by hand."""

import numpy as np
import pytest

from ml.parsing.boundaries import IGNORE
from ml.parsing.confusion import FASSEG, HELEN, LAPA, Column, Confusion, format_table


def maps(seed: int, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 11, size=shape).astype(np.uint8)
    predicted = np.where(rng.random(shape) < 0.3, rng.integers(0, 11, size=shape), truth).astype(np.uint8)
    truth[rng.random(shape) < 0.1] = IGNORE
    return truth, predicted


def f1_by_hand(pairs: list[tuple[np.ndarray, np.ndarray]], groups: tuple[tuple[int, ...], ...]) -> float:
    """Over all photos at once, from precision and recall."""
    truth = np.concatenate([t.ravel() for t, _ in pairs])
    predicted = np.concatenate([p.ravel() for _, p in pairs])[truth != IGNORE]
    truth = truth[truth != IGNORE]
    hits = sum(int((np.isin(truth, g) & np.isin(predicted, g)).sum()) for g in groups)
    precision = hits / sum(int(np.isin(predicted, g).sum()) for g in groups)
    recall = hits / sum(int(np.isin(truth, g).sum()) for g in groups)
    return 2 * precision * recall / (precision + recall)


@pytest.mark.parametrize("columns", [LAPA, HELEN, FASSEG], ids=["lapa", "helen", "fasseg"])
def test_scores_are_pooled_over_photos_of_different_sizes(columns: tuple[Column, ...]) -> None:
    pairs = [maps(0, (40, 30)), maps(1, (7, 90)), maps(2, (100, 100))]
    confusion = Confusion()
    for truth, predicted in pairs:
        confusion.add(truth, predicted)
    scores = confusion.scores(columns)
    for column in columns:
        assert scores[column.name] == pytest.approx(f1_by_hand(pairs, column.groups))
    if columns is HELEN:
        assert "mean" not in scores
    else:
        assert scores["mean"] == pytest.approx(np.mean([scores[column.name] for column in columns]))
    assert confusion.photos == 3


def test_merged_categories_may_be_taken_for_each_other() -> None:
    confusion = Confusion()
    confusion.add(np.array([[2, 3, 10]], np.uint8), np.array([[3, 2, 2]], np.uint8))
    assert confusion.scores(LAPA)["l-brow"] == 0
    assert confusion.scores(HELEN)["brows"] == 2 * 2 / (2 + 3)
    assert confusion.scores(FASSEG)["hair"] == 1


def test_a_category_that_never_occurs_has_no_score_and_leaves_no_mean() -> None:
    confusion = Confusion()
    confusion.add(np.array([[0, 1]], np.uint8), np.array([[0, 1]], np.uint8))
    scores = confusion.scores(LAPA)
    assert scores["skin"] == 1 and scores["hair"] is None and scores["mean"] is None


def test_refuses_maps_of_other_shapes_and_ids() -> None:
    with pytest.raises(ValueError, match=r"\(2, 2\).*\(2, 3\)"):
        Confusion().add(np.zeros((2, 2), np.uint8), np.zeros((2, 3), np.uint8))
    with pytest.raises(ValueError, match="id 11"):
        Confusion().add(np.zeros((1, 1), np.uint8), np.full((1, 1), 11, np.uint8))


def test_the_papers_layout() -> None:
    names = [column.name for column in LAPA] + ["mean"]
    rows = {"A": {name: 0.8 + i / 1000 for i, name in enumerate(names)}, "model B": dict.fromkeys(names)}
    heading, first, second = format_table("LaPa, F1", rows).splitlines()
    order = ["hair", "skin", "l-brow", "r-brow", "l-eye", "r-eye", "nose", "u-lip", "in-mouth", "l-lip", "mean"]
    assert heading.split() == ["LaPa,", "F1", *order]
    assert first.split() == ["A", *(f"{80 + i / 10:.2f}" for i in range(11))]
    assert second.split() == ["model", "B", *["-"] * 11]
    assert len(heading) == len(first) == len(second)
