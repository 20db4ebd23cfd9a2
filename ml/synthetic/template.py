"""The mesh of the neutral head: its triangles follow the outlines of the parts, and its landmarks are corners of it."""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from ml.schema import MEAN_FACE, N_POINTS
from ml.synthetic import relief
from ml.synthetic.curves import Polygon, smooth_line, smooth_loop
from ml.synthetic.meshes import Array, Triangles

REST_DISTANCE = 12.0
"""Distance of the camera, in face widths, from which the neutral head's landmarks are the mean face."""
BEYOND = 5
"""How many paths either side has above the contour's last point."""
_REST_DEPTH = 0.55
_SEAM_GAP = 0.014
_MOUTH_HALF_WIDTH = 0.169


@dataclass(frozen=True)
class Template:
    """The neutral head.

    Attributes:
        places: (V, 2) places on the flat template; the mouth is a little open there.
        shut: (V, 2) the same with the lips together.
        points: (V, 3) in space, the mouth shut.
        triangles: (M, 3).
        label: (M,) categories; what is below the jaw is background.
        landmarks: (106,) rows of points; the eye centres are not on the surface, their rows are the outer corners'.
        paths: (33 + 2 * BEYOND, K) rows of points, from each place of the edge inwards: where the edge moves when the
            head turns. The rows in the middle begin at the contour's points; BEYOND rows at either end, going up the
            temples, are for heads whose contour ends there as it is seen.
        outlines: the outlines of brows, eyes, nose and lips on the template.
    """

    places: Array
    shut: Array
    points: Array
    triangles: Triangles
    label: npt.NDArray[np.uint8]
    landmarks: npt.NDArray[np.int64]
    paths: npt.NDArray[np.int64]
    outlines: dict[str, Polygon]


def seam(x: Array) -> Array:
    """Returns the y at which the lips of the neutral face meet."""
    mean = MEAN_FACE[96:101].astype(np.float64)
    return np.interp(np.abs(x), np.abs(mean[2:5, 0] - 0.5), mean[2:5, 1])


def lip_gap(x: Array) -> Array:
    """Returns 1 in the middle of the mouth, 0 at its corners and beyond."""
    return np.asarray(np.sqrt(np.maximum(1 - (x / _MOUTH_HALF_WIDTH) ** 2, 0)))


def _landmark_places() -> Array:
    places = MEAN_FACE.astype(np.float64) - (0.5, 0.0)
    inner = places[96:104]
    inner[:, 1] = seam(inner[:, 0])
    inner[1:4, 1] -= _SEAM_GAP * lip_gap(inner[1:4, 0])
    inner[5:8, 1] += _SEAM_GAP * lip_gap(inner[5:8, 0])
    return places


def _outlines(p: Array) -> dict[str, Polygon]:
    return {
        "left_brow": smooth_loop(p[33:42], corners=(0,), samples=4),
        "right_brow": smooth_loop(p[42:51], corners=(4,), samples=4),
        "left_eye": smooth_loop(p[66:74], corners=(0, 4), samples=5),
        "right_eye": smooth_loop(p[75:83], corners=(0, 4), samples=5),
        "nose": np.vstack([smooth_line(p[55:66], samples=5), smooth_line(p[[65, 51, 55]], samples=5)[1:-1]]),
        "upper_lip": np.vstack([smooth_line(p[84:91], 5), smooth_line(p[96:101], 6)[::-1]]),
        "lower_lip": np.vstack([smooth_line(p[[90, 91, 92, 93, 94, 95, 84]], 5), smooth_line(p[[96, 103, 102, 101, 100]], 6)]),
        "inner_mouth": np.vstack([smooth_line(p[96:101], 6), smooth_line(p[[100, 101, 102, 103, 96]], 6)[1:-1]]),
        "contour": smooth_line(p[:33], samples=4),
    }  # fmt: skip


