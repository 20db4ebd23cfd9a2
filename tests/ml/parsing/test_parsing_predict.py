"""From a photo to a map of its own size: crops, mapping back, files of models."""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from ml import model_file
from ml.crop_loading import sample_generator
from ml.geometry import Rectangle, similarity, transform_points
from ml.model_file import CheckpointError
from ml.parsing import checkpoint
from ml.parsing.augment import Augmentation, augment
from ml.parsing.boundaries import IGNORE
from ml.parsing.categories import CATEGORY_SETS
from ml.parsing.checkpoint import Architecture, Metadata
from ml.parsing.evaluate import evaluate, tables
from ml.parsing.predict import Parser
from ml.parsing.pspnet import Logits
from ml.parsing.regions import Region, around_box, around_head, around_points, whole_photo
from ml.parsing.samples import Sample
from ml.schema import MEAN_FACE
from tests.ml.parsing.conftest import Draw

SMALL = Architecture("bspnet", "C", depth=18, categories=11, input_size=65, crop="photo")
UNTOUCHED = Augmentation(turn=0, scale=0, shift=0, mirror=0, recolour=0, gray=0, blur=0, noise=0)


class Oracle(nn.Module):
    """Stands for a perfect network: reads the category, or the quotient of red, off the picture."""

    def __init__(self, categories: int) -> None:
        super().__init__()
        self.categories = categories

    def forward(self, images: Tensor) -> Logits:
        red = images[:, 0] * 58.395 + 123.675
        place = torch.arange(self.categories)[:, None, None] * 20.0
        return Logits(-((red[:, None] - place) ** 2))


def oracle(categories: int, crop: str, side: int = 129) -> Parser:
    architecture = Architecture("bspnet", "C", 18, categories, side, crop)  # type: ignore[arg-type]
    return Parser(Oracle(categories), Metadata(architecture, labels=0), "cpu")  # type: ignore[arg-type]


def pictured(label_map: np.ndarray) -> np.ndarray:
    """The photo that the oracle reads that map from."""
    return np.repeat(label_map[:, :, None] * 20, 3, axis=2).astype(np.uint8)


def halves(height: int, width: int, at: int) -> np.ndarray:
    """Background, and skin from a column on."""
    label_map = np.zeros((height, width), np.uint8)
    label_map[:, at:] = 1
    return label_map


