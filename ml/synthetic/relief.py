"""The neutral head as a surface: where a place of the flat template lies in space.

Template: the plane in which the frontal face is seen, x 0 on the midline, y 0 at the top of the brows and 1 at the chin,
the face 1 wide. Beyond the outline of the head it goes on round the back: twice the outline's distance from CENTER is
the pole at the back of the head. Space has the same x and y, and z towards the viewer, 0 at the ears.
"""

import numpy as np

from ml.schema import MEAN_FACE
from ml.synthetic.curves import elastic_line, smooth_line
from ml.synthetic.meshes import Array

CENTER = np.array([0.0, 0.30])
EYE = (0.2205, 0.172)
"""Middle of the right eye; the left one is its mirror image."""

_BACK_POLE = np.array([0.0, -0.08, -0.66])
_SKULL = (
    (0.512, 0.16), (0.535, 0.0), (0.548, -0.18), (0.515, -0.36), (0.42, -0.51), (0.26, -0.615), (0.10, -0.655),
    (0.0, -0.66),
)  # fmt: skip
# x, y and depth of the head's outline.
_RIM = (
    (0.0, -0.66, -0.12), (0.42, -0.51, -0.14), (0.548, -0.18, -0.12), (0.53, 0.16, -0.02), (0.495, 0.40, -0.02),
    (0.47, 0.60, -0.02), (0.42, 0.75, 0.06), (0.35, 0.85, 0.19), (0.25, 0.94, 0.38), (0.13, 0.99, 0.52), (0.0, 1.01, 0.56),
)  # fmt: skip
# Depths at landmarks 65 to 60, along the nose's edge.
_NOSE_EDGE = (0.655, 0.715, 0.722, 0.745, 0.785, 0.80)
# x, y and depth of places on the face: forehead, brow ridge, cheeks, nose, lips, chin.
_DEPTHS = (
    (0.0, -0.56, 0.34), (0.0, -0.44, 0.53), (0.0, -0.25, 0.665), (0.0, -0.08, 0.72), (0.0, 0.05, 0.735), (0.0, 0.19, 0.70),
    (0.0, 0.256, 0.765), (0.0, 0.322, 0.84), (0.0, 0.390, 0.905), (0.0, 0.43, 0.900), (0.0, 0.494, 0.80),
    (0.0, 0.55, 0.785), (0.0, 0.61, 0.81), (0.0, 0.657, 0.79), (0.0, 0.70, 0.80), (0.0, 0.734, 0.782),
    (0.0, 0.80, 0.74), (0.0, 0.90, 0.76), (0.0, 0.975, 0.70),
    (0.25, -0.42, 0.40), (0.25, -0.28, 0.575), (0.42, -0.22, 0.34), (0.25, -0.08, 0.655), (0.10, 0.05, 0.725),
    (0.21, 0.01, 0.70),
    (0.30, 0.01, 0.65), (0.38, 0.04, 0.57), (0.43, 0.10, 0.45), (0.455, 0.0, 0.38), (0.475, 0.2, 0.24),
    (0.085, 0.16, 0.655), (0.21, 0.085, 0.655), (0.13, 0.10, 0.665), (0.33, 0.11, 0.585),
    (0.22, 0.30, 0.60), (0.12, 0.27, 0.635), (0.34, 0.27, 0.55), (0.33, 0.36, 0.565), (0.24, 0.42, 0.645),
    (0.41, 0.32, 0.43), (0.46, 0.42, 0.22), (0.06, 0.30, 0.735), (0.045, 0.33, 0.80),
    (0.05, 0.385, 0.885), (0.055, 0.44, 0.87), (0.10, 0.435, 0.80), (0.165, 0.45, 0.67), (0.15, 0.39, 0.66),
    (0.14, 0.51, 0.70),
    (0.178, 0.665, 0.685), (0.052, 0.599, 0.80), (0.114, 0.624, 0.762), (0.127, 0.705, 0.745), (0.066, 0.727, 0.775),
    (0.09, 0.66, 0.775), (0.09, 0.56, 0.755), (0.20, 0.56, 0.665), (0.29, 0.62, 0.58), (0.37, 0.55, 0.44), (0.42, 0.58, 0.28),
    (0.22, 0.72, 0.64), (0.33, 0.72, 0.46), (0.12, 0.80, 0.71), (0.12, 0.90, 0.71), (0.22, 0.83, 0.60), (0.27, 0.88, 0.48),
    (0.35, 0.78, 0.33),
)  # fmt: skip


def _mirrored(rows: Array) -> Array:
    lateral = rows[rows[:, 0] > 0]
    return np.vstack([rows, lateral * ([-1.0] + [1.0] * (rows.shape[1] - 1))])


def _outline() -> tuple[Array, Array]:
    """Returns angles about CENTER, rising over (-pi, pi), and the distance of the frontal outline at each."""
    contour = MEAN_FACE[16:33].astype(np.float64) - (0.5, 0.0)
    half = np.vstack([CENTER + (contour - CENTER) * 1.012, _SKULL])
    right = smooth_line(half)
    loop = np.vstack([right, right[::-1] * (-1, 1)]) - CENTER
    angle, distance = np.arctan2(loop[:, 1], loop[:, 0]), np.hypot(loop[:, 0], loop[:, 1])
    angle, first = np.unique(angle, return_index=True)
    return angle, distance[first]


def _rim_depth() -> tuple[Array, Array]:
    rows = _mirrored(np.array(_RIM))
    angle = np.arctan2(rows[:, 1] - CENTER[1], rows[:, 0] - CENTER[0])
    order = np.argsort(angle)
    return angle[order], rows[order, 2]


