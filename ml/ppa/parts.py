"""Category-wise fitting: the outline of every facial part from the 106 points.

Each part is moved to its standard pose, fitted there, and moved back. Every edge is a spline of continuous curvature
through all its points, with cusps where the part has corners. How far its parameter goes from point to point is the
distance of these points on the mean face, which looks straight ahead: so a part that a turn foreshortens, more on one
side than on the other, keeps the shape that it has. The paper takes one parabola for a lid or an inner lip; why this
does not, and how the curves were chosen, is docs/decisions/0013-curves-of-the-fitting.md.

A closed outline runs clockwise on the screen where the part faces the viewer. A piece that the head's turn has folded
over runs against that, and is not filled: so a far brow, half a nose or half a mouth ends where the face bends out of
sight.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.ppa.align import Frame
from ml.ppa.curves import (
    COINCIDENT,
    EMPTY,
    Path,
    Points,
    join,
    line,
    reverse,
    signed_area,
    spline,
    up_to_farthest,
)
from ml.schema import MEAN_FACE, N_POINTS, PARTS

MIN_OPENING = 0.02
"""An eye or a mouth whose opening half-way is a smaller share of its width counts as shut. Of the 104 mouths in faces106,
placed by hand, the shut ones reach 0.011 and those that show teeth begin at 0.017."""

_HORIZON_STEPS = 4

_HEAD_REACH = 0.18
"""How far a brow's head may be rounded, in the length of the piece of edge before it: on the mean face a third of the
head's height. As the head turns away both shrink alike, while the height stays."""

_LIP_ENDS = 0.5
"""The bend of a lip at a corner of the mouth, as a share of its bend at the next point. Lids and brows are bent evenly."""

_LIP_BULGE = 0.15
"""How far a lip that bends out of sight stands out beyond the straight line between its edges, in the line's length."""

_STANDARD = np.round(MEAN_FACE.astype(np.float64), 6)
"""As the browser knows the mean face."""

MAX_COORDINATE = 1e6
"""Pixels; a point farther out than this is a mistake rather than a place beside the photo."""


class FittingError(ValueError):
    """The points cannot be fitted: not 106 of them, or one that is no place in or near a photo."""


@dataclass(frozen=True)
class Aperture:
    """What two lids, or two inner lips, leave open.

    Attributes:
        upper: The upper edge from the image-left corner to the image-right one.
        lower: The lower edge likewise; where the aperture is shut the two are the same curve.
        opening: The closed outline between them; empty where it is shut.
    """

    upper: Path
    lower: Path
    opening: Path


def outlines(points: ArrayLike) -> dict[str, list[Path]]:
    """Fits every facial part.

    Args:
        points: (106, 2), x then y in pixels. They may lie outside the photo, coincide, or cross.

    Returns:
        For each facial category of `ml.schema` by name, left_brow to lower_lip, its closed outlines: a pixel belongs
        to the part if any of them winds around it clockwise. The list is empty for a part that does not show: an eye
        or mouth that is shut, a brow or a nose that is folded over. Under "face" stands the contour, one open path
        from temple to temple.

    Raises:
        FittingError: Not 106 points, or a coordinate that is not finite or beyond MAX_COORDINATE.
    """
    p = checked_points(points)
    lips = _lips(p, _mouth(p))
    fitted = {
        "face": [_contour(p, PARTS["contour"].indices)],
        "left_brow": [_brow(p, [33, 34, 35, 36, 37], [33, 41, 40, 39, 38])],
        "right_brow": [_brow(p, [46, 47, 48, 49, 50], [46, 45, 44, 43, 42])],
        "left_eye": [_eye(p, [66, 67, 68, 69, 70], [66, 73, 72, 71, 70])],
        "right_eye": [_eye(p, [75, 76, 77, 78, 79], [75, 82, 81, 80, 79])],
        "nose": _nose(p),
        "upper_lip": [lips.upper],
        "inner_mouth": [lips.opening],
        "lower_lip": [lips.lower],
    }
    return {name: [path for path in paths if len(path)] for name, paths in fitted.items()}


def checked_points(points: ArrayLike) -> Points:
    """The points as float64 (106, 2), or a FittingError that says which point is wrong and how."""
    p = np.asarray(points, dtype=np.float64)
    if p.shape != (N_POINTS, 2):
        raise FittingError(f"expected {N_POINTS} points as x, y rows; got an array of shape {p.shape}")
    # Written so that NaN, which compares false with everything, is refused too.
    wrong = np.flatnonzero(~(np.abs(p) <= MAX_COORDINATE).all(axis=1))
    if len(wrong):
        first = int(wrong[0])
        raise FittingError(f"point {first} is at ({p[first, 0]:g}, {p[first, 1]:g}), which is no place near a photo")
    return p


