"""Category-wise fitting: the outline of every facial part from the 106 points.

Each part is moved to its standard pose, fitted there, and moved back. Every edge is a centripetal spline, a blend of the
parabolas through three neighbouring points each, with cusps where the part has corners. The paper takes one parabola
for a lid or an inner lip; an inner lip is none, in profile neither is, and measured on rendered faces the blend is
nearer for both (docs/ml.md).

A closed outline runs clockwise on the screen where the part faces the viewer. A piece that the head's turn has folded
over runs against that, and is not filled: so a far brow, half a nose or half a mouth ends where the face bends out of
sight.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ml.ppa.align import Frame
from ml.ppa.curves import EMPTY, Path, Points, join, line, reverse, signed_area, spline
from ml.schema import N_POINTS, PARTS

MIN_OPENING = 0.02
"""An eye or a mouth whose opening half-way is a smaller share of its width counts as shut. Of the 104 mouths in faces106,
placed by hand, the shut ones reach 0.011 and those that show teeth begin at 0.017."""

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
    mouth = _mouth(p)
    upper_lip, lower_lip = _lips(p, mouth)
    fitted = {
        "face": [_contour(p[list(PARTS["contour"].indices)])],
        "left_brow": [_brow(p[33:42], tail=0)],
        "right_brow": [_brow(p[42:51], tail=4)],
        "left_eye": [_eye(p[66:71], p[[66, 73, 72, 71, 70]])],
        "right_eye": [_eye(p[75:80], p[[75, 82, 81, 80, 79]])],
        "nose": _nose(p),
        "upper_lip": [upper_lip],
        "inner_mouth": [mouth.opening],
        "lower_lip": [lower_lip],
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


def aperture(upper: Points, lower: Points, down: ArrayLike) -> Aperture:
    """Fits the two edges of an eye or of the inner mouth in the frame of its corners.

    Args:
        upper: (5, 2) pixels, from the image-left corner along the upper edge to the image-right corner.
        lower: (5, 2) pixels, between the same corners along the lower edge.
        down: (3, 2) or (2,): the direction from the upper lid or lip to the lower one, at the points between the
            corners. Where it is (0, 0) nothing counts as crossed.

    Returns:
        The aperture. Where a lower point lies above its upper one, both give way to the place half-way between them,
        so that what lies on either side still meets there.
    """
    middle = (upper + lower) / 2
    crossed = ((lower - upper)[1:-1] * np.asarray(down, float)).sum(axis=1) < 0
    met = np.flatnonzero(crossed) + 1
    upper, lower = upper.copy(), lower.copy()
    upper[met] = lower[met] = middle[met]
    frame = Frame.between(upper[0], upper[-1])
    width = np.hypot(*np.diff(middle, axis=0).T).sum()
    # Through the points at its quarters, a parabola's polygon is 5/8 of its height times its width.
    if _facing_area(upper, lower) <= 0.625 * MIN_OPENING * width**2:
        shut = _fitted(frame, middle)
        return Aperture(shut, shut, EMPTY)
    # Cusps where the edges met: beyond, towards a corner or the next such place, they must stay one.
    cusps = met.tolist()
    over, under = _fitted(frame, upper, cusps), _fitted(frame, lower, cusps)
    return Aperture(over, under, join(over, reverse(under)))


def _facing_area(upper: Points, lower: Points) -> float:
    """The area between two edges in square pixels, less the quadrilaterals that are folded over or upside down."""
    a, b = lower[1:] - upper[:-1], lower[:-1] - upper[1:]
    return float(np.maximum(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0], 0).sum() / 2)


def _eye(upper: Points, lower: Points) -> Path:
    across = upper[-1] - upper[0]
    return aperture(upper, lower, (-across[1], across[0])).opening


def _mouth(p: Points) -> Aperture:
    """The inner mouth; which way is down, the outer lips tell, also where the far half has folded over."""
    return aperture(p[96:101], p[[96, 103, 102, 101, 100]], p[[94, 93, 92]] - p[[86, 87, 88]])


def outer_lips(points: ArrayLike) -> Path:
    """The closed outline around both lips and what is between them; empty where all its points are one.

    Raises:
        FittingError: as `outlines`.
    """
    return join(*_outer_lips(checked_points(points)))


def _outer_lips(p: Points) -> tuple[Path, Path]:
    frame = Frame.between(p[84], p[90])
    upper, lower = _fitted(frame, p[84:91]), _fitted(frame, p[[90, 91, 92, 93, 94, 95, 84]])
    return (upper, lower) if len(upper) and len(lower) else (EMPTY, EMPTY)


def _lips(p: Points, mouth: Aperture) -> tuple[Path, Path]:
    """Both lips, closed along the mouth's own edges: neither a gap nor an overlap is possible."""
    outer_upper, outer_lower = _outer_lips(p)
    if not len(outer_upper):
        return EMPTY, EMPTY
    left, right = outer_upper[0, 0], outer_upper[-1, 3]
    # Where all its points are one, the inner mouth has no edges, but still a place.
    inner_left, inner_right = (mouth.upper[0, 0], mouth.upper[-1, 3]) if len(mouth.upper) else (p[96], p[100])
    upper = join(outer_upper, line(right, inner_right), reverse(mouth.upper), line(inner_left, left))
    lower = join(line(left, inner_left), mouth.lower, line(inner_right, right), outer_lower)
    return upper, lower


def _brow(edge: Points, tail: int) -> Path:
    """A brow from its nine points in drawing order: a cusp at the tail, round at the head; empty if it is folded over."""
    around = np.roll(edge, -tail, axis=0)
    frame = Frame.between(around[0], (around[4] + around[5]) / 2)
    path = _fitted(frame, np.concatenate([around, around[:1]]))
    return path if signed_area(path) > 0 else EMPTY


def _nose(p: Points) -> list[Path]:
    """The two halves of the nose, each closed along the bridge; a half that has folded over is left out."""
    frame = Frame.between(p[51], p[60])
    bridge = _fitted(frame, p[[51, 52, 53, 54, 60]])
    left = join(bridge, _closing(_fitted(frame, p[[60, 59, 58, 57, 56, 55]]), p[51]))
    right = join(bridge, _closing(_fitted(frame, p[[60, 61, 62, 63, 64, 65]]), p[51]))
    return [half for half in (left, reverse(right)) if signed_area(half) > 0]


def _contour(edge: Points) -> Path:
    return _fitted(Frame.between(edge[0], edge[-1]), edge)


def _fitted(frame: Frame, points: Points, cusps: Sequence[int] = ()) -> Path:
    return frame.to_photo(spline(frame.to_standard(points), cusps=cusps))


def _closing(path: Path, end: Points) -> Path:
    return join(path, line(path[-1, 3], end)) if len(path) else EMPTY