def _contains(polygon: Polygon, places: Array) -> npt.NDArray[np.bool_]:
    """Returns which places are inside a polygon, by the crossings of a ray to the right."""
    a, b = polygon, np.roll(polygon, -1, axis=0)
    y = places[:, 1:2]
    crosses = (a[:, 1] <= y) != (b[:, 1] <= y)
    slope = (b[:, 0] - a[:, 0]) / np.where(b[:, 1] == a[:, 1], 1.0, b[:, 1] - a[:, 1])
    return np.asarray((crosses & (places[:, :1] < a[:, 0] + (y - a[:, 1]) * slope)).sum(axis=1) % 2 == 1)


def _fill(outlines: dict[str, Polygon], paths: Array) -> Array:
    """Returns the places between the outlines: a fine net over eyes, nose and mouth, a coarse one elsewhere."""
    nets = []
    for step, (left, right, top, bottom) in ((0.02, (-0.40, 0.40, -0.06, 0.80)), (0.04, (-0.6, 0.6, -0.7, 1.05))):
        y, x = np.mgrid[top:bottom:step, left : right + step / 2 : step]
        x = x + np.where(np.arange(len(y))[:, None] % 2, step / 3, -step / 6)
        nets.append(np.column_stack([x.ravel(), y.ravel()]))
    fine, coarse = nets
    coarse = coarse[(np.abs(coarse[:, 0]) > 0.42) | (coarse[:, 1] < -0.08) | (coarse[:, 1] > 0.815)]
    net = np.vstack([fine, coarse])
    net = net[relief.polar(net)[1] < 0.955]
    drawn = np.concatenate([*outlines.values(), paths.reshape(-1, 2)])
    gap = np.sqrt(((net[:, None] - drawn[None]) ** 2).sum(axis=-1).min(axis=1))
    net = net[gap > np.where(np.abs(net[:, 0]) < 0.40, 0.011, 0.02)]
    holes = [outlines[name] for name in ("left_eye", "right_eye", "inner_mouth")]
    return net[~np.any([_contains(hole, net) for hole in holes], axis=0)]


def _rings() -> Array:
    rings = []
    for row, share in enumerate((0.985, 1.0, 1.03, 1.08, 1.15, 1.24, 1.34, 1.45, 1.57, 1.7, 1.82, 1.92, 1.98)):
        angle = (np.arange(72) + (0.5 if row % 2 else 0.03)) * (2 * np.pi / 72) - np.pi
        unit = np.column_stack([np.cos(angle), np.sin(angle)])
        distance = relief.polar(relief.CENTER + unit)[2]
        rings.append(relief.CENTER + unit * (share * distance)[:, None])
    return np.concatenate(rings)


def _delaunay(places: Array) -> Triangles:
    subdivision = cv2.Subdiv2D((-3, -3, 6, 6))
    rows: dict[tuple[float, float], int] = {}
    for row, place in enumerate(places.astype(np.float32)):
        rows[(float(place[0]), float(place[1]))] = row
        subdivision.insert((float(place[0]), float(place[1])))
    corners = np.asarray(subdivision.getTriangleList()).reshape(-1, 3, 2)
    found = [[rows.get((float(x), float(y)), -1) for x, y in triangle] for triangle in corners]
    triangles = np.array(found, dtype=np.int64)
    triangles = triangles[(triangles >= 0).all(axis=1)]
    a, b, c = (places[triangles[:, k]] for k in range(3))
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    triangles = np.where((area < 0)[:, None], triangles[:, ::-1], triangles)
    return triangles[np.abs(area) > 1e-10]


def _shut(places: Array) -> Array:
    """Returns the template's places with the lips together."""
    x, y = places.T
    middle = seam(x)
    side = np.sign(y - middle)
    near = np.maximum(1 - (np.abs(y - middle) - _SEAM_GAP * lip_gap(x)) / 0.045, 0)
    return np.column_stack([x, y - side * _SEAM_GAP * lip_gap(x) * np.minimum(near, 1)])


