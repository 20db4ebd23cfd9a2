"""How the head is held and where the camera is."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ml.synthetic.meshes import Array

PoseRange = Literal["all", "frontal"]

_PIVOT = np.array([0.0, 0.62, -0.12])
"""The place that stays when the head turns: the top of the neck."""


@dataclass(frozen=True)
class Pose:
    """Angles in radians.

    Attributes:
        yaw: positive turns the nose to the image's right.
        pitch: positive looks up.
        roll: positive leans the head to the image's right; the camera's own tilt included.
        camera_roll: the share of roll that body and background take part in.
        body_yaw: of the shoulders.
    """

    yaw: float
    pitch: float
    roll: float
    camera_roll: float
    body_yaw: float

    def head(self, points: Array) -> Array:
        """Returns points of the head where the pose puts them."""
        turn = _about_z(self.roll) @ _about_x(self.pitch) @ _about_y(self.yaw)
        return np.asarray((points - _PIVOT) @ turn.T + _PIVOT)

    def body(self, points: Array) -> Array:
        """Returns points of neck and shoulders: the neck follows the head at its upper end."""
        turn = _about_z(self.camera_roll) @ _about_y(self.body_yaw)
        still = (points - _PIVOT) @ turn.T + _PIVOT
        follows = np.clip((1.05 - points[:, 1]) / 0.45, 0, 1)[:, None]
        return np.asarray(still * (1 - follows) + self.head(points) * follows)


@dataclass(frozen=True)
class Camera:
    """A pinhole camera that looks along -z.

    Attributes:
        distance: from the camera to the plane z = 0, in face widths.
        scale: pixels a face width at that distance.
        shift: pixels from the origin's picture to that of the image.
    """

    distance: float
    scale: float
    shift: tuple[float, float]

    def project(self, points: Array) -> tuple[Array, Array]:
        """Returns (V, 2) image pixels and (V,) one over the distance along the view."""
        away = np.maximum(self.distance - points[:, 2], 0.2)
        return points[:, :2] * (self.scale * self.distance / away)[:, None] + self.shift, 1 / away


def _about_x(angle: float) -> Array:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])


def _about_y(angle: float) -> Array:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def _about_z(angle: float) -> Array:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def sample_pose(rng: np.random.Generator, poses: PoseRange) -> Pose:
    """Draws a pose: yaw within 75 degrees, pitch within 30, roll within 45; or a nearly frontal one."""
    if poses == "frontal":
        yaw, pitch, roll = np.clip(rng.normal(0, (8, 4, 5)), (-20, -10, -15), (20, 10, 15))
    else:
        yaw = rng.uniform(-75, 75) if rng.random() < 0.5 else float(np.clip(rng.normal(0, 16), -75, 75))
        pitch = float(np.clip(rng.normal(0, 11), -30, 30))
        roll = float(np.clip(rng.normal(0, 13), -45, 45))
    lean = rng.uniform(0.2, 0.9)
    follow = rng.uniform(0.1, 0.9)
    yaw, pitch, roll = np.deg2rad([yaw, pitch, roll]).tolist()
    return Pose(yaw, pitch, roll, roll * lean, yaw * follow)


def sample_camera(rng: np.random.Generator, poses: PoseRange, face: Array, size: int) -> Camera:
    """Draws a camera for a square picture of size pixels.

    Args:
        rng: consumed; what is drawn does not depend on size.
        poses: a frontal face lies within the picture; of others a part may lie outside.
        face: (N, 3) points of the posed face, which the picture is centred on.
        size: side of the picture.
    """
    distance = float(np.exp(rng.uniform(np.log(4.0), np.log(16.0))))
    if poses == "frontal":
        share, offset = rng.uniform(0.34, 0.46), rng.uniform(-0.03, 0.03, 2)
    else:
        share, offset = rng.uniform(0.36, 0.60), rng.uniform(-0.06, 0.06, 2)
    unplaced = Camera(distance, float(share * size), (0.0, 0.0))
    xy, _ = unplaced.project(face)
    middle = (xy.min(axis=0) + xy.max(axis=0)) / 2
    x, y = size * (0.5 + offset) - 0.5 - middle
    return Camera(distance, float(share * size), (float(x), float(y)))
