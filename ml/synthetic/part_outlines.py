"""The outlines of the neutral head's parts on the flat template, fine enough to be the edges of its mesh.

They are what an annotator's points stand for, so they pass through the landmarks; between them they are curves of their
own, not those that `ml.ppa` draws: a fitting that is scored on rendered faces must not find itself there. Brows, lids,
nose and outer lips are elastic lines, the lips' meeting line and what a mouth leaves open are given by formulas.
"""

from functools import cache
from itertools import pairwise

import numpy as np

from ml.schema import MEAN_FACE
from ml.synthetic.curves import Polygon, elastic_line, smooth_line
from ml.synthetic.meshes import Array

SPACING = 0.012
"""At most so far apart are neighbouring places of an outline, in face widths."""
SEAM_GAP = 0.014
"""How far the template's lips, in the middle, are from the line on which they meet."""
_HEAD_BULGE = 0.25
"""How far the middle of a brow's head stands out, as a share of its height. LaPa's are rounder still: full height is reached
some 0.45 of it from the end."""
MOUTH_HALF_WIDTH = float(MEAN_FACE[100, 0] - MEAN_FACE[96, 0]) / 2


def seam(x: Array) -> Array:
    """Returns the y at which the lips of the neutral face meet: a line bent as little as can be, beyond the corners level."""
    middle, quarter, corner = MEAN_FACE[[98, 99, 100], 1].astype(np.float64)
    share = np.minimum(np.abs(x) / MOUTH_HALF_WIDTH, 1)
    inner = float((MEAN_FACE[99, 0] - MEAN_FACE[98, 0]) / MOUTH_HALF_WIDTH)
    outer = 1 - inner
    # A cubic on either side of the quarter: level in the middle, of one curvature at the quarter, straight at the corner.
    rises = np.array([(quarter - middle) / inner, (corner - quarter) / outer])
    slope, last = np.linalg.solve(
        np.array([[2.0, inner], [1.0, 2.0]]), 3 * np.array([outer * rises[0] + inner * rises[1], rises[1]])
    )

    def cubic(t: Array, length: float, ends: tuple[float, float], slopes: tuple[float, float]) -> Array:
        start, end = slopes[0] * length, slopes[1] * length
        rise = ends[1] - ends[0]
        return ends[0] + t * (start + t * (3 * rise - 2 * start - end + t * (start + end - 2 * rise)))

    near = cubic(share / inner, inner, (middle, quarter), (0.0, slope))
    far = cubic((share - inner) / outer, outer, (quarter, corner), (slope, last))
    return np.asarray(np.where(share < inner, near, far))


def lip_gap(x: Array) -> Array:
    """Returns 1 in the middle of the mouth, 0 at its corners and beyond."""
    return np.asarray(np.sqrt(np.maximum(1 - (x / MOUTH_HALF_WIDTH) ** 2, 0)))


def inner_lip(x: Array, side: int) -> Array:
    """Returns the y of the edge of the upper lip (side -1) or the lower one (1) on the template."""
    return np.asarray(seam(x) + side * SEAM_GAP * lip_gap(x))


@cache
def landmark_places() -> Array:
    """Returns the (106, 2) places of the landmarks: the mean face, but that the mouth is a little open."""
    places = MEAN_FACE.astype(np.float64) - (0.5, 0.0)
    # The mean lips meet all but exactly; here exactly, so that a mouth shuts.
    places[[103, 102, 101], 0] = places[97:100, 0]
    places[97:100, 1] = inner_lip(places[97:100, 0], -1)
    places[101:104, 1] = inner_lip(places[101:104, 0], 1)
    places.flags.writeable = False
    return places


def lid(x: Array, upper: bool) -> Array:
    """Returns the y of the lid's edge above or below places near either eye; level beyond the corners."""
    edge = _lid_edge(upper)
    return np.interp(np.abs(x), edge[:, 0], edge[:, 1])


def outer_lip(x: Array, side: int) -> Array:
    """Returns the y of the outer edge of the upper lip (side -1) or the lower one (1); level beyond the corners."""
    edge = _outer_lip_edge(side)
    return np.interp(x, edge[:, 0], edge[:, 1])


@cache
def _outer_lip_edge(side: int) -> Polygon:
    rows = [84, 85, 86, 87, 88, 89, 90] if side < 0 else [84, 95, 94, 93, 92, 91, 90]
    return elastic_line(landmark_places()[rows], SPACING)


@cache
def _lid_edge(upper: bool) -> Polygon:
    rows = [75, 76, 77, 78, 79] if upper else [75, 82, 81, 80, 79]
    return elastic_line(landmark_places()[rows], SPACING)


def _inner_lip_line(side: int) -> Polygon:
    """Returns an inner edge from the image-left corner to the other; both edges have places above each other."""
    p = landmark_places()
    x = p[96:101, 0]
    # Even steps of the angle on a circle over the mouth: the nearer the corner, the finer.
    angle = np.arccos(np.clip(-x / MOUTH_HALF_WIDTH, -1, 1))
    steps = 9
    fine = [-MOUTH_HALF_WIDTH * np.cos(np.linspace(a, b, steps + 1)) for a, b in pairwise(angle)]
    line = np.concatenate([*(part[:-1] for part in fine), x[-1:]])
    line[::steps] = x
    edge = np.column_stack([line, inner_lip(line, side)])
    edge[[0, -1]] = p[[96, 100]]
    return edge


@cache
def part_outlines() -> dict[str, Polygon]:
    """Returns the outlines, each (N, 2): closed ones without their first place again, and the open contour."""
    p = landmark_places()

    def edge(*rows: int) -> Polygon:
        return elastic_line(p[list(rows)], SPACING)

    def brow(above: tuple[int, ...], below: tuple[int, ...]) -> Polygon:
        """Two edges from the tail, and between their inner ends a head that is rounded a little."""
        ends = p[[above[-1], below[-1]]]
        bulge = _HEAD_BULGE * (p[above[-1]] - p[above[0]]) / np.linalg.norm(p[above[-1]] - p[above[0]])
        head = elastic_line([ends[0], ends.mean(axis=0) + bulge * np.linalg.norm(ends[1] - ends[0]), ends[1]], SPACING)
        return np.vstack([edge(*above), head[1:-1], edge(*below)[:0:-1]])

    upper, lower = _inner_lip_line(-1), _inner_lip_line(1)
    left, right = edge(96, 84), edge(90, 100)
    return {
        "left_brow": brow((33, 34, 35, 36, 37), (33, 41, 40, 39, 38)),
        "right_brow": brow((46, 45, 44, 43, 42), (46, 47, 48, 49, 50)),
        "left_eye": np.vstack([edge(*range(66, 71)), edge(70, 71, 72, 73, 66)[1:-1]]),
        "right_eye": np.vstack([edge(*range(75, 80)), edge(79, 80, 81, 82, 75)[1:-1]]),
        # The side of the nose runs straight into the crease in which the wing begins.
        "nose": np.vstack([edge(55, 56), edge(*range(56, 65))[1:], edge(64, 65)[1:], edge(65, 51, 55)[1:-1]]),
        "upper_lip": np.vstack([_outer_lip_edge(-1), right[1:-1], upper[::-1], left[1:-1]]),
        "lower_lip": np.vstack([_outer_lip_edge(1)[::-1], left[-2:0:-1], lower, right[-2:0:-1]]),
        "inner_mouth": np.vstack([upper, lower[-2:0:-1]]),
        "contour": smooth_line(p[:33], samples=4),
    }