@cache
def template() -> Template:
    """Returns the neutral head, built once a process."""
    landmark_places = _landmark_places()
    outlines = _outlines(landmark_places)
    paths = _path_places(landmark_places)
    on_lines = np.concatenate([landmark_places, *outlines.values(), paths[:, 1:].reshape(-1, 2)])
    places = np.vstack([on_lines, _fill(outlines, paths), _rings()])
    # Landmarks come first, so that the first of places that coincide is the landmark.
    _, first = np.unique(places.round(6), axis=0, return_index=True)
    places = places[np.sort(first)]
    # Eye centres and pupils lie in a hole of the surface.
    hole = [np.flatnonzero((np.abs(places - landmark_places[k]) < 1e-5).all(axis=1)) for k in (74, 83)]
    places = np.delete(places, np.concatenate(hole), axis=0)
    triangles = _delaunay(places)

    middles = places[triangles].mean(axis=1)
    label = np.zeros(len(triangles), dtype=np.uint8)
    share = relief.polar(middles)[1]
    face = np.vstack([outlines["contour"], [[0.5, -2.0], [-0.5, -2.0]]])
    above = np.where(share < 1.3, 0.56, 0.3)
    label[_contains(face, middles) & (share < 1) | (middles[:, 1] < above)] = 1
    for category, name in ((6, "nose"), (2, "left_brow"), (3, "right_brow"), (7, "upper_lip"), (9, "lower_lip")):
        label[_contains(outlines[name], middles)] = category
    holes = np.any([_contains(outlines[name], middles) for name in ("left_eye", "right_eye", "inner_mouth")], axis=0)
    triangles, label = triangles[~holes], label[~holes]

    shut = _shut(places)
    points = relief.surface(shut)
    shrink = (REST_DISTANCE - points[:, 2]) / (REST_DISTANCE - _REST_DEPTH)
    points[:, :2] = relief.CENTER + (points[:, :2] - relief.CENTER) * shrink[:, None]

    def nearest(wanted: Array) -> npt.NDArray[np.int64]:
        distance = ((wanted[:, None] - places[None]) ** 2).sum(axis=-1)
        return np.asarray(distance.argmin(axis=1))

    landmarks = nearest(landmark_places)
    landmarks[[74, 104]], landmarks[[83, 105]] = landmarks[66], landmarks[79]
    assert len(landmarks) == N_POINTS
    path_rows = nearest(paths.reshape(-1, 2)).reshape(len(paths), -1)
    return Template(places, shut, points, triangles, label, landmarks, path_rows, outlines)


def _path_places(p: Array, steps: int = 14) -> Array:
    """Returns (33 + 2 * BEYOND, K, 2) places: from the edge inwards, past neither eye nor mouth, or to the chin's front."""
    edge = _edge(p)
    across, y = np.abs(edge[:, 0]), edge[:, 1]
    stop = np.interp(y, [0.24, 0.30, 0.50, 0.56], [0.35, 0.18, 0.18, 0.23])
    target = np.empty_like(edge)
    target[:, 0] = np.sign(edge[:, 0]) * np.where(y < 0.8, np.minimum(stop, across), across * 0.6)
    target[:, 1] = np.where(y < 0.8, y, 0.8 + (y - 0.8) * 0.45)
    t = np.linspace(0, 1, steps)[None, :, None]
    return edge[:, None] * (1 - t) + target[:, None] * t


def _edge(p: Array) -> Array:
    """Returns the contour's places and, before and after them, BEYOND more up the temples at the outline's distance."""
    angle, share, _ = relief.polar(p[[0, 32]])
    step = 0.066 / np.hypot(*(p[32] - relief.CENTER))
    right = angle[1] - step * np.arange(1, BEYOND + 1)
    unit = np.column_stack([np.cos(right), np.sin(right)])
    distance = relief.polar(relief.CENTER + unit)[2]
    up = relief.CENTER + unit * (share[1] * distance)[:, None]
    return np.vstack([(up * (-1, 1))[::-1], p[:33], up])
