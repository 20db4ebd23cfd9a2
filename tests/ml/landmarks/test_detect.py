from pathlib import Path

import cv2
import numpy as np
import pytest

from ml.data.faces import FaceSample, LandmarkFolder
from ml.geometry import similarity, transform_points, warp_image
from ml.landmarks.boxes import FaceBox, box_of_points
from ml.landmarks.detect import find_face
from ml.landmarks.evaluate import evaluate_mean_face
from ml.landmarks.mean_face import default_box, mean_face_in, place_mean_face
from ml.synthetic import render_face

EVERY = 8


@pytest.fixture(scope="module")
def photos(face_data: Path) -> list[FaceSample]:
    folder = LandmarkFolder(face_data / "faces106")
    return [folder[i] for i in range(0, len(folder), EVERY)]


def off(found: FaceBox | None, true: FaceBox) -> float:
    """How far a found box is from the true one, as a share of its size: centre or side, whichever is worse."""
    assert found is not None
    distance = np.hypot(found.center[0] - true.center[0], found.center[1] - true.center[1])
    return float(max(distance, abs(found.size - true.size)) / true.size)


def test_finds_real_faces(photos: list[FaceSample]) -> None:
    for photo in photos:
        assert off(find_face(photo.image), box_of_points(photo.points)) < 0.2, photo.name


def test_the_mean_face_lands_on_real_faces(photos: list[FaceSample]) -> None:
    metrics = evaluate_mean_face(photos)
    assert metrics["nme_rect"] < 0.045
    assert metrics["fr_008"] == 0


def test_finds_rendered_faces() -> None:
    faces = [render_face(seed, 256, pose="frontal") for seed in range(20)]
    found = [find_face(face.image) for face in faces]
    hits = sum(
        box is not None and off(box, box_of_points(face.points)) < 0.3 for box, face in zip(found, faces, strict=True)
    )
    assert hits >= 17


@pytest.mark.parametrize("scale", [0.5, 4.0])
def test_the_size_of_the_photo_does_not_matter(photos: list[FaceSample], scale: float) -> None:
    photo = photos[0]
    size = (round(photo.image.shape[1] * scale), round(photo.image.shape[0] * scale))
    resized = cv2.resize(photo.image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    points = (photo.points + 0.5) * np.float32(scale) - np.float32(0.5)
    found = find_face(resized)
    assert off(found, box_of_points(points)) < 0.2


@pytest.mark.parametrize("degrees", [-30, 30])
def test_finds_faces_turned_in_the_plane(photos: list[FaceSample], degrees: int) -> None:
    hits = 0
    for photo in photos[:6]:
        height, width = photo.image.shape[:2]
        turn = similarity(0.8, np.deg2rad(degrees), (0.0, 0.0))
        middle = np.array([(width - 1) / 2, (height - 1) / 2])
        turn[:, 2] = middle - turn[:, :2] @ middle
        found = find_face(warp_image(photo.image, turn, (width, height), fill=128))
        true = box_of_points(transform_points(turn, photo.points))
        hits += found is not None and off(found, true) < 0.25 and abs(found.angle - true.angle) < np.deg2rad(31)
    assert hits >= 5


def test_prefers_the_large_and_central_face(photos: list[FaceSample]) -> None:
    large, small = photos[0], photos[1]
    canvas = np.full((1200, 1600, 3), 128, dtype=np.uint8)
    to_large, to_small = similarity(1.0, 0.0, (400.0, 200.0)), similarity(0.4, 0.0, (20.0, 20.0))
    for photo, matrix in ((large, to_large), (small, to_small)):
        pasted = warp_image(photo.image, matrix, (1600, 1200))
        inside = warp_image(np.full(photo.image.shape[:2], 255, np.uint8), matrix, (1600, 1200)) > 127
        canvas[inside] = pasted[inside]
    assert off(find_face(canvas), box_of_points(transform_points(to_large, large.points))) < 0.2


@pytest.mark.parametrize("shape", [(200, 300, 3), (1, 1, 3), (3, 900, 3), (1000, 2, 3)])
def test_finds_nothing_where_nothing_is(shape: tuple[int, int, int]) -> None:
    image = np.full(shape, 200, dtype=np.uint8)
    assert find_face(image) is None
    proposal = place_mean_face(image)
    assert not proposal.found
    assert proposal.confidence is None
    assert np.array_equal(proposal.points, mean_face_in(default_box(image)))


def test_the_default_box_is_in_the_middle() -> None:
    points = mean_face_in(default_box(np.zeros((200, 300, 3), dtype=np.uint8)))
    assert points.dtype == np.float32
    assert (points.min(axis=0) + points.max(axis=0)) / 2 == pytest.approx([149.5, 99.5], abs=0.5)
    assert np.ptp(points, axis=0).max() == pytest.approx(100, abs=0.5)
