"""Fits the head to the 106 points of a photo: pose and form first, then a smooth displacement that makes them meet.

The fit of a head's modes and pose by least squares, and the use of it to turn the face of a photo, follow face
profiling (Zhu et al., "Face Alignment Across Large Poses: A 3D Solution", CVPR 2016).
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from ml.schema import N_POINTS
from ml.synthetic.anatomy import Kind, anatomy
from ml.synthetic.camera import Camera, Pose
from ml.synthetic.identity import form_basis
from ml.synthetic.meshes import Array
from ml.synthetic.relief import polar

_DISTANCE = 10.0
"""Of the camera, in face widths: about 1.5 m, from where portraits are taken."""
_NOISE = 0.008
"""Expected deviation of the points from the modes, in face widths."""
_POSE_DEVIATION = 0.06
"""Of yaw and pitch in a frontal photo, in radians."""
_STEPS = 5
_EYE_CENTERS = (74, 83)
_PUPILS = (104, 105)


@dataclass(frozen=True)
class FittedHead:
    """A head at rest that, seen by its camera in its pose, has the points of a photo.

    Attributes:
        head: (V, 3) points of the anatomy, before the pose.
        turn: how it is held in the photo.
        camera: of the photo.
    """

    head: Array
    turn: Pose
    camera: Camera

    def pixels(self) -> Array:
        """Returns the (V, 2) places of the head's points in the photo."""
        return self.camera.project(self.turn.head(self.head))[0]


def anchor_rows() -> npt.NDArray[np.int64]:
    """Returns the (106,) rows of the anatomy's points that are the landmarks of a frontal head; pupils on the eyeballs."""
    body = anatomy()
    rows = body.surface.landmarks.copy()
    for center, pupil, row in zip(_EYE_CENTERS, _PUPILS, body.pupils, strict=True):
        rows[[center, pupil]] = row
    return rows


def checked(points: npt.ArrayLike) -> Array:
    """Returns points as (106, 2) floats.

    Raises:
        ValueError: points is not a finite (106, 2) array, or spans no area.
    """
    target = np.asarray(points, dtype=np.float64)
    if target.shape != (N_POINTS, 2) or not np.isfinite(target).all():
        raise ValueError(f"finite (106, 2) points are needed, not {target.shape}")
    if np.ptp(target, axis=0).min() <= 1:
        raise ValueError("the points span no area")
    return target


def fit_head(points: npt.ArrayLike) -> FittedHead:
    """Fits the head to (106, 2) pixels of a nearly frontal face at rest; its frontal landmarks then are these.

    Raises:
        ValueError: points is not a finite (106, 2) array, or spans no area.
    """
    target = checked(points)
    rows = anchor_rows()
    names, deviations, field = form_basis()
    modes = np.array([k for k, name in enumerate(names) if deviations[k] > 0 and not name.startswith("ear_")])
    rest, reduced = anatomy().mesh.points[rows], field[modes][:, rows] * deviations[modes, None, None]
    used = np.setdiff1d(np.arange(N_POINTS), (*_EYE_CENTERS, *_PUPILS))
    # A contour point is uncertain along the contour, and the edge of a real cheek is not where the mean head's is.
    weight = np.ones(N_POINTS)
    weight[:33] = 0.6

    state = np.concatenate([_aligned(rest, target), np.zeros(len(modes))])
    prior = np.concatenate([[1 / _POSE_DEVIATION] * 2, np.zeros(4), np.ones(len(modes))])

    def residual(values: Array) -> Array:
        turn, camera = _view(values)
        shape = rest + np.tensordot(values[6:], reduced, axes=1)
        xy, _ = camera.project(turn.head(shape))
        away = (xy - target)[used] * weight[used, None] / (camera.scale * _NOISE)
        return np.concatenate([away.ravel(), prior * values])

    for _ in range(_STEPS):
        now = residual(state)
        steps = np.full(len(state), 1e-4)
        steps[4:6] = 0.05
        jacobian = np.stack(
            [(residual(state + d) - now) / s for d, s in zip(np.diag(steps), steps, strict=True)], axis=1
        )
        state = state - np.linalg.lstsq(jacobian, now, rcond=None)[0]
    turn, camera = _view(state)
    head = anatomy().mesh.points + np.tensordot(state[6:] * deviations[modes], field[modes], axes=1)
    return FittedHead(_meet(head, turn, camera, target, rows), turn, camera)


