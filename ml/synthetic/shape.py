"""The form of a rendered face: a mean face, a few smooth modes of change, and the pose that puts it into an image.

Face units: x is 0 on the midline, y is 0 at the top of the brows and 1 at the chin of the mean face, whose width is 1.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.geometry import similarity
from ml.schema import MEAN_FACE, PARTS

Array = npt.NDArray[np.float64]

_MOUTH_Y = 0.658
_MOUTH_HALF_WIDTH = 0.179
_FACE_CENTER = (0.0, 0.32)
TURN_AXIS_DEPTH = 0.12
"""Depth, in face units, of what stays in place when the head turns."""


def smoothstep(x: npt.ArrayLike, low: float, high: float) -> Array:
    """Returns 0 below low, 1 above high, and the cubic that joins them smoothly."""
    t = np.clip((np.asarray(x, dtype=np.float64) - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


@dataclass(frozen=True)
class FaceShape:
    """The modes of change. Lengths in face units, the others as factors of the mean face's measure.

    Attributes:
        width: of everything.
        jaw: width of the lower face.
        chin: how much longer the chin is.
        eye_size: of both eyes.
        eye_opening: of the lids.
        gaze: shift of both pupils.
        brow_raise: height of the left and the right brow above its place.
        brow_tilt: how much higher the tails are than the heads.
        brow_thickness: across the brow.
        nose_width: of the lower nose.
        nose_length: from root to base.
        mouth_width: between the corners.
        mouth_opening: between the lips, in the middle.
        upper_lip: thickness of the upper lip.
        lower_lip: thickness of the lower lip.
        smile: 0 neutral, 1 broad.
        smirk: shift of the mouth's middle sideways.
    """

    width: float
    jaw: float
    chin: float
    eye_size: float
    eye_opening: float
    gaze: tuple[float, float]
    brow_raise: tuple[float, float]
    brow_tilt: float
    brow_thickness: float
    nose_width: float
    nose_length: float
    mouth_width: float
    mouth_opening: float
    upper_lip: float
    lower_lip: float
    smile: float
    smirk: float


def sample_shape(rng: np.random.Generator) -> FaceShape:
    """Draws a face: half of the mouths open, a third of the faces smiling."""
    smile = float(rng.uniform(0.3, 1.0)) if rng.random() < 0.4 else float(rng.uniform(-0.25, 0.2))
    mouth_opening = float(rng.uniform(0.025, 0.15)) if rng.random() < 0.5 else 0.0
    brow_raise = rng.uniform(-0.02, 0.035)
    return FaceShape(
        width=float(rng.uniform(0.92, 1.06)),
        jaw=float(rng.uniform(0.88, 1.08)),
        chin=float(rng.uniform(-0.05, 0.06)),
        eye_size=float(rng.uniform(0.92, 1.14)),
        eye_opening=float(rng.uniform(0.7, 1.3) * (1 - 0.25 * max(smile, 0))),
        gaze=(float(rng.uniform(-0.02, 0.02)), float(rng.uniform(-0.006, 0.006))),
        brow_raise=(float(brow_raise + rng.uniform(-0.008, 0.008)), float(brow_raise + rng.uniform(-0.008, 0.008))),
        brow_tilt=float(rng.uniform(-0.03, 0.03)),
        brow_thickness=float(rng.uniform(0.65, 1.25)),
        nose_width=float(rng.uniform(0.85, 1.25)),
        nose_length=float(rng.uniform(0.92, 1.07)),
        mouth_width=float(rng.uniform(0.9, 1.12)),
        mouth_opening=mouth_opening,
        upper_lip=float(rng.uniform(0.7, 1.4)),
        lower_lip=float(rng.uniform(0.8, 1.4)),
        smile=smile,
        smirk=float(rng.normal(0, 0.006)),
    )


def face_points(shape: FaceShape) -> Array:
    """Returns the (106, 2) points of a frontal, upright face in face units."""
    p = MEAN_FACE.astype(np.float64) - (0.5, 0.0)
    _shape_contour(p, shape)
    _shape_nose(p, shape)
    for eye, pupil, center in (("left_eye", 104, 74), ("right_eye", 105, 83)):
        _shape_eye(p, np.array(PARTS[eye].indices), (pupil, center), shape)
    for brow, raised in zip(("left_brow", "right_brow"), shape.brow_raise, strict=True):
        _shape_brow(p, np.array(PARTS[brow].indices), raised, shape)
    _shape_mouth(p, shape)
    p[:, 0] *= shape.width
    return p


def _shape_contour(p: Array, shape: FaceShape) -> None:
    contour = np.array(PARTS["contour"].indices)
    x, y = p[contour].T
    p[contour, 0] = x * (1 + (shape.jaw - 1) * smoothstep(y, 0.35, 0.85))
    p[contour, 1] = y + shape.chin * smoothstep(y, 0.6, 1.0) + 0.8 * shape.mouth_opening * smoothstep(y, 0.5, 0.95)


def _shape_nose(p: Array, shape: FaceShape) -> None:
    nose = np.array(PARTS["nose_bridge"].indices + PARTS["nose_outline"].indices)
    x, y = p[nose].T
    p[nose, 0] = x * (1 + (shape.nose_width - 1 + 0.06 * max(shape.smile, 0)) * smoothstep(y, 0.25, 0.45))
    p[nose, 1] = 0.19 + (y - 0.19) * shape.nose_length


def _shape_eye(p: Array, eye: npt.NDArray[np.int64], pupils: tuple[int, int], shape: FaceShape) -> None:
    first, last = p[eye[0]], p[eye[4]]
    line = first[1] + (p[eye, 0] - first[0]) / (last[0] - first[0]) * (last[1] - first[1])
    p[eye, 1] = line + (p[eye, 1] - line) * shape.eye_opening
    center = (first + last) / 2
    p[eye] = center + (p[eye] - center) * shape.eye_size
    middle = (p[eye[2]] + p[eye[6]]) / 2
    for pupil in pupils:
        p[pupil] = middle + np.array(shape.gaze)


def _shape_brow(p: Array, brow: npt.NDArray[np.int64], raised: float, shape: FaceShape) -> None:
    middle = p[brow].mean(axis=0)
    # Thinning squeezes towards the line through the brow's middle: the cubic through upper and lower edge alike.
    spine = np.polynomial.Polynomial.fit(p[brow, 0], p[brow, 1], 3)(p[brow, 0])
    p[brow, 1] = spine + (p[brow, 1] - spine) * shape.brow_thickness
    outwards = (np.abs(p[brow, 0]) - abs(middle[0])) / 0.16
    p[brow, 1] -= raised + shape.brow_tilt * outwards / 2


def _shape_mouth(p: Array, shape: FaceShape) -> None:
    outer, inner = np.array(PARTS["outer_lip"].indices), np.array(PARTS["inner_lip"].indices)
    lips = np.concatenate([outer, inner])
    middle = np.maximum(1 - (p[:, 0] / _MOUTH_HALF_WIDTH) ** 2, 0)

    # The mean mouth is a hair's breadth open; here the opening alone decides.
    shut = (p[inner[1:4]] + p[inner[:4:-1]]) / 2
    p[inner[1:4]], p[inner[:4:-1]] = shut, shut

    upper, lower = outer[1:6], outer[7:]
    p[upper, 1] = _MOUTH_Y + (p[upper, 1] - _MOUTH_Y) * shape.upper_lip * (1 - 0.15 * max(shape.smile, 0))
    p[lower, 1] = _MOUTH_Y + (p[lower, 1] - _MOUTH_Y) * shape.lower_lip

    opening = shape.mouth_opening
    p[np.concatenate([upper, inner[1:4]]), 1] -= 0.12 * opening * middle[np.concatenate([upper, inner[1:4]])]
    dropped = np.concatenate([lower, inner[5:]])
    p[dropped, 1] += 0.88 * opening * np.sqrt(middle[dropped])
    corners = np.array([outer[0], outer[6], inner[0], inner[4]])
    p[corners, 1] += 0.25 * opening

    curl = (p[lips, 0] / _MOUTH_HALF_WIDTH) ** 2 - 0.35
    p[lips, 1] -= 0.05 * shape.smile * curl
    p[lips, 0] *= shape.mouth_width * (1 + 0.2 * max(shape.smile, 0)) * (1 - 0.6 * opening)
    p[lips, 0] += shape.smirk * middle[lips]
    p[lips, 1] += 0.19 * (shape.nose_length - 1) + 0.3 * shape.chin


def depth(points: Array) -> Array:
    """Returns (N,) distances towards the viewer, in face units, of places on the front of the head; 0 at the ears."""
    x, y = points[:, 0], points[:, 1]
    crown = np.sqrt(1 - np.clip((0.1 - y) / 0.64, 0, 1) ** 2)
    head = 0.45 * crown * np.sqrt(np.maximum(1 - (x / 0.58) ** 2, 0))
    nose = smoothstep(y, 0.12, 0.40) * (1 - 0.7 * smoothstep(y, 0.40, 0.52))
    return head + 0.16 * nose * np.exp(-((x / 0.12) ** 2))


@dataclass(frozen=True)
class Pose:
    """How a face is turned and where it is put.

    Attributes:
        yaw: radians about the vertical axis; positive turns the nose to the image's right.
        pitch: radians about the horizontal axis; positive looks up.
        matrix: (2, 3), from turned face units to image pixels.
    """

    yaw: float
    pitch: float
    matrix: Array

    def turn(self, points: Array, depths: Array | None = None) -> Array:
        """Returns (N, 2) points in face units as they are seen under yaw and pitch.

        Args:
            points: (N, 2) in face units, of the frontal face.
            depths: (N,) towards the viewer; those of the head's front when absent.
        """
        z = (depth(points) if depths is None else depths) - TURN_AXIS_DEPTH
        x = points[:, 0] * np.cos(self.yaw) + z * np.sin(self.yaw)
        z = z * np.cos(self.yaw) - points[:, 0] * np.sin(self.yaw)
        y = _FACE_CENTER[1] + (points[:, 1] - _FACE_CENTER[1]) * np.cos(self.pitch) - z * np.sin(self.pitch)
        return np.column_stack([x, y])

    def place(self, turned: Array) -> Array:
        """Returns (N, 2) image pixels of points that are turned already."""
        return turned @ self.matrix[:, :2].T + self.matrix[:, 2]

    def project(self, points: Array, depths: Array | None = None) -> Array:
        """Returns (N, 2) image pixels of points of the frontal face; arguments as for turn."""
        return self.place(self.turn(points, depths))

    @property
    def scale(self) -> float:
        """Image pixels in one face unit."""
        return float(np.hypot(self.matrix[0, 0], self.matrix[1, 0]))


def sample_pose(rng: np.random.Generator, size: int) -> Pose:
    """Draws a nearly frontal pose whose face lies within a square image of size pixels."""
    scale = size * rng.uniform(0.36, 0.47)
    roll = float(np.clip(rng.normal(0, 0.07), -0.22, 0.22))
    yaw = float(np.clip(rng.normal(0, 0.14), -0.35, 0.35))
    pitch = float(np.clip(rng.normal(0, 0.05), -0.12, 0.12))
    matrix = similarity(scale, roll, (0.0, 0.0))
    place = np.array([size * rng.uniform(0.46, 0.54), size * rng.uniform(0.47, 0.53)]) - 0.5
    matrix[:, 2] = place - matrix[:, :2] @ _FACE_CENTER
    return Pose(yaw, pitch, matrix)