_OUTLINE = _outline()
_RIM_DEPTH = _rim_depth()


def _periodic(angle: Array, table: tuple[Array, Array]) -> Array:
    return np.interp(angle, table[0], table[1], period=2 * np.pi)


def polar(template: Array) -> tuple[Array, Array, Array]:
    """Returns the angle about CENTER, the distance as a share of the outline's, and the outline's distance."""
    relative = template - CENTER
    angle = np.arctan2(relative[:, 1], relative[:, 0])
    outline = _periodic(angle, _OUTLINE)
    return angle, np.hypot(relative[:, 0], relative[:, 1]) / outline, outline


def eyeball_depth(x: Array, y: Array) -> Array:
    """Returns the depth of the eyeballs' fronts at places near the eyes."""
    a, b = (np.abs(x) - EYE[0]) / 0.135, (y - EYE[1]) / 0.115
    return np.asarray(0.505 + 0.115 * np.sqrt(np.maximum(1 - a * a - b * b, 0.05)) - 0.28 * (np.abs(x) - EYE[0]))


def _lid_depths() -> Array:
    lids = MEAN_FACE[66:83].astype(np.float64) - (0.5, 0.0)
    lids = np.delete(lids, 8, axis=0)
    return np.column_stack([lids, eyeball_depth(lids[:, 0], lids[:, 1]) + 0.014])


def _kernel(a: Array, b: Array) -> Array:
    r2 = ((a[:, None] - b[None]) ** 2).sum(axis=-1)
    return np.asarray(r2 * np.log(r2 + 1e-12))


def _nose_depths() -> Array:
    """Returns x, y and depth along the edge of the nose: a smooth line in space, whose image is one from every side."""
    x, y = MEAN_FACE[65:59:-1].astype(np.float64).T - [[0.5], [0.0]]
    marks = np.column_stack([x, y, _NOSE_EDGE])
    edge = np.vstack([elastic_line(marks[:2], 0.03), elastic_line(marks[1:], 0.03)[1:-1]])
    # The bumps are laid over the thin plate.
    edge[:, 2] -= _bumps(edge[:, :2])
    return edge


class _Residual:
    """The thin plate through what the dome over the outline leaves of the known depths."""

    def __init__(self) -> None:
        known = np.vstack([_mirrored(np.array(_DEPTHS)), _lid_depths(), _mirrored(_nose_depths())])
        angles = np.linspace(-np.pi, np.pi, 40, endpoint=False)
        rim = CENTER + _periodic(angles, _OUTLINE)[:, None] * np.column_stack([np.cos(angles), np.sin(angles)])
        self.places = np.vstack([known[:, :2], rim])
        values = np.concatenate([known[:, 2] - _dome(known[:, :2]), np.zeros(len(rim))])
        n = len(self.places)
        system = np.zeros((n + 3, n + 3))
        system[:n, :n] = _kernel(self.places, self.places) + 2e-5 * np.eye(n)
        system[:n, n:] = np.column_stack([np.ones(n), self.places])
        system[n:, :n] = system[:n, n:].T
        self.weights = np.linalg.solve(system, np.concatenate([values, np.zeros(3)]))

    def __call__(self, places: Array) -> Array:
        n = len(self.places)
        affine = np.column_stack([np.ones(len(places)), places]) @ self.weights[n:]
        return np.asarray(_kernel(places, self.places) @ self.weights[:n] + affine)


def _dome(template: Array) -> Array:
    angle, share, _ = polar(template)
    rim = _periodic(angle, _RIM_DEPTH)
    return rim + (0.74 - rim) * np.sqrt(np.maximum(1 - share**2, 0))


def _bumps(template: Array) -> Array:
    """What is finer than the table of depths: alae, nostril rims, the lips' roll, the lids' edges."""
    x, y = np.abs(template[:, 0]), template[:, 1]

    def bump(cx: float, cy: float, sx: float, sy: float) -> Array:
        return np.asarray(np.exp(-(((x - cx) / sx) ** 2) - ((y - cy) / sy) ** 2))

    return (
        0.022 * bump(0.103, 0.445, 0.024, 0.035)
        - 0.012 * bump(0.137, 0.44, 0.014, 0.05)
        + 0.010 * bump(0.0, 0.625, 0.09, 0.014)
        + 0.014 * bump(0.0, 0.70, 0.10, 0.022)
        - 0.010 * bump(0.0, 0.56, 0.016, 0.03)
        - 0.010 * bump(0.21, 0.112, 0.10, 0.012)
    )


def surface(template: Array) -> Array:
    """Returns the (N, 3) places in space of (N, 2) places of the template."""
    angle, share, outline = polar(template)
    rim = _periodic(angle, _RIM_DEPTH)
    front = np.minimum(share, 1.0)
    in_front = CENTER + (template - CENTER) * (front / np.maximum(share, 1e-9))[:, None]
    depth = _dome(in_front) + (_RESIDUAL(in_front) + _bumps(in_front)) * (share < 1)
    turn = np.clip(share - 1, 0, 1) * (np.pi / 2)
    edge = CENTER + outline[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    # The top of the skull is flatter than an ellipsoid, the underside of the jaw is not.
    fullness = np.where(edge[:, 1] < 0.2, 0.75, 1.0)
    behind_xy = _BACK_POLE[:2] + (edge - _BACK_POLE[:2]) * (np.maximum(np.cos(turn), 0) ** fullness)[:, None]
    behind = np.column_stack([behind_xy, rim + (_BACK_POLE[2] - rim) * np.sin(turn)])
    return np.where((share <= 1)[:, None], np.column_stack([in_front, depth]), behind)


_RESIDUAL = _Residual()
