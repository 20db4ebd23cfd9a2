"""The cut that a network guides: a coarse guess and the photo's own colours give a map finer than either."""

import cv2
import numpy as np
import pytest
import torch
from torch import Tensor, nn

from ml.geometry import invert_transform, warp_label_map
from ml.parsing.canvas import BACKGROUND, HAIR, SKIN
from ml.parsing.checkpoint import Architecture, Metadata
from ml.parsing.graphcut import segment_hair_skin
from ml.parsing.guided_cut import GuidedCut
from ml.parsing.head import place_head
from ml.parsing.predict import Parser
from ml.parsing.pspnet import Logits
from ml.parsing.regions import around_points
from ml.parsing.segmenters import open_segmenter
from ml.synthetic import RenderedFace, render_face
from tests.ml.parsing.test_parsing_predict import oracle

SIDE = 97


class Remembering(nn.Module):
    """Stands for a network that has seen these crops before."""

    def __init__(self, answers: np.ndarray) -> None:
        super().__init__()
        self.answers = torch.from_numpy(answers)

    def forward(self, images: Tensor) -> Logits:
        return Logits(self.answers[: len(images)])


def hair_skin_of(face: RenderedFace) -> np.ndarray:
    return np.where((face.label_map > 0) & (face.label_map < HAIR), SKIN, face.label_map).astype(np.uint8)


def guess(face: RenderedFace, blur: float) -> np.ndarray:
    """Logits (3, SIDE, SIDE) of somebody who sees the true map badly."""
    to_crop = around_points(face.points).to_crop(SIDE)
    seen = warp_label_map(hair_skin_of(face), to_crop, (SIDE, SIDE))
    shares = [cv2.GaussianBlur((seen == each).astype(np.float32), (0, 0), blur) for each in (BACKGROUND, SKIN, HAIR)]
    return np.log(np.clip(np.stack(shares), 0.01, 1))


def guided(*answers: np.ndarray) -> GuidedCut:
    metadata = Metadata(Architecture("bspnet", "B", 18, 3, SIDE, "face"), labels=0)
    return GuidedCut(Parser(Remembering(np.stack(answers)), metadata, "cpu"), "test")  # type: ignore[arg-type]


def agreement(label_map: np.ndarray, face: RenderedFace, category: int) -> float:
    """F1 of a category."""
    found, true = label_map == category, hair_skin_of(face) == category
    return float(2 * (found & true).sum() / (found.sum() + true.sum()))


def test_the_photo_sharpens_what_the_network_guesses() -> None:
    better = []
    for seed in range(100, 114, 2):
        face = render_face(seed, 256)
        network = guided(guess(face, blur=4.0))
        (found,) = network.segment([face.image], [face.points])
        (guessed,) = network._network.parse([face.image], [around_points(face.points)])
        better.append(agreement(found.label_map, face, HAIR) - agreement(guessed, face, HAIR))
        assert agreement(found.label_map, face, SKIN) > 0.85
    assert np.mean(better) > 0.02


def test_the_shipped_weights_beat_the_cut_alone_on_heads_in_all_poses() -> None:
    faces = [render_face(seed, 256) for seed in range(100, 112)]
    found = open_segmenter().segment([face.image for face in faces], [face.points for face in faces])
    alone = [segment_hair_skin(face.image, face.points) for face in faces]
    for category, margin in ((HAIR, 0.05), (SKIN, 0.0)):
        ours, theirs = (
            np.mean([agreement(each.label_map, face, category) for each, face in zip(maps, faces, strict=True)])
            for maps in (found, alone)
        )
        assert ours > theirs + margin


def with_something_beside_the_neck(face: RenderedFace) -> tuple[np.ndarray, np.ndarray]:
    """The photo with two bars in the colour of the hair, left and right of the neck, and where they are."""
    colour = np.median(face.image[face.label_map == HAIR], axis=0)
    chin, width = face.points[16], np.ptp(face.points[:33, 0])
    bars = np.zeros(face.image.shape[:2], np.uint8)
    for side in (-1, 1):
        x, y = np.rint(chin + np.multiply((side * 0.47, 0.02), width)).astype(int)
        cv2.rectangle(bars, (x - 6, y - 14), (x + 6, y + 14), 1, -1)
    image = face.image.copy()
    image[bars > 0] = colour
    return image, bars > 0


