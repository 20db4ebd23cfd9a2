"""Scenes to train the finder on: labeled faces of all sizes and turns, laid over backgrounds, whole or cut off."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from ml.geometry import Image, Points, similarity
from ml.landmarks.boxes import FaceBox, box_of_points
from ml.synthetic.background import make_background

SCENE_SIZE: Final = 96
"""Side of a scene, in pixels."""

_SMALLEST: Final = 12.0
_LARGEST: Final = 112.0
_BACKGROUND_SIZE: Final = 256
_STEEPEST: Final = np.deg2rad(55.0)


@dataclass(frozen=True)
class SceneFace:
    """A labeled photo to lay into scenes.

    Attributes:
        image: (H, W, 3) RGB.
        points: (106, 2), its pixels.
        box: around the points.
    """

    image: Image
    points: Points
    box: FaceBox


@dataclass(frozen=True)
class Scene:
    """A picture of `SCENE_SIZE` px and the boxes of all faces in it whose centre it shows."""

    image: npt.NDArray[np.uint8]
    boxes: tuple[FaceBox, ...]


def scene_face(image: Image, points: Points, longest: int) -> SceneFace:
    """Reduces a labeled photo to a longest side: scenes are small, and all faces stay in memory."""
    factor = min(1.0, longest / max(image.shape[:2]))
    if factor < 1:
        size = (round(image.shape[1] * factor), round(image.shape[0] * factor))
        points = ((points + 0.5) * np.array([size[0] / image.shape[1], size[1] / image.shape[0]]) - 0.5).astype(
            np.float32
        )
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return SceneFace(image, points, box_of_points(points))


def backgrounds(rng: np.random.Generator, count: int) -> list[npt.NDArray[np.uint8]]:
    """Pictures without faces, (256, 256, 3)."""
    pictures = []
    for _ in range(count):
        light = make_background(rng, _BACKGROUND_SIZE, False)
        pictures.append((np.clip(light, 0, 1) ** (1 / 2.2) * 255).astype(np.uint8))
    return pictures


def make_scene(
    rng: np.random.Generator,
    faces: Sequence[SceneFace],
    photographs: Sequence[SceneFace],
    grounds: Sequence[npt.NDArray[np.uint8]],
) -> Scene:
    """Draws one scene.

    Args:
        rng: consumed.
        faces: rendered ones.
        photographs: real ones, a third of all.
        grounds: what may be behind them.
    """
    canvas = _crop(rng, grounds[int(rng.integers(len(grounds)))])
    # Rectangles of other pictures: else every straight edge would promise a face.
    for _ in range(int(rng.integers(0, 3))):
        _patch(rng, canvas, grounds[int(rng.integers(len(grounds)))])
    boxes: list[FaceBox] = []
    for _ in range(int(rng.choice([0, 1, 1, 1, 1, 1, 2, 3]))):
        pool = photographs if photographs and rng.random() < 1 / 3 else faces
        _lay(rng, canvas, pool[int(rng.integers(len(pool)))], boxes)
    shown = [box for box in boxes if all(0 <= v < SCENE_SIZE for v in box.center)]
    if rng.random() < 0.2:
        shown = _letterbox(rng, canvas, shown)
    return Scene(_develop(rng, canvas), tuple(shown))


def _crop(rng: np.random.Generator, picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    side = int(rng.integers(48, _BACKGROUND_SIZE + 1))
    x, y = rng.integers(0, _BACKGROUND_SIZE - side + 1, 2)
    crop = cv2.resize(picture[y : y + side, x : x + side], (SCENE_SIZE, SCENE_SIZE), interpolation=cv2.INTER_AREA)
    return np.asarray(crop[:, :: int(rng.choice([-1, 1]))], dtype=np.uint8).copy()


def _patch(rng: np.random.Generator, canvas: npt.NDArray[np.uint8], picture: npt.NDArray[np.uint8]) -> None:
    mask = np.zeros((SCENE_SIZE, SCENE_SIZE), np.uint8)
    size = rng.uniform(10, 120, 2)
    corners = cv2.boxPoints((rng.uniform(0, SCENE_SIZE, 2).tolist(), size.tolist(), float(rng.normal(0, 25))))
    if rng.random() < 0.5:
        cv2.fillPoly(mask, [np.rint(corners).astype(np.int32)], 255)
    else:
        middle = corners.mean(axis=0)
        cv2.ellipse(mask, (middle.tolist(), size.tolist(), float(rng.normal(0, 25))), 255, -1)
    canvas[mask > 0] = _crop(rng, picture)[mask > 0]


def _lay(rng: np.random.Generator, canvas: npt.NDArray[np.uint8], face: SceneFace, boxes: list[FaceBox]) -> None:
    """Lays a face over the canvas, at a place where it hides no other, and notes its box."""
    largest = _LARGEST if not boxes else 40.0
    size = float(np.exp(rng.uniform(np.log(_SMALLEST), np.log(largest))))
    if not boxes and rng.random() < 0.5:
        size = float(rng.uniform(32, _LARGEST))
    # How far its centre may lie from the middle: a large face is cut off by the frame, its centre seldom.
    reach = SCENE_SIZE / 2 - min(0.35 * size, 0.45 * SCENE_SIZE)
    center = SCENE_SIZE / 2 + rng.uniform(-reach, reach, 2)
    if rng.random() < 0.04:
        size, center = float(rng.uniform(120, 400)), rng.uniform(-80, SCENE_SIZE + 80, 2)
        if np.all(np.abs(center - SCENE_SIZE / 2) < 0.5 * SCENE_SIZE + 8):
            return
    for other in boxes:
        if np.hypot(*(center - other.center)) < 0.75 * (size + other.size):
            return
    turn = float(np.clip(rng.normal(0, 0.15) if rng.random() < 0.5 else rng.uniform(-_STEEPEST, _STEEPEST), -1, 1))
    scale = size / face.box.size
    image, points = face.image, face.points.astype(np.float64)
    if scale < 1:
        small = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
        ratio = np.array([small[0] / image.shape[1], small[1] / image.shape[0]])
        points = (points + 0.5) * ratio - 0.5
        image = np.asarray(cv2.resize(image, small, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        scale = 1.0
    if rng.random() < 0.5:
        image = np.ascontiguousarray(image[:, ::-1])
        points[:, 0] = image.shape[1] - 1 - points[:, 0]
        # The box needs the points in the schema's order only for its angle; a mirrored face is turned the other way.
        mirrored = FaceBox((0.0, 0.0), 1.0, -face.box.angle)
    else:
        mirrored = face.box
    matrix = similarity(scale, turn - mirrored.angle, (0.0, 0.0))
    middle = _middle(points, mirrored.angle)
    matrix[:, 2] = center - matrix[:, :2] @ middle
    flat = (SCENE_SIZE, SCENE_SIZE)
    warped = cv2.warpAffine(image, matrix, flat, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    mask = np.ones(image.shape[:2], np.float32)
    kind = rng.random()
    if kind < 0.4:
        # The surroundings go, but for a rim: a head in front of any background.
        mask[:] = 0
        extent = (points.max(axis=0) - points.min(axis=0)) * rng.uniform(1.3, 2.2, 2)
        place = points.mean(axis=0) - (0, 0.15 * extent[1])
        cv2.ellipse(mask, (place.tolist(), extent.tolist(), 0.0), 1.0, -1)
    replicate = cv2.BORDER_REPLICATE if kind > 0.8 else cv2.BORDER_CONSTANT
    alpha = cv2.warpAffine(mask, matrix, flat, flags=cv2.INTER_LINEAR, borderMode=replicate)[..., None]
    if rng.random() < 0.4:
        alpha = cv2.GaussianBlur(alpha, (0, 0), float(rng.uniform(0.5, 3)))[..., None]
    canvas[:] = (canvas * (1 - alpha) + warped * alpha).astype(np.uint8)
    boxes.append(FaceBox((float(center[0]), float(center[1])), size, turn))


def _middle(points: npt.NDArray[np.float64], angle: float) -> npt.NDArray[np.float64]:
    """The centre of the turned rectangle around the points."""
    turn = similarity(1.0, angle, (0.0, 0.0))[:, :2]
    upright = points @ turn
    middle: npt.NDArray[np.float64] = turn @ ((upright.min(axis=0) + upright.max(axis=0)) / 2)
    return middle


def _letterbox(rng: np.random.Generator, canvas: npt.NDArray[np.uint8], boxes: list[FaceBox]) -> list[FaceBox]:
    """Greys the right or the lower part, as the finder fills up photos that are not square."""
    edge = int(rng.integers(48, SCENE_SIZE))
    axis = int(rng.integers(2))
    if axis == 0:
        canvas[:, edge:] = 128
    else:
        canvas[edge:] = 128
    return [box for box in boxes if box.center[axis] < edge]


def _develop(rng: np.random.Generator, canvas: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Varies light, colour, sharpness and noise as cameras do."""
    picture: npt.NDArray[np.floating[Any]] = canvas.astype(np.float32) / 255
    picture = picture ** float(np.exp(rng.normal(0, 0.3)))
    picture = picture * np.exp(rng.normal(0, 0.25) + rng.normal(0, 0.08, 3)).astype(np.float32)
    picture = (picture - 0.5) * float(np.exp(rng.normal(0, 0.2))) + 0.5 + float(rng.normal(0, 0.05))
    if rng.random() < 0.15:
        picture = np.repeat(picture.mean(axis=2, keepdims=True), 3, axis=2)
    if rng.random() < 0.3:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.4, 1.6))), dtype=np.float32)
    if rng.random() < 0.4:
        picture = picture + rng.normal(0, rng.uniform(0.005, 0.05), picture.shape).astype(np.float32)
    developed: npt.NDArray[np.uint8] = (np.clip(picture, 0, 1) * 255).astype(np.uint8)
    if rng.random() < 0.3:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 90))]
        developed = np.asarray(cv2.imdecode(cv2.imencode(".jpg", developed, quality)[1], cv2.IMREAD_COLOR), np.uint8)
    return developed