def aperture(p: Points, upper: Sequence[int], lower: Sequence[int], down: ArrayLike, end_bend: float) -> Aperture:
    """Fits the two edges of an eye or of the inner mouth in the frame of its corners.

    Args:
        p: (106, 2) pixels.
        upper: The upper edge's landmarks, five from the image-left corner to the image-right one.
        lower: The lower edge's, likewise.
        down: (3, 2) or (2,): the direction from the upper lid or lip to the lower one, at the points between the
            corners. Where it is (0, 0) nothing counts as crossed.
        end_bend: of both edges, as of `spline`.

    Returns:
        The aperture. Where a lower point lies above its upper one, both give way to the place half-way between them,
        so that what lies on either side still meets there.
    """
    over, under = p[upper], p[lower]
    middle = (over + under) / 2
    crossed = ((under - over)[1:-1] * np.asarray(down, float)).sum(axis=1) < 0
    met = np.flatnonzero(crossed) + 1
    over[met] = under[met] = middle[met]
    frame = Frame.between(over[0], over[-1])
    width = np.hypot(*np.diff(middle, axis=0).T).sum()
    # Through the points at its quarters, a parabola's polygon is 5/8 of its height times its width.
    if _facing_area(over, under) <= 0.625 * MIN_OPENING * width**2:
        shut = _fitted(frame, middle, upper, end_bend=end_bend)
        return Aperture(shut, shut, EMPTY)
    # Cusps where the edges met: beyond, towards a corner or the next such place, they must stay one.
    cusps = met.tolist()
    top, bottom = _fitted(frame, over, upper, cusps, end_bend), _fitted(frame, under, lower, cusps, end_bend)
    return Aperture(top, bottom, join(top, reverse(bottom)))


def _facing_area(upper: Points, lower: Points) -> float:
    """The area between two edges in square pixels, less the quadrilaterals that are folded over or upside down."""
    a, b = lower[1:] - upper[:-1], lower[:-1] - upper[1:]
    return float(np.maximum(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0], 0).sum() / 2)


def _eye(p: Points, upper: Sequence[int], lower: Sequence[int]) -> Path:
    across = p[upper[-1]] - p[upper[0]]
    return aperture(p, upper, lower, (-across[1], across[0]), end_bend=1.0).opening


def _mouth(p: Points) -> Aperture:
    """The inner mouth; which way is down, the outer lips tell, also where the far half has folded over."""
    down = p[[94, 93, 92]] - p[[86, 87, 88]]
    return aperture(p, [96, 97, 98, 99, 100], [96, 103, 102, 101, 100], down, _LIP_ENDS)


def outer_lips(points: ArrayLike) -> Path:
    """The closed outline around both lips and what is between them; empty where all its points are one.

    Of a mouth whose far half has folded over, the near half's.

    Raises:
        FittingError: as `outlines`.
    """
    p = checked_points(points)
    return _lips(p, _mouth(p)).around


@dataclass(frozen=True)
class Lips:
    """What the outer lips enclose, and the three parts that share it out without a gap or an overlap."""

    upper: Path
    opening: Path
    lower: Path
    around: Path


