import sys
from subprocess import run

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.fitting import Tally, straight_parts
from ml.ppa import RULES, FittingError, Rule, fill_mask, fit_parts
from ml.ppa.parts import outer_lips
from ml.schema import CATEGORY_FLIP, FLIP
from ml.synthetic import render_face
from tests.ml.ppa.faces import Points, faces, mean_face

SIZE = 240


@settings(max_examples=100, deadline=None)
@given(faces(noise=10.0))
def test_any_face_gives_a_map_of_parts_that_mirrors(points: Points) -> None:
    label_map = fit_parts(points, (SIZE, SIZE + 30, 3))
    assert label_map.shape == (SIZE, SIZE + 30)
    assert label_map.dtype == np.uint8
    assert set(np.unique(label_map)) <= {0, 2, 3, 4, 5, 6, 7, 8, 9}
    mirrored = points[FLIP] * [-1, 1] + [SIZE + 29, 0]
    assert np.array_equal(fit_parts(mirrored, (SIZE, SIZE + 30)), CATEGORY_FLIP[label_map[:, ::-1]])


@settings(max_examples=100, deadline=None)
@given(faces(noise=10.0))
def test_turning_the_photo_turns_the_map(points: Points) -> None:
    label_map = fit_parts(points, (SIZE, SIZE))
    turned = np.stack([points[:, 1], SIZE - 1 - points[:, 0]], axis=1)
    assert np.array_equal(fit_parts(turned, (SIZE, SIZE)), np.rot90(label_map))


@settings(max_examples=100, deadline=None)
@given(faces(noise=25.0), st.sampled_from(RULES))
def test_lips_and_inner_mouth_share_out_the_outer_lips(points: Points, rule: Rule) -> None:
    """Neither a gap between them nor a pixel outside, even where the points of the mouth are all over the place."""
    label_map = fit_parts(points, (SIZE, SIZE), rule)
    outer = fill_mask([outer_lips(points)], (SIZE, SIZE), rule)
    if rule == "pixel-centre":
        assert np.array_equal(np.isin(label_map, (7, 8, 9)), outer)
    else:
        assert not (np.isin(label_map, (7, 8, 9)) & ~outer).any()


def test_a_face_that_reaches_out_of_the_photo_is_cut_off_at_its_border() -> None:
    points = mean_face(200, 20, 20)
    whole = fit_parts(points, (SIZE, SIZE))
    assert np.array_equal(fit_parts(points - [90, 60], (SIZE - 100, 100)), whole[60 : SIZE - 40, 90:190])
    assert not fit_parts(points - 5000, (SIZE, SIZE)).any()


def test_fitting_rendered_faces_finds_their_parts_better_than_straight_lines() -> None:
    """Frontal ones, scored where neither hair nor a thing hides them; benchmarks.fitting has all poses."""
    fit, straight, boundary = Tally(), Tally(), Tally()
    for seed in range(8):
        face = render_face(seed, 512, pose="frontal")
        seen = ~np.isin(face.label_map, (0, 10))
        shape = face.label_map.shape
        fit.add(fit_parts(face.points, shape) * seen, face.label_map)
        boundary.add(fit_parts(face.points, shape, "boundary") * seen, face.label_map)
        straight.add(straight_parts(face.points, shape, "pixel-centre") * seen, face.label_map)
    scores = {category: fit.f1(category) for category in range(2, 10)}
    assert min(scores.values()) > 0.96, scores
    assert fit.mean_f1() > 0.98, scores
    for category, score in scores.items():
        assert score > straight.f1(category)
        assert score > boundary.f1(category)


@pytest.mark.parametrize("shape", [(), (10,), (0, 10), (10, 0, 3)])
def test_a_photo_without_pixels_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(FittingError, match="at least one pixel"):
        fit_parts(mean_face(), shape)


def test_the_fitting_imports_neither_torch_nor_any_other_heavy_package() -> None:
    code = "import sys, ml.ppa; print(sorted({'torch', 'skimage', 'scipy', 'sqlalchemy'} & set(sys.modules)))"
    done = run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
