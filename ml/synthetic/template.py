"""The mesh of the neutral head: its triangles follow the outlines of the parts, and its landmarks are corners of it."""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from ml.schema import N_POINTS
from ml.synthetic import relief
from ml.synthetic.curves import Polygon
from ml.synthetic.meshes import Array, Triangles
from ml.synthetic.part_outlines import SEAM_GAP, landmark_places, lip_gap, outer_lip, part_outlines, seam

REST_DISTANCE = 12.0
"""Distance of the camera, in face widths, from which the neutral head's landmarks are the mean face."""
BEYOND = 5
"""How many paths either side has above the contour's last point."""
_REST_DEPTH = 0.55
_DELAUNAY_SCALE = 4096


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
    # OpenCV takes a determinant below 1e-8 for zero, which those of small triangles in face widths are.
    scaled = (places * _DELAUNAY_SCALE).astype(np.float32)
    subdivision = cv2.Subdiv2D((-3 * _DELAUNAY_SCALE, -3 * _DELAUNAY_SCALE, 6 * _DELAUNAY_SCALE, 6 * _DELAUNAY_SCALE))
    rows: dict[tuple[float, float], int] = {}
    for row, place in enumerate(scaled):
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


def _segments(places: Array, outlines: dict[str, Polygon]) -> npt.NDArray[np.int64]:
    """Returns the (S, 2) rows of places that the outlines join."""
    joined = []
    for name, outline in outlines.items():
        rows = ((outline[:, None] - places[None]) ** 2).sum(axis=-1).argmin(axis=1)
        joined.append(np.column_stack([rows, np.roll(rows, -1)])[: None if name != "contour" else -1])
    return np.concatenate(joined)


def _net(places: Array, segments: npt.NDArray[np.int64]) -> tuple[Array, Triangles]:
    """Returns triangles of which the segments are edges, so that none reaches across an outline, and their places.

    A segment that is no edge yet is cut in two until its halves are.
    """
    for _ in range(8):
        triangles = _delaunay(places)
        sides = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1)
        edges = np.unique(sides @ (len(places), 1))
        missing = ~np.isin(np.sort(segments, axis=1) @ (len(places), 1), edges)
        if not missing.any():
            return places, triangles
        cut = np.unique(np.sort(segments[missing], axis=1), axis=0)
        new = len(places) + np.arange(len(cut))
        places = np.vstack([places, places[cut].mean(axis=1)])
        segments = np.vstack([segments[~missing], np.column_stack([cut[:, 0], new]), np.column_stack([new, cut[:, 1]])])
    raise AssertionError("outlines that cross have no net")


def _shut(places: Array) -> Array:
    """Returns the template's places with the lips together; their outer edges stay where they are."""
    x, y = places.T
    middle = seam(x)
    side = np.sign(y - middle)
    gap = SEAM_GAP * lip_gap(x)
    height = np.abs(np.where(side < 0, outer_lip(x, -1), outer_lip(x, 1)) - middle)
    near = np.clip((height - np.abs(y - middle)) / np.maximum(height - gap, 1e-6), 0, 1)
    return np.column_stack([x, y - side * gap * near])


@cache
def template() -> Template:
    """Returns the neutral head, built once a process."""
    marks, outlines = landmark_places(), part_outlines()
    paths = _path_places(marks)
    on_lines = np.concatenate([marks, *outlines.values(), paths.reshape(-1, 2)])
    places = np.vstack([on_lines, _fill(outlines, paths), _rings()])
    # Landmarks come first, so that the first of places that coincide is the landmark.
    _, first = np.unique(places.round(6), axis=0, return_index=True)
    places = places[np.sort(first)]
    # Eye centres and pupils lie in a hole of the surface.
    hole = [np.flatnonzero((np.abs(places - marks[k]) < 1e-5).all(axis=1)) for k in (74, 83)]
    places = np.delete(places, np.concatenate(hole), axis=0)
    places, triangles = _net(places, _segments(places, outlines))

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

    landmarks = nearest(marks)
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