@pytest.mark.parametrize(("height", "width"), [(129, 129), (300, 200), (64, 90), (700, 1100)])
def test_a_map_comes_back_in_the_photos_own_pixels(height: int, width: int) -> None:
    truth = halves(height, width, width // 3)
    (found,) = oracle(3, "photo").parse([pictured(truth)])
    assert found.shape == truth.shape
    wrong_columns = np.flatnonzero((found != truth).any(axis=0))
    # A crop pixel of a large photo is several of its pixels; the border may move within one.
    assert len(wrong_columns) <= max(1, max(height, width) // 129)


def test_a_turned_region_comes_back_turned_and_is_background_outside() -> None:
    truth = np.ones((120, 160), np.uint8)
    region = Region((80.0, 60.0), 60.0, angle=0.5)
    (found,) = oracle(3, "head").parse([pictured(truth)], [region])
    y, x = np.mgrid[:120, :160] - np.array([60.0, 80.0])[:, None, None]
    along, across = x * np.cos(0.5) + y * np.sin(0.5), y * np.cos(0.5) - x * np.sin(0.5)
    inside = np.maximum(np.abs(along), np.abs(across))
    assert (found[inside < 29.5] == 1).all()
    assert (found[inside > 30.5] == 0).all()


def test_blocks_and_batches_change_nothing(draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    photos = [draw(seed).image for seed in range(3)]
    torch.manual_seed(0)
    parser = Parser(SMALL.build(), Metadata(SMALL, labels=0), "cpu", batch_size=3)
    whole = parser.parse(photos)
    assert len(np.unique(whole)) > 1
    monkeypatch.setattr("ml.parsing.predict._BLOCK_PIXELS", 1000)
    parser.batch_size = 1
    blocks = parser.parse(photos)
    assert np.mean(np.array(whole) != np.array(blocks)) < 1e-3


def test_asks_for_the_regions_that_it_needs() -> None:
    with pytest.raises(ValueError, match="say where it is"):
        oracle(3, "head").parse([np.zeros((90, 90, 3), np.uint8)])
    with pytest.raises(ValueError, match="1 photos and 2 regions"):
        oracle(3, "head").parse([np.zeros((90, 90, 3), np.uint8)], [whole_photo((90, 90))] * 2)


@pytest.mark.parametrize("categories", [2, 3])
@pytest.mark.parametrize("crop", ["photo", "head"])
def test_a_perfect_network_scores_near_one(draw: Draw, categories: int, crop: str) -> None:
    own = CATEGORY_SETS[categories]
    photos = []
    for seed in range(3):
        label_map = draw(seed).label_map
        truth = label_map.copy()
        truth[:5] = IGNORE
        photos.append(Sample(pictured(own.from_schema(label_map)), truth))
    parser = oracle(categories, crop, side=193)
    parser.batch_size = 2
    confusion = evaluate(parser, photos)
    assert confusion.counts.sum() == 3 * 91 * 96
    for scores in tables(confusion, categories).values():
        assert all(score is not None and score > 0.8 for score in scores.values()), scores


def test_regions() -> None:
    mask = np.zeros((60, 80), bool)
    mask[10:30, 40:50] = True
    mask[50:53, 0:3] = True
    region = around_head(mask, margin=0.0)
    assert region == Region((44.5, 19.5), 20.0)
    assert around_head(np.zeros((5, 5), bool)) is None
    assert around_box(Rectangle(0, 0, 10, 20), margin=0.5).size == 40
    with pytest.raises(ValueError, match="no area"):
        around_box(Rectangle(3, 4, 0, 0))
    corners = transform_points(whole_photo((40, 60)).to_crop(61), [(-0.5, 19.5), (59.5, 19.5)])
    np.testing.assert_allclose(corners, [(-0.5, 30), (60.5, 30)], atol=1e-5)


@pytest.mark.parametrize("angle", [0.0, 0.7, 3.0])
def test_the_crop_around_points_turns_with_the_face(angle: float) -> None:
    place = similarity(80.0, angle, (200.0, 150.0))
    face = transform_points(place, MEAN_FACE)
    in_crop = transform_points(around_points(face).to_crop(129), face)
    upright = transform_points(around_points(MEAN_FACE).to_crop(129), MEAN_FACE)
    np.testing.assert_allclose(in_crop, upright, atol=1e-3)
    assert in_crop.min() > 0 and in_crop.max() < 128


def test_augmentation_is_decided_by_its_three_numbers_and_keeps_labels_on_their_pixels(draw: Draw) -> None:
    photo = draw(0)
    chance, eleven = Augmentation(), CATEGORY_SETS[11]
    first, again, other = (
        augment(photo, sample_generator(0, epoch, 4), chance, eleven, "head", 97) for epoch in (2, 2, 3)
    )
    assert np.array_equal(first.image, again.image) and np.array_equal(first.label_map, again.label_map)
    assert not np.array_equal(first.label_map, other.label_map)
    read_off = Sample(pictured(photo.label_map), photo.label_map)
    geometry = replace(UNTOUCHED, turn=20, scale=0.2, shift=0.1)
    for seed in range(4):
        crop = augment(read_off, sample_generator(seed, 0, 0), geometry, eleven, "photo", 97)
        known = crop.label_map != IGNORE
        assert (crop.image[known, 0].astype(int) // 20 == crop.label_map[known]).mean() > 0.85


def test_a_mirrored_crop_swaps_the_sides_and_the_rest_of_the_photo_is_unknown(draw: Draw) -> None:
    photo = draw(1)
    plain, mirrored = (
        augment(photo, sample_generator(0, 0, 0), replace(UNTOUCHED, mirror=m), CATEGORY_SETS[11], "photo", 97)
        for m in (0.0, 1.0)
    )
    swapped = plain.label_map[:, ::-1].copy()
    for left, right in ((2, 3), (4, 5)):
        swapped[plain.label_map[:, ::-1] == left], swapped[plain.label_map[:, ::-1] == right] = right, left
    assert np.array_equal(mirrored.label_map, swapped)
    assert np.array_equal(mirrored.image, plain.image[:, ::-1])
    wide = Sample(np.zeros((40, 80, 3), np.uint8), np.zeros((40, 80), np.uint8))
    beyond = augment(wide, sample_generator(0, 0, 0), UNTOUCHED, CATEGORY_SETS[2], "photo", 81).label_map
    assert (beyond[:19] == IGNORE).all() and (beyond[22:58] == 0).all()


def test_category_sets_round_trip_and_refuse_unknown_ids() -> None:
    every_id = np.append(np.arange(11), IGNORE).astype(np.uint8)[None]
    fine = CATEGORY_SETS[3]
    assert fine.from_schema(every_id).tolist() == [[0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, IGNORE]]
    assert fine.to_schema(np.array([[0, 1, 2]], np.uint8)).tolist() == [[0, 1, 10]]
    assert CATEGORY_SETS[2].from_schema(every_id).tolist() == [[0, *[1] * 10, IGNORE]]
    assert CATEGORY_SETS[11].mirrored(every_id).tolist() == [[IGNORE, 10, 9, 8, 7, 6, 4, 5, 2, 3, 1, 0]]
    with pytest.raises(ValueError, match="id 12"):
        fine.from_schema(np.array([[12]], np.uint8))


@pytest.fixture(scope="module")
def model() -> bytes:
    torch.manual_seed(0)
    return checkpoint.dump(SMALL.build().state_dict(), Metadata(SMALL, labels=7, metrics={"mean_f1": 0.5}), half=True)


def test_a_model_file_round_trips_in_half_the_bytes(model: bytes, tmp_path: Path) -> None:
    network, metadata = checkpoint.load(model)
    assert metadata == Metadata(SMALL, labels=7, metrics={"mean_f1": 0.5})
    assert len(model) < 25e6
    assert checkpoint.dump(network.state_dict(), metadata, half=True) == model
    assert all(p.dtype == torch.float32 and p.requires_grad for p in network.parameters())
    file = tmp_path / "model.safetensors"
    file.write_bytes(model)
    assert Parser.load(file).metadata == metadata


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "landmarks"}, "kind 'landmarks'"),
        ({"schema_version": "other/1"}, "schema 'other/1'"),
        ({"architecture": asdict(replace(SMALL, categories=3))}, "do not fit"),
        ({"architecture": asdict(SMALL) | {"depth": 34}}, "depth 18, 50 or 101"),
        ({"architecture": asdict(SMALL) | {"input_size": 64}}, "8k \\+ 1"),
        ({"architecture": None}, "do not fit"),
        ({"surprise": 1}, "do not fit"),
    ],
)
def test_refuses_other_models(model: bytes, change: dict, message: str) -> None:
    tensors, header = model_file.unpack(model)
    with pytest.raises(CheckpointError, match=message):
        checkpoint.load(model_file.pack(tensors, header | change))
    with pytest.raises(CheckpointError, match="not a whole safetensors file"):
        checkpoint.load(model[:-1])