def _lips(p: Points, mouth: Aperture) -> Lips:
    """Both lips, closed along the mouth's own edges; in profile only the half of them that faces the viewer."""
    frame = Frame.between(p[84], p[90])
    upper, lower = (
        _fitted(frame, p[edge], edge, end_bend=_LIP_ENDS)
        for edge in ([84, 85, 86, 87, 88, 89, 90], [90, 91, 92, 93, 94, 95, 84])
    )
    if not (len(upper) and len(lower)):
        return Lips(EMPTY, EMPTY, EMPTY, EMPTY)
    # Where all its points are one, the inner mouth has no edges, but still a place.
    if not len(mouth.upper):
        seam = line(p[96], p[100])
        return _shared_out(upper, Aperture(seam, seam, EMPTY), lower)
    above, below = p[84:91], p[[84, 95, 94, 93, 92, 91, 90]]
    faces = _facing(above, below)
    if faces[0] == faces[-1] or not faces.any():
        return _shared_out(upper, mouth, lower)
    # From the near corner to the far one; back again below.
    far_right, lower = bool(faces[0]), reverse(lower)
    edges = [edge if far_right else reverse(edge) for edge in (upper, mouth.upper, mouth.lower, lower)]
    fold = int(np.flatnonzero(faces)[-1]) + 1 if far_right else int(faces.argmax())
    outwards = _beside(below[fold] - above[fold]) * (-1 if far_right else 1)
    over, inner_over = _up_to_horizon(edges[0], edges[1], outwards)
    inner_under, under = _up_to_horizon(edges[2], edges[3], outwards)
    if not len(mouth.opening):
        # The edges of a shut mouth are one curve, so they end at one place.
        inner_under = inner_over
    if not far_right:
        over, inner_over, inner_under, under = (reverse(edge) for edge in (over, inner_over, inner_under, under))
    if not all(len(edge) for edge in (over, inner_over, inner_under, under)):
        return Lips(EMPTY, EMPTY, EMPTY, EMPTY)
    opening = _ring(inner_over, inner_under) if len(mouth.opening) else EMPTY
    return _shared_out(over, Aperture(inner_over, inner_under, opening), reverse(under))


def _facing(there: Points, back: Points) -> NDArray[np.bool_]:
    """Which pieces of a strip face the viewer, by its two edges' points (n, 2), clockwise there and back: (n - 1,)."""
    a, b = back[1:] - there[:-1], back[:-1] - there[1:]
    return np.asarray(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0] > 0)


def _beside(way: Points) -> Points:
    """The vector a right angle clockwise from another on the screen."""
    return np.array([-way[1], way[0]])


def _up_to_horizon(first: Path, second: Path, outwards: Points) -> tuple[Path, Path]:
    """Two edges of a part up to where it bends out of sight: a line from one end to the other touches both there.

    For a curve on a surface, where it passes out of sight, runs along the line of sight's edge.

    Args:
        first: An edge, from what is in sight to what is not.
        second: The other edge, likewise.
        outwards: About the direction in which the surface bends out of sight.
    """
    for _ in range(_HORIZON_STEPS):
        shown, beside = up_to_farthest(first, outwards), up_to_farthest(second, outwards)
        if not (len(shown) and len(beside)):
            break
        across = _beside(beside[-1, 3] - shown[-1, 3])
        if np.hypot(*across) <= COINCIDENT:
            break
        outwards = across if across @ outwards >= 0 else -across
    return shown, beside


def _ring(upper: Path, lower: Path) -> Path:
    """The closed outline between two edges that both run from left to right."""
    return join(upper, line(upper[-1, 3], lower[-1, 3]), reverse(lower), line(lower[0, 0], upper[0, 0]))


def _bulge(start: Points, end: Points) -> Path:
    """An arc between two points that stands out to the left of the way, as a closed outline's outside does."""
    path = line(start, end)
    # In the middle, a Bézier is three quarters of the way from its chord to its two control points.
    path[0, 1:3] -= _LIP_BULGE / 0.75 * _beside(end - start)
    return path


def _shared_out(upper: Path, mouth: Aperture, lower: Path) -> Lips:
    """The parts between an upper edge that runs from left to right and a lower one that runs back."""
    (left, right), (last, first) = upper[[0, -1], [0, 3]], lower[[-1, 0], [3, 0]]
    (upper_left, upper_right), (lower_left, lower_right) = (
        edge[[0, -1], [0, 3]] for edge in (mouth.upper, mouth.lower)
    )
    # Where a half ends in the middle of the mouth it is cut off along the four points there, and its lips are round.
    halved_right, halved_left = (
        bool((np.abs([outer, inner]) > COINCIDENT).any())
        for outer, inner in ((right - first, upper_right - lower_right), (last - left, lower_left - upper_left))
    )
    on_right, on_left = (_bulge if halved else line for halved in (halved_right, halved_left))
    ends = [
        on_right(right, upper_right),
        on_right(lower_right, first),
        on_left(last, lower_left),
        on_left(upper_left, left),
    ]
    cut_right = [ends[0], line(upper_right, lower_right), ends[1]] if halved_right else []
    cut_left = [ends[2], line(lower_left, upper_left), ends[3]] if halved_left else []
    return Lips(
        upper=join(upper, ends[0], reverse(mouth.upper), ends[3]),
        opening=mouth.opening,
        lower=join(ends[2], mouth.lower, ends[1], lower),
        around=join(upper, *cut_right, lower, *cut_left),
    )


