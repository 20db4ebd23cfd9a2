import numpy as np
import pytest
from hypothesis import given, settings

from ml.ppa import FittingError, fill_mask, outlines
from ml.ppa.curves import EMPTY, join, reverse, spline
from ml.ppa.parts import MIN_OPENING, aperture
from ml.schema import CATEGORIES, N_POINTS
from tests.ml.ppa.conftest import Points, faces, mean_face

PARTS = [category.name for category in CATEGORIES[2:10]]
SHAPE = (320, 320)


def with_mouth(opening: float) -> Points:
    points = mean_face()
    upper, lower = [96, 97, 98, 99, 100], [96, 103, 102, 101, 100]
    points[[97, 98, 99, 101, 102, 103], 1] = points[upper[1:-1] + lower[1:-1]].mean(axis=0)[1]
    points[[101, 102, 103], 1] += opening
    points[[91, 92, 93, 94, 95], 1] += opening
    return points


def test_every_part_of_an_open_face_has_a_closed_outline() -> None:
    fitted = outlines(with_mouth(20))
    assert list(fitted) == ["face", *PARTS]
    for name in PARTS:
        assert len(fitted[name]) == (2 if name == "nose" else 1)
        for path in fitted[name]:
            assert np.abs(path[0, 0] - path[-1, 3]).max() < 1e-9
            assert np.abs(path[:-1, 3] - path[1:, 0]).max() < 1e-9
            assert fill_mask([path], SHAPE).sum() > 50
    (contour,) = fitted["face"]
    assert np.allclose(np.concatenate([contour[:, 0], contour[-1:, 3]]), with_mouth(20)[:33])


@settings(max_examples=150, deadline=None)
@given(faces())
def test_lips_and_inner_mouth_leave_no_gap_and_do_not_overlap(points: Points) -> None:
    fitted = outlines(points)
    parts = [fill_mask(fitted[name], SHAPE) for name in ("upper_lip", "inner_mouth", "lower_lip")]
    outer = join(spline(points[84:91]), spline(points[[90, 91, 92, 93, 94, 95, 84]]))
    inner = aperture(points[96:101], points[[96, 103, 102, 101, 100]])
    # Lips that cross their own outer edge have no inside to divide; all others must divide theirs exactly.
    whole = fill_mask([outer], SHAPE)
    within = fill_mask([join(inner.upper, reverse(inner.lower))], SHAPE, "boundary")
    count = np.sum(parts, axis=0)
    if not (within & ~fill_mask([outer], SHAPE)).any() and not _crosses(outer, inner.upper, inner.lower):
        assert np.array_equal(count, whole.astype(int))


def _crosses(outer: Points, *inner: Points) -> bool:
    """Whether some vertex of the inner curves lies outside the outer lip."""
    samples = np.concatenate([path.reshape(-1, 2) for path in inner])
    mask = fill_mask([(outer * 8 + 2000)], (6000, 6000)) if False else None
    del mask
    low, high = outer.reshape(-1, 2).min(axis=0), outer.reshape(-1, 2).max(axis=0)
    scale = 400 / max(float((high - low).max()), 1e-6)
    canvas = fill_mask([(outer - low) * scale + 10], (430, 430))
    places = np.round((samples - low) * scale + 10).astype(int)
    inside = (places >= 0).all(axis=1) & (places < 430).all(axis=1)
    return not (inside.all() and canvas[places[:, 1], places[:, 0]].all())
