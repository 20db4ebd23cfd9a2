"""The 106 points of a posed head, as an annotator would place them, and which of them can be seen."""

import numpy as np
import numpy.typing as npt

from ml.schema import N_POINTS
from ml.synthetic.anatomy import Anatomy
from ml.synthetic.camera import Camera
from ml.synthetic.meshes import Array

_EYES = (((74, 104), 66, 68, 70, 72), ((83, 105), 75, 77, 79, 81))


def landmarks(body: Anatomy, posed: Array, camera: Camera, roll: float, gaze: tuple[float, float]) -> Array:
    """Returns the (106, 3) places of the points in space, after the pose.

    Points of the contour that the head's turn hides move along the surface to the line where it bends out of sight, as
    in the annotated data sets: there an annotator sees the edge of the face.

    Args:
        body: the neutral head.
        posed: (V, 3) its points after form, expression and pose.
        camera: that looks at it.
        roll: of the head in the picture, in radians.
        gaze: where the pupils are on the eyeballs, from the eyes' middles.
    """
    points = posed[body.surface.landmarks]
    points[:33] = _contour(body, posed, camera, roll)
    for eye, row in zip(_EYES, body.pupils, strict=True):
        (center, pupil), *_ = eye
        points[[center, pupil]] = _pupil(points, posed[[row, row + 1, row + 13]], eye, gaze)
    return points


def _contour(body: Anatomy, posed: Array, camera: Camera, roll: float) -> Array:
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
    rows = np.arange(33)
    # The top of the parabola through the three best places on the path.
    middle = np.clip(best, 1, paths.shape[1] - 2)
    a, b, d = reach[rows, middle - 1], reach[rows, middle], reach[rows, middle + 1]
    bend = a - 2 * b + d
    step = np.clip(np.where(np.abs(bend) > 1e-9, (a - d) / (2 * np.where(bend == 0, 1, bend)), 0), -1, 1)
    at = np.where(best == 0, 0.0, middle + step)
    low = np.clip(np.floor(at).astype(np.int64), 0, paths.shape[1] - 2)
    share = (at - low)[:, None]
    return np.asarray(candidates[rows, low] * (1 - share) + candidates[rows, low + 1] * share)


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
