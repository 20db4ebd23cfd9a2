from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from ml.crop_loading import sample_generator
from ml.geometry import mirror_image, mirror_points
from ml.landmarks.augment import Augmentation, Crop, augment
from ml.landmarks.boxes import box_of_points
from ml.landmarks.samples import Sample
from ml.schema import FLIP, LEFT_EYE_OUTER, RIGHT_EYE_OUTER

Draw = Callable[[int], Sample]

PLAIN = Augmentation(turn=0, scale=0, shift=0, mirror=0, recolour=0, gray=0, blur=0, noise=0, occlude=0)


def crop(sample: Sample, settings: Augmentation, seed: int = 0) -> Crop:
    return augment(sample, sample_generator(seed, 0, 0), settings)


def test_without_augmentation_the_face_stands_upright_in_the_middle(draw: Draw) -> None:
    image, points, known = crop(draw(1), PLAIN)
    assert image.shape == (256, 256, 3)
    assert image.dtype == np.uint8
    assert known.all()
    assert (points.min(axis=0) + points.max(axis=0)) / 2 == pytest.approx([127.5, 127.5], abs=1)
    assert box_of_points(points).angle == pytest.approx(0, abs=1e-3)


def test_the_same_generator_gives_the_same_crop(draw: Draw) -> None:
    first, again, other = (crop(draw(2), Augmentation(), seed) for seed in (5, 5, 6))
    assert np.array_equal(first.image, again.image)
    assert np.array_equal(first.points, again.points)
    assert not np.array_equal(first.points, other.points)


def test_mirroring_exchanges_image_points_and_mask_together(draw: Draw) -> None:
    sample = replace(draw(3), known=np.arange(106) % 3 > 0)
    plain, mirrored = crop(sample, PLAIN), crop(sample, replace(PLAIN, mirror=1))
    assert np.array_equal(mirrored.image, mirror_image(plain.image))
    assert np.array_equal(mirrored.points, mirror_points(plain.points, 256))
    assert np.array_equal(mirrored.known, plain.known[FLIP])
    assert mirrored.points[LEFT_EYE_OUTER, 0] < mirrored.points[RIGHT_EYE_OUTER, 0]


@pytest.mark.parametrize("seed", range(8))
def test_points_move_with_the_pixels(draw: Draw, seed: int) -> None:
    """A bright dot on a point is found at that point after any turn, scale, shift and mirroring."""
    sample = draw(4)
    index = 16  # the chin is its own mirror partner
    dark = np.zeros((160, 160, 3), dtype=np.uint8)
    x, y = np.rint(sample.points[index]).astype(int)
    dark[y - 1 : y + 2, x - 1 : x + 2] = 255
    points = sample.points.copy()
    points[index] = (x, y)
    moved = crop(Sample(dark, points), replace(PLAIN, turn=15, scale=0.1, shift=0.05, mirror=0.5), seed)
    rows, columns = np.mgrid[:256, :256]
    weight = moved.image[:, :, 0].astype(float)
    centroid = [(columns * weight).sum() / weight.sum(), (rows * weight).sum() / weight.sum()]
    assert moved.points[index] == pytest.approx(centroid, abs=0.1)


@pytest.mark.parametrize("effect", ["recolour", "gray", "blur", "noise", "occlude"])
def test_each_effect_changes_pixels_only(draw: Draw, effect: str) -> None:
    plain, dirty = crop(draw(5), PLAIN), crop(draw(5), replace(PLAIN, **{effect: 1.0}))
    assert dirty.image.shape == plain.image.shape
    assert dirty.image.dtype == np.uint8
    assert not np.array_equal(dirty.image, plain.image)
    assert np.array_equal(dirty.points, plain.points)
    assert dirty.known.all()


def test_a_lazy_photo_is_loaded_when_needed_and_once(draw: Draw) -> None:
    loads = []

    def load() -> np.ndarray:
        loads.append(1)
        return draw(6).image

    sample = Sample(load, draw(6).points)
    assert loads == []
    assert np.array_equal(crop(sample, PLAIN).image, crop(draw(6), PLAIN).image)
    assert loads == [1]