@pytest.mark.parametrize(("chance", "least", "most"), [(0.9, 0.8, 1.0), (0.2, 0.0, 0.0)])
def test_hair_may_hang_by_itself_where_the_network_sees_it(chance: float, least: float, most: float) -> None:
    face = render_face(101, 256, pose="frontal")
    image, bars = with_something_beside_the_neck(face)
    assert not (face.label_map[cv2.dilate(bars.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0] == HAIR).any()
    answer = guess(face, blur=1.0)
    there = warp_label_map(bars.astype(np.uint8), around_points(face.points).to_crop(SIDE), (SIDE, SIDE)) > 0
    there = cv2.dilate(there.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    answer[:, there] = np.log([1 - chance - 0.01, 0.01, chance])[:, None].astype(np.float32)
    (found,) = guided(answer).segment([image], [face.points])
    assert least <= (found.label_map[bars] == HAIR).mean() <= most


def test_a_jaw_that_the_network_doubts_is_told_by_its_colour() -> None:
    """What the points say is face cannot be a garment, though its colour may be the neck's."""
    face = render_face(101, 256, pose="frontal")
    below_the_lobes = np.arange(256) > face.points[[6, 26], 1].mean()
    jaw = (hair_skin_of(face) == SKIN) & below_the_lobes[:, None]
    answer = guess(face, blur=1.0)
    there = warp_label_map(jaw.astype(np.uint8), around_points(face.points).to_crop(SIDE), (SIDE, SIDE)) > 0
    answer[:, there] = np.log([0.97, 0.02, 0.01])[:, None].astype(np.float32)
    (found,) = guided(answer).segment([face.image], [face.points])
    assert (found.label_map[jaw] == SKIN).mean() > 0.9


def test_an_ear_in_the_colour_of_the_hair_stays_skin_where_the_network_says_so() -> None:
    face = render_face(101, 256, pose="frontal")
    head = place_head(face.points)
    beside = warp_label_map(head.ears.astype(np.uint8), invert_transform(head.transform), (256, 256)) > 0
    ears = beside & (face.label_map == SKIN)
    assert ears.sum() > 100
    image = face.image.copy()
    image[ears] = np.median(image[face.label_map == HAIR], axis=0)
    answer = guess(face, blur=1.0)
    there = warp_label_map(ears.astype(np.uint8), around_points(face.points).to_crop(SIDE), (SIDE, SIDE)) > 0
    answer[:, there] = np.log([0.05, 0.8, 0.15])[:, None].astype(np.float32)
    (found,) = guided(answer).segment([image], [face.points])
    assert (found.label_map[ears] == SKIN).mean() > 0.8


def test_a_fringe_that_the_network_takes_for_skin_is_told_by_its_colour() -> None:
    face = render_face(101, 256, pose="frontal")
    forehead = np.zeros(face.image.shape[:2], np.uint8)
    brows = face.points[33:51]
    top = face.points[[0, 32], 1].mean() - 0.55 * np.ptp(face.points[:33, 0])
    cv2.rectangle(forehead, np.rint((brows[:, 0].min(), top)).astype(int).tolist(),
                  np.rint((brows[:, 0].max(), brows[:, 1].min() - 4)).astype(int).tolist(), 1, -1)  # fmt: skip
    fringe = (forehead > 0) & (face.label_map == HAIR)
    assert fringe.sum() > 300
    answer = guess(face, blur=1.0)
    there = warp_label_map(fringe.astype(np.uint8), around_points(face.points).to_crop(SIDE), (SIDE, SIDE)) > 0
    answer[:, there] = np.log([0.005, 0.97, 0.025])[:, None].astype(np.float32)
    (found,) = guided(answer).segment([face.image], [face.points])
    assert (found.label_map[fringe] == HAIR).mean() > 0.8


def test_photos_of_a_batch_keep_their_own_answers() -> None:
    faces = [render_face(seed, 200, pose="frontal") for seed in (100, 104)]
    guesses = [guess(face, blur=2.0) for face in faces]
    together = guided(*guesses).segment([face.image for face in faces], [face.points for face in faces])
    for face, answer, found in zip(faces, guesses, together, strict=True):
        (alone,) = guided(answer).segment([face.image], [face.points])
        np.testing.assert_array_equal(found.label_map, alone.label_map)


def test_what_the_network_takes_for_something_before_the_face_hides_it() -> None:
    face = render_face(100, 256, pose="frontal")
    x, y = np.rint(face.points[54]).astype(int)
    image = face.image.copy()
    image[y - 20 : y + 20, x - 20 : x + 20] = (20, 120, 40)
    answer = guess(face, blur=1.0)
    crop = np.zeros(image.shape[:2], np.uint8)
    crop[y - 20 : y + 20, x - 20 : x + 20] = 1
    over = warp_label_map(crop, around_points(face.points).to_crop(SIDE), (SIDE, SIDE)) > 0
    answer[:, over] = np.log([0.98, 0.01, 0.01])[:, None].astype(np.float32)
    (found,) = guided(answer).segment([image], [face.points])
    assert found.certain_background[y - 12 : y + 12, x - 12 : x + 12].mean() > 0.9


def test_a_face_outside_the_photo_gives_nothing() -> None:
    face = render_face(100, 160, pose="frontal")
    (found,) = guided(guess(face, blur=2.0)).segment([face.image], [face.points + 1000])
    assert not found.label_map.any()
    assert not found.certain_background.any()


def test_other_networks_are_refused() -> None:
    for network in (oracle(3, "head"), oracle(2, "face")):
        with pytest.raises(ValueError, match="3 categories that is shown the crop 'face'"):
            GuidedCut(network, "test")
