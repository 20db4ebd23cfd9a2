"""Category-wise fitting: the outline of every facial part from the 106 points.

Each part is moved to its standard pose, fitted there, and moved back: lids and inner lips are polynomials between
their corners, everything else a centripetal spline with cusps where the part has corners.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ml.ppa.align import Frame
from ml.ppa.curves import EMPTY, Path, Points, fit_lid, join, lid_path, line, reverse, signed_area, spline
from ml.schema import N_POINTS, PARTS

MIN_OPENING = 0.05
"""An eye or a mouth whose opening half-way is a smaller share of its width counts as shut."""

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
        to the part if any of them winds around it. The list is empty for a part that does not show: an eye or mouth
        that is shut, a nose that is folded over. Under "face" stands the contour, one open path from temple to temple.

    Raises:
        FittingError: Not 106 points, or a coordinate that is not finite or beyond MAX_COORDINATE.
    """
    p = checked_points(points)
    mouth = aperture(p[96:101], p[[96, 103, 102, 101, 100]])
    upper_lip, lower_lip = _lips(p, mouth)
    fitted = {
        "face": [_contour(p[list(PARTS["contour"].indices)])],
        "left_brow": [_brow(p[33:42], tail=0)],
        "right_brow": [_brow(p[42:51], tail=4)],
        "left_eye": [aperture(p[66:71], p[[66, 73, 72, 71, 70]]).opening],
        "right_eye": [aperture(p[75:80], p[[75, 82, 81, 80, 79]]).opening],
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


def aperture(upper: Points, lower: Points) -> Aperture:
    """Fits the two edges of an eye or of the inner mouth in the frame of its corners.

    Args:
        upper: (n, 2) pixels, from the image-left corner along the upper edge to the image-right corner.
        lower: (n, 2) pixels, between the same corners along the lower edge.

    Returns:
        The aperture. Where the lower edge runs above the upper one, both give way to the curve half-way between them,
        so that what lies on either side still meets there.
    """
    frame = Frame.between(upper[0], upper[-1])
    a0, b0 = fit_lid(frame.to_standard(upper[1:-1]))
    a1, b1 = fit_lid(frame.to_standard(lower[1:-1]))
    middle = (a0 + a1) / 2, (b0 + b1) / 2
    a, b = a1 - a0, b1 - b0
    width = np.hypot(*(upper[-1] - upper[0]))
    if width <= 1e-6 or (a + b / 2) / 4 < MIN_OPENING:
        shut = frame.to_photo(lid_path(*middle))
        return Aperture(shut, shut, EMPTY)
    # The opening t(1−t)(a + b·t) may still turn negative once, towards one of the corners.
    start = -a / b if a < 0 else 0.0
    end = -a / b if a + b < 0 else 1.0
    before = lid_path(*middle, 0.0, start) if start > 0 else EMPTY
    after = lid_path(*middle, end, 1.0) if end < 1 else EMPTY
    over, under = lid_path(a0, b0, start, end), lid_path(a1, b1, start, end)
    over, under = frame.to_photo(over), frame.to_photo(under)
    before, after = frame.to_photo(before), frame.to_photo(after)
    # One point, bit for bit, where the curves meet: polygons must not leave a sliver there.
    under[0, 0], under[-1, 3] = over[0, 0], over[-1, 3]
    before[-1:, 3], after[:1, 0] = over[0, 0], over[-1, 3]
    return Aperture(join(before, over, after), join(before, under, after), join(over, reverse(under)))


def _lips(p: Points, mouth: Aperture) -> tuple[Path, Path]:
    """Both lips, closed along the mouth's own edges: neither a gap nor an overlap is possible."""
    frame = Frame.between(p[84], p[90])
    outer_upper = _fitted(frame, p[84:91])
    outer_lower = _fitted(frame, p[[90, 91, 92, 93, 94, 95, 84]])
    if not len(outer_upper) or not len(outer_lower):
        return EMPTY, EMPTY
    left, right = outer_upper[0, 0], outer_upper[-1, 3]
    inner_left, inner_right = mouth.upper[0, 0], mouth.upper[-1, 3]
    upper = join(outer_upper, line(right, inner_right), reverse(mouth.upper), line(inner_left, left))
    lower = join(line(left, inner_left), mouth.lower, line(inner_right, right), outer_lower)
    return upper, lower


def _brow(edge: Points, tail: int) -> Path:
    """A brow from its nine points in drawing order: a cusp at the tail, round at the head."""
    around = np.roll(edge, -tail, axis=0)
    frame = Frame.between(around[0], (around[4] + around[5]) / 2)
    return frame.to_photo(spline(frame.to_standard(around), closed=True, cusps=[0]))


def _nose(p: Points) -> list[Path]:
    """The two halves of the nose, each closed along the bridge; a half that has folded over is left out."""
    frame = Frame.between(p[51], p[60])
    bridge = _fitted(frame, p[[51, 52, 53, 54, 60]])
    left = join(bridge, _closing(_fitted(frame, p[[60, 59, 58, 57, 56, 55]]), p[51]))
    right = join(bridge, _closing(_fitted(frame, p[[60, 61, 62, 63, 64, 65]]), p[51]))
    # Down the bridge and up the image-left side is clockwise on the screen, the other half runs against it.
    halves = [left] if signed_area(left) > 0 else []
    return [*halves, right] if signed_area(right) < 0 else halves


def _contour(edge: Points) -> Path:
    return _fitted(Frame.between(edge[0], edge[-1]), edge)


def _fitted(frame: Frame, points: Points) -> Path:
    return frame.to_photo(spline(frame.to_standard(points)))


def _closing(path: Path, end: Points) -> Path:
    return join(path, line(path[-1, 3], end)) if len(path) else EMPTY
