"""The 106 points of a posed head, as an annotator would place them, and which of them can be seen."""

import numpy as np
import numpy.typing as npt

from ml.schema import N_POINTS
from ml.synthetic.anatomy import Anatomy
from ml.synthetic.camera import Camera
from ml.synthetic.curves import smooth_line
from ml.synthetic.meshes import Array

END_HEIGHT = 0.055
"""How far above the line through the outer corners of the eyes the contour ends, in the eyes' heights above the chin.

Measured on LaPa: 0.053 on photos of turned heads, the same on the near and the far side, 0.068 on its mean face.
"""

_SAMPLES = 6

_EYES = (((74, 104), 66, 68, 70, 72), ((83, 105), 75, 77, 79, 81))


def landmarks(body: Anatomy, posed: Array, camera: Camera, roll: float, gaze: tuple[float, float]) -> Array:
    """Returns the (106, 3) places of the points in space, after the pose.

    The contour follows the edge of the face that is seen, as in the annotated data sets: where the head's turn hides
    the jaw, it is the line where the surface bends out of sight. In LaPa its two halves are each divided evenly along
    the edge in the picture, and end at the same small height above the line through the eyes; so they are here.

    Args:
        body: the neutral head.
        posed: (V, 3) its points after form, expression and pose.
        camera: that looks at it.
        roll: of the head in the picture, in radians.
        gaze: where the pupils are on the eyeballs, from the eyes' middles.
    """
    points = posed[body.surface.landmarks]
    edge = _edge(body, posed, camera, roll)
    points[:33] = _divided(edge, points[[66, 79]], camera, roll)
    for eye, row in zip(_EYES, body.pupils, strict=True):
        (center, pupil), *_ = eye
        points[[center, pupil]] = _pupil(points, posed[[row, row + 1, row + 13]], eye, gaze)
    return points


def _edge(body: Anatomy, posed: Array, camera: Camera, roll: float) -> Array:
    """Returns the (33 + 2 * BEYOND, 3) places of the edge that is seen, one on each of the template's paths."""
    paths = body.surface.paths
    candidates = posed[paths]
    places = body.surface.places[paths]
    outwards = places[:, 0] - places[:, -1]
    c, s = np.cos(roll), np.sin(roll)
    outwards = np.column_stack([c * outwards[:, 0] - s * outwards[:, 1], s * outwards[:, 0] + c * outwards[:, 1]])
    xy, _ = camera.project(candidates.reshape(-1, 3))
    reach = (xy.reshape(*paths.shape, 2) * outwards[:, None]).sum(axis=-1)
    reach /= np.linalg.norm(outwards, axis=1)[:, None] * camera.scale
    # The contour's own place wins where the surface runs along the view.
    reach[:, 0] += 0.002
    best = reach.argmax(axis=1)
    rows = np.arange(len(paths))
    # The top of the parabola through the three best places on the path.
    middle = np.clip(best, 1, paths.shape[1] - 2)
    a, b, d = reach[rows, middle - 1], reach[rows, middle], reach[rows, middle + 1]
    bend = a - 2 * b + d
    step = np.clip(np.where(np.abs(bend) > 1e-9, (a - d) / (2 * np.where(bend == 0, 1, bend)), 0), -1, 1)
    at = np.where(best == 0, 0.0, middle + step)
    low = np.clip(np.floor(at).astype(np.int64), 0, paths.shape[1] - 2)
    share = (at - low)[:, None]
    return np.asarray(candidates[rows, low] * (1 - share) + candidates[rows, low + 1] * share)


