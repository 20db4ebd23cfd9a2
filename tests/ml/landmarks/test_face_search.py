"""The search for the main face, with the weights that ship, on photos that they were not trained on."""

from collections.abc import Generator, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from ml.data.errors import DataError
from ml.data.faces import FaceSample, LandmarkFolder
from ml.geometry import Image, Points, similarity, transform_points, warp_image
from ml.landmarks import face_search
from ml.landmarks.boxes import FaceBox, box_of_points, jitter
from ml.landmarks.face_search import Look, MainFace, Seen, search_together
from ml.landmarks.mean_face import default_box
from ml.landmarks.metrics import nme_rect
from ml.landmarks.photo_copies import PhotoCopies
from ml.landmarks.predict import Landmarker
from ml.landmarks.shipped import ShippedWeightsMissing, shipped_checkpoint
from ml.schema import MEAN_FACE

GOOD = 0.035


@pytest.fixture(scope="module")
def landmarker() -> Landmarker:
    try:
        return Landmarker.load(shipped_checkpoint(), device="cpu")
    except ShippedWeightsMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def photos(face_data: Path) -> Sequence[FaceSample]:
    folder = LandmarkFolder(face_data / "faces106")
    return [folder[len(folder) - 1], folder[len(folder) - 2]]


def pasted(picture: Image, photo: FaceSample, scale: float, shift: tuple[float, float]) -> Points:
    """Lays a photo into a picture; returns its points there."""
    matrix = similarity(scale, 0.0, shift)
    shape = (picture.shape[1], picture.shape[0])
    inside = warp_image(np.full(photo.image.shape[:2], 255, np.uint8), matrix, shape) > 127
    picture[inside] = warp_image(photo.image, matrix, shape)[inside]
    return transform_points(matrix, photo.points)


def off(points: Points, true: Points) -> float:
    return nme_rect(points, true, np.ones(len(true), dtype=bool))


@pytest.mark.parametrize("degrees", [-45, 30])
def test_a_turned_face_is_found(landmarker: Landmarker, photos: Sequence[FaceSample], degrees: int) -> None:
    photo = photos[0]
    height, width = photo.image.shape[:2]
    turn = similarity(1.0, np.deg2rad(degrees), (0.0, 0.0))
    middle = np.array([(width - 1) / 2, (height - 1) / 2])
    turn[:, 2] = middle - turn[:, :2] @ middle
    (proposal,) = landmarker.predict([warp_image(photo.image, turn, (width, height), fill=128)])
    assert proposal.found
    assert off(proposal.points, transform_points(turn, photo.points)) < GOOD


def test_of_two_faces_the_larger_one_counts(landmarker: Landmarker, photos: Sequence[FaceSample]) -> None:
    picture = np.full((900, 1200, 3), 128, dtype=np.uint8)
    pasted(picture, photos[1], 0.6, (20.0, 100.0))
    main = pasted(picture, photos[0], 1.0, (560.0, 60.0))
    (proposal,) = landmarker.predict([picture])
    assert off(proposal.points, main) < GOOD


def test_a_small_face_in_a_large_file_is_seen_sharply(landmarker: Landmarker, photos: Sequence[FaceSample]) -> None:
    picture = np.full((2000, 2600, 3), 110, dtype=np.uint8)
    true = pasted(picture, photos[0], 0.6, (2000.0, 1400.0))
    written, data = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 95])
    assert written
    (proposal,) = landmarker.predict_encoded([("large.jpg", data.tobytes())])
    assert proposal.found
    assert off(proposal.points, true) < GOOD


