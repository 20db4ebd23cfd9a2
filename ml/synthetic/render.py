"""Puts a face together: from a seed to a picture, its points and its label map."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ml.schema import CATEGORIES, N_POINTS
from ml.synthetic import features, head, surroundings
from ml.synthetic.appearance import sample_appearance
from ml.synthetic.canvas import Canvas
from ml.synthetic.hair import sample_hair
from ml.synthetic.raster import Polygon, smooth_line, smooth_loop
from ml.synthetic.shading import skin_layer
from ml.synthetic.shape import TURN_AXIS_DEPTH, Array, Pose, face_points, sample_pose, sample_shape

MIN_SIZE = 64
_ID = {category.name: category.id for category in CATEGORIES}


@dataclass(frozen=True)
class RenderedFace:
    """A picture of a face and the truth about it.

    Attributes:
        image: (size, size, 3) uint8 RGB.
        points: (106, 2) float32 image pixels.
        visibility: (106,) uint8: 0 outside the image, 1 hidden by hair, 2 visible.
        label_map: (size, size) uint8 category ids; a pixel is of the part that its centre lies in.
    """

    image: npt.NDArray[np.uint8]
    points: npt.NDArray[np.float32]
    visibility: npt.NDArray[np.uint8]
    label_map: npt.NDArray[np.uint8]


def render_face(seed: int, size: int = 512) -> RenderedFace:
    """Renders the face of a seed, the same each time.

    Points and label map follow from double-precision arithmetic alone. The picture passes through OpenCV's filters, so
    another build of OpenCV may differ in a grey level here and there.

    Args:
        seed: any non-negative number. Faces of different seeds differ in form, pose, colours, hair and background.
        size: side of the square picture in pixels. It scales the same face, up to the grain.

    Raises:
        ValueError: size is under 64, where the parts are narrower than a pixel, or seed is negative.
    """
    if size < MIN_SIZE:
        raise ValueError(f"a face needs at least {MIN_SIZE} px, not {size}")
    rng = np.random.Generator(np.random.PCG64(seed))
    shape = sample_shape(rng)
    pose = sample_pose(rng, size)
    appearance = sample_appearance(rng)
    hair = sample_hair(rng, appearance.style, shape.width)
    neck_width, ear_flare = rng.uniform(0.74, 1.0), rng.uniform(0.7, 1.25)
    collar, neckline = rng.uniform(1.05, 1.2), rng.uniform(0.12, 0.5)

    frontal = face_points(shape)
    turned = pose.turn(frontal)
    points = pose.place(turned)
    unit = pose.scale

    canvas = Canvas(surroundings.background(rng, size))
    skin = skin_layer(turned, pose, appearance, shape.smile, rng.standard_normal((24, 20)), size)
    strands = surroundings.hair_layer(rng, appearance, pose, size, hair.curly)

    for behind in hair.behind:
        outline = _still(pose, behind)
        canvas.label(outline, _ID["hair"])
        canvas.paint(outline, strands * np.float32(0.62))

    contour = smooth_line(points[:33])
    face = np.vstack([contour, pose.project(head.skull(shape.width))[::-1]])
    neck = _still(pose, head.neck(neck_width))
    cloth = _still(pose, head.clothes(neck_width, collar, neckline))
    canvas.label(neck, _ID["background"])
    canvas.paint(neck, skin * np.float32(0.86))
    canvas.darken(face + np.array([0.0, 0.11 * unit]), (0.30, 0.36, 0.38), 0.09 * unit, neck)
    canvas.label(cloth, _ID["background"])
    canvas.darken(cloth + np.array([0.0, -0.02 * unit]), 0.3, 0.02 * unit)
    canvas.paint(cloth, surroundings.cloth_layer(rng, appearance, size))

    for ear in head.ears(shape.width, ear_flare):
        _draw_ear(canvas, pose.project(ear), skin, unit)
    canvas.darken(face, 0.25, 0.012 * unit)
    canvas.label(face, _ID["skin"])
    canvas.paint(face, skin)

    features.draw_nose(canvas, points, _ID["nose"], unit)
    lips = (_ID["upper_lip"], _ID["inner_mouth"], _ID["lower_lip"])
    features.draw_mouth(canvas, points, skin, appearance, unit, lips)
    features.draw_eye(canvas, points[66:74], points[104], _ID["left_eye"], appearance, unit)
    features.draw_eye(canvas, points[75:83], points[105], _ID["right_eye"], appearance, unit)
    # The tails are cusps: row 0 of the left brow, row 4 of the right one.
    for brow, tail, name in ((points[33:42], 0, "left_brow"), (points[42:51], 4, "right_brow")):
        features.draw_brow(canvas, smooth_loop(brow, corners=(tail,)), _ID[name], appearance, unit, rng)

    locks = [pose.project(front) for front in hair.front]
    for lock in locks:
        canvas.darken(lock + np.array([0.0, 0.025 * unit]), (0.34, 0.38, 0.38), 0.022 * unit, face)
    for lock in locks:
        canvas.label(lock, _ID["hair"])
        canvas.paint(lock, strands, 1.0, 0.003 * unit)

    image = surroundings.photograph(canvas.image, appearance, rng, size)
    return RenderedFace(image, points.astype(np.float32), _visibility(points, locks, size), canvas.label_map)


def _still(pose: Pose, outline: Array) -> Polygon:
    """Projects what does not turn with the head."""
    return pose.project(outline, np.full(len(outline), TURN_AXIS_DEPTH))


def _draw_ear(canvas: Canvas, ear: Polygon, skin: npt.NDArray[np.float32], unit: float) -> None:
    canvas.label(ear, _ID["skin"])
    canvas.paint(ear, skin * np.float32(0.9))
    middle = ear.mean(axis=0)
    canvas.darken(middle + (ear - middle) * 0.62, (0.22, 0.30, 0.30), 0.014 * unit, ear)


def _visibility(points: Array, locks: list[Polygon], size: int) -> npt.NDArray[np.uint8]:
    visibility = np.full(N_POINTS, 2, dtype=np.uint8)
    for lock in locks:
        outline = lock.astype(np.float32)
        for i, (x, y) in enumerate(points):
            # A point on the very edge of the hair can be seen.
            if cv2.pointPolygonTest(outline, (float(x), float(y)), True) > 1.0:
                visibility[i] = 1
    outside = ((points < -0.5) | (points > size - 0.5)).any(axis=1)
    visibility[outside] = 0
    return visibility
