from collections.abc import Callable

import numpy as np
import pytest
import torch

from ml.geometry import mirror_image, mirror_points, similarity, transform_points, warp_image
from ml.landmarks import face_search
from ml.landmarks.boxes import box_of_points
from ml.landmarks.checkpoint import Metadata
from ml.landmarks.evaluate import BoxSource, evaluate
from ml.landmarks.face_search import Look
from ml.landmarks.heatmaps import HeatmapCodec
from ml.landmarks.hourglass import LandmarkNet
from ml.landmarks.mean_face import default_box
from ml.landmarks.predict import Landmarker
from ml.landmarks.samples import Sample
from ml.schema import FLIP, MEAN_FACE, N_POINTS

Draw = Callable[[int], Sample]


class FixedAnswer(LandmarkNet):
    """In place of trained weights: answers the same points for every crop, and counts the crops of each call."""

    def __init__(self, in_crop: np.ndarray) -> None:
        super().__init__(8)
        self.target, _ = HeatmapCodec().encode(
            torch.from_numpy(in_crop)[None], torch.ones(1, N_POINTS, dtype=torch.bool)
        )
        self.calls: list[int] = []

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        self.calls.append(len(images))
        return self.target.expand(len(images), -1, -1, -1)


@pytest.fixture
def fixed() -> FixedAnswer:
    return FixedAnswer((MEAN_FACE * 190 + 33).astype(np.float32))


@pytest.fixture
def landmarker(fixed: FixedAnswer) -> Landmarker:
    return Landmarker(fixed, Metadata(width=8, labels=0), device="cpu", batch_size=4)


def test_points_come_back_in_photo_pixels(landmarker: Landmarker, draw: Draw) -> None:
    face = draw(0)
    box = box_of_points(face.points)
    (proposal,) = landmarker.predict_in_boxes([face.image], [box])
    # The answer is the mean face, 190 px wide in the middle of every crop: the crop's own box.
    again = box_of_points(proposal.points)
    assert again.center == pytest.approx(box.center, abs=0.5)
    assert again.size == pytest.approx(box.size, rel=0.01)
    assert again.angle == pytest.approx(box.angle, abs=0.01)
    assert proposal.points.dtype == np.float32
    assert proposal.confidence is not None and proposal.confidence.shape == (N_POINTS,)
    assert (proposal.confidence > 0.8).all()


def test_works_in_batches_and_keeps_the_order(landmarker: Landmarker, fixed: FixedAnswer, draw: Draw) -> None:
    faces = [draw(seed) for seed in range(10)]
    boxes = [box_of_points(face.points) for face in faces]
    proposals = landmarker.predict_in_boxes([face.image for face in faces], boxes)
    assert fixed.calls == [4, 4, 2]
    centers = [box_of_points(proposal.points).center for proposal in proposals]
    assert np.array(centers) == pytest.approx(np.array([box.center for box in boxes]), abs=0.5)


def test_no_photos_no_proposals(landmarker: Landmarker) -> None:
    assert landmarker.predict([]) == []


def test_where_no_face_is_found_the_middle_is_taken_with_low_confidence(
    landmarker: Landmarker, fixed: FixedAnswer
) -> None:
    fixed.target *= 0.3
    image = np.full((120, 200, 3), 90, dtype=np.uint8)
    (proposal,) = landmarker.predict([image])
    assert not proposal.found
    assert proposal.confidence is not None and proposal.confidence.max() <= 0.3 * 0.25
    assert box_of_points(proposal.points).center == pytest.approx(default_box(image).center, abs=1)


def test_the_found_box_is_what_predict_uses(
    landmarker: Landmarker, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    face = draw(3)
    box = box_of_points(face.points)
    monkeypatch.setattr(face_search, "likely_faces", lambda image, small: iter([[box]]))
    (proposal,) = landmarker.predict([face.image])
    assert proposal.found
    assert box_of_points(proposal.points).center == pytest.approx(box.center, abs=0.5)
    assert proposal.confidence is not None and proposal.confidence.min() > 0.8


@pytest.mark.parametrize("boxes", ["truth", "jittered", "found"])
def test_evaluation_is_repeatable(landmarker: Landmarker, draw: Draw, boxes: BoxSource) -> None:
    faces = [draw(seed) for seed in range(9)]
    metrics = evaluate(landmarker, faces, boxes)
    assert metrics["photos"] == 9
    assert evaluate(landmarker, faces, boxes) == metrics


def test_the_true_box_scores_better_than_a_jittered_one(landmarker: Landmarker, draw: Draw) -> None:
    faces = [draw(seed) for seed in range(9)]
    truth, jittered = evaluate(landmarker, faces, "truth"), evaluate(landmarker, faces, "jittered")
    assert truth["nme_rect"] < jittered["nme_rect"]


def test_a_look_in_a_mirror_sees_the_mirrored_photo(draw: Draw) -> None:
    torch.manual_seed(0)
    landmarker = Landmarker(LandmarkNet(8), Metadata(width=8, labels=0), device="cpu")
    face = draw(5)
    width = face.image.shape[1]
    box, mirrored = box_of_points(face.points), box_of_points(mirror_points(face.points, width))
    (in_mirror, of_mirrored) = landmarker.look([Look(face.image, box, True), Look(mirror_image(face.image), mirrored)])
    assert np.median(np.linalg.norm(mirror_points(of_mirrored.points, width) - in_mirror.points, axis=1)) < 1
    np.testing.assert_allclose(of_mirrored.confidence[FLIP], in_mirror.confidence, atol=0.02)


def test_a_turned_photo_gives_turned_points(draw: Draw) -> None:
    """What an untrained network sees, not the stand-in: the crop undoes the turn, so the answer turns along."""
    torch.manual_seed(0)
    network = LandmarkNet(8)
    landmarker = Landmarker(network, Metadata(width=8, labels=0), device="cpu")
    face = draw(4)
    turn = similarity(1.5, 0.4, (100.0, 20.0))
    turned = warp_image(face.image, turn, (500, 400))
    straight, after = (
        landmarker.look([Look(image, box_of_points(points))])[0].points
        for image, points in ((face.image, face.points), (turned, transform_points(turn, face.points)))
    )
    assert np.median(np.linalg.norm(transform_points(turn, straight) - after, axis=1)) < 3