def test_the_network_corrects_a_place_that_is_far_off(
    landmarker: Landmarker, photos: Sequence[FaceSample], monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = photos[0]
    place = jitter(box_of_points(photo.points), np.random.default_rng(2), shift=0.15, scale=0.2, turn=0.35)
    (once,) = landmarker.predict_in_boxes([photo.image], [place])
    monkeypatch.setattr(face_search, "likely_faces", lambda image, small: iter([[place]]))
    (proposal,) = landmarker.predict([photo.image])
    assert off(proposal.points, photo.points) < min(GOOD, off(once.points, photo.points))


def test_what_looks_like_a_face_to_a_cascade_only_is_not_one(
    landmarker: Landmarker, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = np.random.default_rng(0).integers(0, 256, (240, 320, 3), dtype=np.uint8)
    image = np.asarray(cv2.GaussianBlur(image, (0, 0), 4), dtype=np.uint8)
    place = default_box(image)
    monkeypatch.setattr(face_search, "likely_faces", lambda image, small: iter([[place]]))
    (proposal,) = landmarker.predict([image])
    assert not proposal.found
    assert proposal.confidence is not None and proposal.confidence.max() <= 0.25


def test_where_nothing_passes_the_likeliest_place_is_the_guess(monkeypatch: pytest.MonkeyPatch) -> None:
    class ByConfidence:
        def log_density(self, points: Points, confidence: np.ndarray) -> float:
            return float(confidence.mean())

    def look(looks: Sequence[Look]) -> list[Seen]:
        return [
            Seen(
                ((MEAN_FACE - 0.5) * each.box.size + each.box.center).astype(np.float32),
                np.full(106, 0.6 if each.box.center[0] > 100 else 0.3, np.float32),
            )
            for each in looks
        ]

    places = [FaceBox((60.0, 60.0), 50.0), FaceBox((140.0, 60.0), 50.0)]
    monkeypatch.setattr(face_search, "likely_faces", lambda image, small: iter([[] if small else places]))
    monkeypatch.setattr(face_search, "shipped_shapes", ByConfidence)
    photo = PhotoCopies(np.zeros((120, 200, 3), np.uint8))
    (face,) = search_together([face_search.search_face(photo)], look)
    assert not face.found
    assert face.points.mean(axis=0) == pytest.approx((140, 60), abs=15)


class _Says:
    """In place of the shapes of faces: every place is a face, one looked at in a mirror as good as it says."""

    def __init__(self, mirrored: float) -> None:
        self.mirrored = mirrored

    def log_density(self, points: Points, confidence: np.ndarray) -> float:
        return self.mirrored if confidence[0] == 0.5 else 3.0


@pytest.mark.parametrize(
    ("trust", "mirrored_score", "looks", "moved"), [(0.95, 3.0, 1, 0), (0.7, 3.0, 2, 5), (0.7, 2.0, 2, 0)]
)
def test_an_unsure_face_is_looked_at_twice_and_the_looks_are_averaged(
    monkeypatch: pytest.MonkeyPatch, trust: float, mirrored_score: float, looks: int, moved: float
) -> None:
    asked: list[Look] = []

    def look(places: Sequence[Look]) -> list[Seen]:
        asked.extend(places)
        return [
            Seen(face + 12 * each.mirrored, np.full(106, 0.5 if each.mirrored else trust, np.float32))
            for each in places
        ]

    face = (MEAN_FACE * 100 + 40).astype(np.float32)
    monkeypatch.setattr(face_search, "likely_faces", lambda image, small: iter([[box_of_points(face)]]))
    monkeypatch.setattr(face_search, "shipped_shapes", lambda: _Says(mirrored_score))
    photo = PhotoCopies(np.zeros((200, 200, 3), np.uint8))
    (found,) = search_together([face_search.search_face(photo)], look)
    assert [each.mirrored for each in asked] == [False, True][:looks]
    # By their confidence: 0.5 / (0.5 + 0.7) of the 12 px between the looks.
    np.testing.assert_allclose(found.points - face, moved, atol=0.01)
    assert found.confidence[0] == pytest.approx(0.6 if moved else trust)


def test_an_unreadable_file_is_named(landmarker: Landmarker) -> None:
    with pytest.raises(DataError, match=r"broken\.jpg"):
        landmarker.predict_encoded([("broken.jpg", b"no photo")])


def test_searches_share_the_network_and_keep_their_answers() -> None:
    """Each search asks as often as its number says, two places at a time; the network is called once a turn."""
    calls: list[int] = []

    def look(looks: Sequence[Look]) -> list[Seen]:
        calls.append(len(looks))
        return [Seen(np.full((106, 2), each.box.size, np.float32), np.ones(106, np.float32)) for each in looks]

    def asking(number: int) -> Generator[list[Look], list[Seen], MainFace]:
        image = np.zeros((4, 4, 3), dtype=np.uint8)
        answered = []
        for turn in range(number):
            boxes = [FaceBox((0.0, 0.0), float(10 * number + turn)) for _ in range(2)]
            answered += [seen.points[0, 0] for seen in (yield [Look(image, box) for box in boxes])]
        assert answered == [10 * number + turn for turn in range(number) for _ in range(2)]
        return MainFace(np.full((106, 2), number, np.float32), np.ones(106, np.float32), found=True)

    faces = search_together([asking(number) for number in (2, 0, 3)], look)
    assert [face.points[0, 0] for face in faces] == [2, 0, 3]
    assert calls == [4, 4, 2]