def _brow(p: Points, first: Sequence[int], second: Sequence[int]) -> Path:
    """A brow from its two edges, each tail first, the one that clockwise comes first on the screen before the other.

    The tail is a cusp, the head is round. If the tail is folded over, the brow ends where it bends out of sight; empty
    if all of it is.
    """
    there, back = p[first], p[second]
    frame = Frame.between(there[0], (there[-1] + back[-1]) / 2)
    outwards, homewards = (reverse(_fitted(frame, p[edge], edge)) for edge in (first, second))
    faces = _facing(there, back)
    if not (len(outwards) and len(homewards) and faces.any()):
        return EMPTY
    if not faces[0]:
        fold = int(faces.argmax())
        outwards, homewards = _up_to_horizon(outwards, homewards, _beside(back[fold] - there[fold]))
        if not (len(outwards) and len(homewards)):
            return EMPTY
    tail = line(homewards[-1, 3], outwards[-1, 3]) if not faces[0] else EMPTY
    outwards = reverse(outwards)
    path = join(outwards, _round(outwards, homewards), homewards, tail)
    return path if signed_area(path) > 0 else EMPTY


def _round(before: Path, after: Path) -> Path:
    """The Bézier from the end of one path to the start of another, in whose directions it leaves and arrives."""
    start, end = before[-1, 3], after[0, 0]
    piece = (np.hypot(*(start - before[-1, 0])) + np.hypot(*(after[0, 3] - end))) / 2
    reach = float(min(np.hypot(*(end - start)) / 3, _HEAD_REACH * piece))
    return np.stack([start, start + reach * _direction(before[-1, 3] - before[-1, 2]),
                     end - reach * _direction(after[0, 1] - after[0, 0]), end])[None]  # fmt: skip


def _direction(way: Points) -> Points:
    return way / max(float(np.hypot(*way)), COINCIDENT)


def _nose(p: Points) -> list[Path]:
    """The two halves of the nose, each closed along the bridge; a half that has folded over up to its root is left out.

    The crease in which a wing begins (56, 64) is a corner.
    """
    frame = Frame.between(p[51], p[60])
    away, beside_root = _beside(p[51] - p[60]), _beside(p[52] - p[51])
    halves = []
    for wing, far, turn in (([60, 59, 58, 57, 56, 55], 63, 1), ([60, 61, 62, 63, 64, 65], 57, -1)):
        tip = _silhouette(p[wing[3]], p[54], p[far], turn * away)
        # The tip of a turned nose is another place than the mean face's: there the own distances count.
        bridge = frame.to_photo(spline(frame.to_standard([*p[51:54], tip, p[60]])))
        half = join(bridge, _closing(_fitted(frame, p[wing], wing, [4]), p[51]))
        half = half if turn > 0 else reverse(half)
        # The root may show beside the bridge while the wing is behind the tip.
        if signed_area(half) > 0 or (len(half) and turn * float((p[wing[-1]] - p[51]) @ beside_root) > 0):
            halves.append(half)
    return halves


def _silhouette(near: Points, ridge: Points, far: Points, outwards: Points) -> Points:
    """The place where the tip of the nose bends out of sight: the ridge itself as long as the far wing shows beyond it.

    From wing to wing over the ridge the nose is taken for half an ellipse in space, whose image is one, too: on a
    turned head it reaches beyond the ridge.
    """
    middle = (near + far) / 2
    across, up = (near - far) / 2, ridge - middle
    u, v = float(across @ outwards), float(up @ outwards)
    if float((far - ridge) @ outwards) >= 0 or v <= 0:
        return ridge
    return np.asarray(middle + (u * across + v * up) / np.hypot(u, v))


def _contour(p: Points, edge: Sequence[int]) -> Path:
    return _fitted(Frame.between(p[edge[0]], p[edge[-1]]), p[list(edge)], edge)


def _fitted(
    frame: Frame, points: Points, landmarks: Sequence[int], cusps: Sequence[int] = (), end_bend: float = 1.0
) -> Path:
    """The edge through places (n, 2) that stand for so many landmarks."""
    way = np.diff(_STANDARD[list(landmarks)], axis=0)
    steps = np.hypot(way[:, 0], way[:, 1])
    return frame.to_photo(spline(frame.to_standard(points), steps, cusps, end_bend))


def _closing(path: Path, end: Points) -> Path:
    return join(path, line(path[-1, 3], end)) if len(path) else EMPTY