def _divided(edge: Array, outer_corners: Array, camera: Camera, roll: float) -> Array:
    """Returns the contour's (33, 3) places on the edge: from the chin up either side, evenly in the picture."""
    curve = smooth_line(edge, _SAMPLES)
    chin = (len(edge) // 2) * _SAMPLES
    xy, _ = camera.project(curve)
    corners, _ = camera.project(outer_corners)
    up = _upwards(corners, outer_corners, roll)
    height = float((corners.mean(axis=0) - xy[chin]) @ up)
    halves = []
    for half, place, corner in ((curve[chin::-1], xy[chin::-1], corners[0]), (curve[chin:], xy[chin:], corners[1])):
        above = (place - corner) @ up - END_HEIGHT * height
        along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(place, axis=0), axis=1))])
        crossed = np.flatnonzero(above >= 0)
        end = along[-1]
        if len(crossed) and crossed[0] > 0:
            after = crossed[0]
            end = np.interp(0.0, above[after - 1 : after + 1], along[after - 1 : after + 1])
        at = np.linspace(0.0, end, 17)
        halves.append(np.column_stack([np.interp(at, along, half[:, k]) for k in range(3)]))
    left, right = halves
    return np.vstack([left[:0:-1], right])


def _upwards(corners: Array, outer_corners: Array, roll: float) -> Array:
    """Returns the direction in the picture that is square to the line through the eyes.

    The more a head shows its profile, the shorter that line is in the picture and the less it says; there the roll counts.
    """
    across = corners[1] - corners[0]
    length = max(float(np.linalg.norm(across)), 1e-9)
    depth = float(outer_corners[1, 2] - outer_corners[0, 2])
    frontal = 1.0 - min(abs(depth) / max(float(np.linalg.norm(outer_corners[1] - outer_corners[0])), 1e-9), 1.0) ** 2
    across = across / length * frontal + np.array([np.cos(roll), np.sin(roll)]) * (1.0 - frontal)
    across /= np.linalg.norm(across)
    return np.array([across[1], -across[0]])


def _pupil(
    points: Array, patch: Array, eye: tuple[tuple[int, int], int, int, int, int], gaze: tuple[float, float]
) -> Array:
    """Returns the middle of the iris, or of the lids where these cover it."""
    middle = patch[0]
    # The eyeball's net has 12 steps across its 0.236 widths and 10 down its 0.17.
    pupil = middle + (patch[1] - middle) * (gaze[0] / (0.236 / 12)) + (patch[2] - middle) * (gaze[1] / (0.17 / 10))
    _, first, upper, second, lower = eye
    down = points[lower] - points[upper]
    length = max(float(down @ down), 1e-12)
    along = float((pupil - points[upper]) @ down) / length
    kept = float(np.clip(along, 0.15, 0.75))
    pupil = pupil + down * (kept - along)
    across = float(np.linalg.norm(points[second] - points[first]))
    openness = np.sqrt(length) / across
    closed = (points[upper] + points[lower]) / 2
    share = float(np.clip((0.12 - openness) / 0.08, 0, 1))
    return np.asarray(pupil * (1 - share) + closed * share)


def visibility(
    xy: Array, inverse_depth: Array, front: Array, covered: npt.NDArray[np.bool_], tolerance: Array
) -> npt.NDArray[np.uint8]:
    """Returns (106,) uint8: 0 outside the picture, 1 hidden by what is nearer, 2 visible.

    Args:
        xy: (106, 2) image pixels.
        inverse_depth: (106,) one over the distance along the view.
        front: (size, size) the same of what is seen in each pixel.
        covered: (size, size) whether that is hair or a thing; these lie on the face closely and hide it nevertheless.
        tolerance: (106,) how much nearer the face itself may be, in face widths, without hiding the point.
    """
    size = front.shape[0]
    # A point on an edge is seen if any pixel next to it shows something as far away.
    shifts = [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1)]

    def around(image: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
        padded = np.pad(image, 1, mode="edge")
        return np.min([padded[1 + y : 1 + y + size, 1 + x : 1 + x + size] for x, y in shifts], axis=0)

    column, row = np.clip(np.rint(xy), 0, size - 1).astype(np.int64).T
    nearer = 1 / inverse_depth - 1 / np.maximum(around(front)[row, column], 1e-9)
    hidden = (nearer > tolerance) | (around(covered)[row, column] & (nearer > 0))
    result = np.where(hidden, 1, 2).astype(np.uint8)
    result[((xy < -0.5) | (xy >= size - 0.5)).any(axis=1)] = 0
    assert len(result) == N_POINTS
    return result
