"""The learning curve's own rules: people apart, equal budgets, and arms that start from the same model."""

import xml.etree.ElementTree as ET

import pytest

from benchmarks.learning_curve import Budget, Drawn, Sets, Step, curves, rank_correlation, split_by_person, table
from benchmarks.line_plot import line_plot
from ml.landmarks.samples import Sample
from ml.landmarks.train import TrainConfig
from ml.synthetic import render_face


def test_nobody_is_in_both_sets() -> None:
    names = [f"Person_{who}_{frame:02}" for who in range(10) for frame in range(3)]
    learn, test = split_by_person(names, 0.2, seed=0)
    assert sorted(learn + test) == list(range(30))
    assert len(test) == 6
    assert {names[i][:-3] for i in learn}.isdisjoint(names[i][:-3] for i in test)


def test_a_budget_shows_each_photo_equally_often() -> None:
    faces = [Sample(face.image, face.points) for face in (render_face(seed, 64) for seed in range(3))]
    drawn = Drawn(faces, [2, 0], 5)
    assert len(drawn) == 5
    assert [face is faces[2] for face in drawn] == [True, False, True, False, True]


def test_ranks_are_compared_and_not_values() -> None:
    assert rank_correlation([1, 2, 3, 4], [1, 10, 100, 1000]) == pytest.approx(1)
    assert rank_correlation([1, 2, 3, 4], [4, 3, 2, 1]) == pytest.approx(-1)


def test_arms_share_their_first_model_and_go_apart_later() -> None:
    faces = [Sample(face.image, face.points) for face in (render_face(seed, 96) for seed in range(10))]
    budget = Budget(TrainConfig(width=16, batch_size=2, threads=1, loader_threads=1), rough_steps=2, steps=1)
    steps = list(curves(Sets(faces[:8], faces[8:]), [2, 4], budget, 0, None, "cpu"))
    assert [(step.arm, step.labels) for step in steps] == [
        (arm, size) for arm in ("random", "doubtful", "scratch") for size in (2, 4)
    ]
    first = [step for step in steps if step.labels == 2]
    assert len({step.nme_rect for step in first}) == 1
    later = {step.arm: step for step in steps if step.labels == 4}
    assert later["random"].nme_rect != later["scratch"].nme_rect
    assert later["random"].proposals is not None and later["scratch"].proposals is None


def test_the_table_gives_means_and_their_spread() -> None:
    steps = [Step(repeat, "random", 250, nme, 0.5, 0.25) for repeat, nme in enumerate((0.04, 0.06))]
    row = table(steps).splitlines()[1].split()
    assert row == ["250", "random", "5.00", "±", "1.41", "50.0", "25.0", "–", "–"]


def test_a_plot_is_well_formed_and_places_more_error_higher() -> None:
    svg = line_plot({"a<b": [(250, 4.0), (500, 2.0)]}, title="T & t", x_label="x", y_label="y")
    dots = ET.fromstring(svg).findall("{http://www.w3.org/2000/svg}circle")  # noqa: S314  # written above
    assert float(dots[0].attrib["cy"]) < float(dots[1].attrib["cy"])
    with pytest.raises(ValueError, match="needs points"):
        line_plot({"a": []}, title="", x_label="", y_label="")