def _aligned(rest: Array, target: Array) -> Array:
    """Returns yaw, pitch, roll, log scale and shift of the similarity that takes the mean face to the points."""
    a = rest[:, :2] - rest[:, :2].mean(axis=0)
    b = target - target.mean(axis=0)
    ratio = ((a[:, 0] - 1j * a[:, 1]) @ (b[:, 0] + 1j * b[:, 1])) / (a**2).sum()
    shift = target.mean(axis=0) - np.abs(ratio) * rest[:, :2].mean(axis=0)
    return np.array([0.0, 0.0, np.angle(ratio), np.log(np.abs(ratio)), *shift])


def _view(values: Array) -> tuple[Pose, Camera]:
    yaw, pitch, roll, log_scale, x, y = (float(v) for v in values[:6])
    return Pose(yaw, pitch, roll, 0.0, 0.0), Camera(_DISTANCE, float(np.exp(log_scale)), (x, y))


def _meet(head: Array, turn: Pose, camera: Camera, target: Array, rows: npt.NDArray[np.int64]) -> Array:
    """Returns the head displaced smoothly, parallel to the photo's plane, so that its landmarks project onto target."""
    chosen = np.setdiff1d(np.arange(N_POINTS), _EYE_CENTERS)
    posed = turn.head(head[rows[chosen]])
    away = camera.distance - posed[:, 2]
    wanted = posed.copy()
    wanted[:, :2] = (target[chosen] - camera.shift) * (away / (camera.scale * camera.distance))[:, None]
    origin = turn.head(np.zeros((1, 3)))
    axes = turn.head(np.eye(3)) - origin
    # Rows of axes are the images of the unit vectors: its transpose turns back.
    displacement = (wanted - posed) @ axes.T
    weights, still = _spline()
    return np.asarray(head + weights @ np.vstack([displacement, np.zeros((still, 3))]))


@cache
def _spline() -> tuple[Array, int]:
    """Returns the (V, N) weights of the thin plate through N known displacements, and how many of them are still.

    Known are the landmarks on the open template, where the lips are apart, and the back of the head, which is still.
    """
    body = anatomy()
    places = body.places.copy()
    open_places = np.vstack([body.surface.places, body.surface.places[body.lined]])
    places[: len(open_places)] = open_places
    rows = np.delete(anchor_rows(), _EYE_CENTERS)
    behind = np.flatnonzero((polar(places)[1] > 1.4) & (body.kind == Kind.SURFACE))[::5]
    known = np.vstack([places[rows], places[behind]])
    n = len(known)

    def kernel(a: Array) -> Array:
        squared = ((a[:, None] - known[None]) ** 2).sum(axis=-1)
        return np.asarray(squared * np.log(squared + 1e-12))

    affine = np.column_stack([np.ones(n), known])
    system = np.zeros((n + 3, n + 3))
    system[:n, :n], system[:n, n:], system[n:, :n] = kernel(known) + 1e-9 * np.eye(n), affine, affine.T
    inverse = np.linalg.inv(system)[:, :n]
    basis = np.hstack([kernel(places), np.column_stack([np.ones(len(places)), places])])
    weights = np.asarray(basis @ inverse)
    # Ears keep their form: they go where the head's rim goes beside them.
    for side in (-1, 1):
        ear = (body.kind == Kind.EAR) & (places[:, 0] * side > 0)
        weights[ear] = weights[ear].mean(axis=0)
    return weights, len(behind)
