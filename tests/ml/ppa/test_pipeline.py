import sys
from subprocess import run

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from ml.ppa import FittingError, fit_parts
from ml.schema import CATEGORIES, CATEGORY_FLIP, FLIP
from ml.synthetic import render_face
from tests.ml.ppa.faces import Points, faces, mean_face

SIZE = 240


def f1(found: NDArray[np.uint8], truth: NDArray[np.uint8], category: int) -> float:
    a, b = found == category, truth == category
    return float(2 * (a & b).sum() / (a.sum() + b.sum()))


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


def test_a_face_that_reaches_out_of_the_photo_is_cut_off_at_its_border() -> None:
    points = mean_face(200, 20, 20)
    whole = fit_parts(points, (SIZE, SIZE))
    assert np.array_equal(fit_parts(points - [90, 60], (SIZE - 100, 100)), whole[60 : SIZE - 40, 90:190])
    assert not fit_parts(points - 5000, (SIZE, SIZE)).any()


def test_fitting_rendered_faces_finds_their_parts() -> None:
    """Looser than the benchmark's aim: lips and mouths bend in space, and glasses hide parts that the fitting draws."""
    counts = np.zeros((11, 2))
    boundary = np.zeros((11, 2))
    for seed in range(8):
        face = render_face(seed, 512, pose="frontal")
        for tally, rule in ((counts, "pixel-centre"), (boundary, "boundary")):
            found = fit_parts(face.points, face.image.shape, rule)  # type: ignore[arg-type]
            for category in range(2, 10):
                a, b = found == category, face.label_map == category
                tally[category] += [2 * (a & b).sum(), a.sum() + b.sum()]
    scores = {CATEGORIES[k].name: float(counts[k, 0] / counts[k, 1]) for k in range(2, 10)}
    assert min(scores.values()) > 0.9, scores
    assert np.mean(list(scores.values())) > 0.95, scores
    assert (counts[2:10, 0] / counts[2:10, 1] > boundary[2:10, 0] / boundary[2:10, 1]).all()


@pytest.mark.parametrize("shape", [(), (10,), (0, 10), (10, 0, 3)])
def test_a_photo_without_pixels_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(FittingError, match="at least one pixel"):
        fit_parts(mean_face(), shape)


def test_the_fitting_imports_neither_torch_nor_any_other_heavy_package() -> None:
    code = "import sys, ml.ppa; print(sorted({'torch', 'skimage', 'scipy', 'sqlalchemy'} & set(sys.modules)))"
    done = run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
