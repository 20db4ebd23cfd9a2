"""Heads of hair as outlines in face units.

The hairline is the mean of the hand-drawn hairlines of the faces that the mean face comes from; ml/mean_face.py names
them.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from ml.synthetic.head import SKULL, both_sides
from ml.synthetic.raster import smooth_line
from ml.synthetic.shape import Array, smoothstep

HairStyle = Literal["bald", "cropped", "receding", "side", "fringe", "curly", "tied", "bob", "long", "long_fringe"]

# Left half, from the temple to the midline.
_HAIRLINE = (
    (-0.475, 0.035),
    (-0.446, -0.065),
    (-0.417, -0.165),
    (-0.377, -0.258),
    (-0.301, -0.327),
    (-0.206, -0.361),
    (-0.103, -0.373),
    (0.0, -0.371),
)


@dataclass(frozen=True)
class Hair:
    """The hair's outlines in face units.

    Attributes:
        front: (N, 2) polygons drawn over the face.
        behind: (N, 2) polygons drawn behind ears, neck and face.
        curly: whether it shows curls instead of strands.
    """

    front: tuple[Array, ...]
    behind: tuple[Array, ...]
    curly: bool


@dataclass(frozen=True)
class _Cut:
    """What tells one style from another.

    Attributes:
        volume: range of the height above the skull.
        forehead: how the hair meets it.
        ends: range of the y at which hair that hangs beside the face ends; None when it ends at the ears.
    """

    volume: tuple[float, float]
    forehead: Literal["plain", "receding", "fringe", "parted"]
    ends: tuple[float, float] | None = None


_CUTS: dict[HairStyle, _Cut] = {
    "cropped": _Cut((0.01, 0.045), "plain"),
    "receding": _Cut((0.01, 0.04), "receding"),
    "side": _Cut((0.05, 0.11), "parted"),
    "fringe": _Cut((0.05, 0.11), "fringe"),
    "curly": _Cut((0.12, 0.30), "plain"),
    "tied": _Cut((0.02, 0.04), "plain"),
    "bob": _Cut((0.05, 0.11), "parted", (0.75, 1.0)),
    "long": _Cut((0.05, 0.11), "parted", (1.25, 2.0)),
    "long_fringe": _Cut((0.05, 0.11), "fringe", (1.25, 2.0)),
}


def sample_hair(rng: np.random.Generator, style: HairStyle, width: float) -> Hair:
    """Draws a head of hair of one style; width is the face's factor."""
    if style == "bald":
        return Hair((), (), curly=False)
    cut = _CUTS[style]
    curly = style == "curly"
    edge = _Edge(rng, 0.024, 0.07) if curly else _Edge(rng, 0.0045, 0.045)
    volume = float(rng.uniform(*cut.volume))
    skull = np.array(SKULL)
    cap = skull + (skull - (0, 0.05)) / np.linalg.norm(skull - (0, 0.05), axis=1)[:, None] * volume
    hairline = _hairline(rng, cut.forehead)

    behind: list[Array] = []
    if cut.ends is not None:
        ends, spread = float(rng.uniform(*cut.ends)), float(rng.uniform(-0.02, 0.08))
        # How far the hair keeps clear of the cheeks; below zero it hides part of the contour.
        clear = float(rng.uniform(-0.035, 0.05))
        tip = [(-0.50, ends)]
        fall = [(-0.57 - spread, ends - 0.08), (-0.63 - spread, 0.62), (-0.63 - volume / 3, 0.30)]
        outer = np.vstack([tip, fall, cap])
        side = np.array([*tip, (-0.43 - clear, ends - 0.05), (-0.425 - clear, 0.62), (-0.455 - clear, 0.36)])
        behind.append(edge.ragged(both_sides(np.vstack([[(-0.15, ends), (-0.42, ends - 0.02)], fall, cap]))))
    else:
        burn = float(rng.uniform(0.12, 0.30)) if style != "tied" else 0.10
        outer = np.vstack([[(-0.503, burn), (-0.515 - 0.36 * volume * curly, 0.12)], cap])
        side = np.array([(-0.503, burn), (-0.472, burn - 0.04)] if burn > 0.16 else [(-0.503, burn)])
    if curly:
        behind.append(edge.ragged(both_sides(np.vstack([[(-0.50, 0.45), (-0.58 - 0.6 * volume, 0.25)], cap]))))
    elif style == "tied":
        behind.append(edge.ragged(_bun(float(rng.uniform(0.15, 0.22)))))

    inner = np.vstack([side, hairline, (side * (-1, 1))[::-1]])
    front = np.vstack([edge.ragged(both_sides(outer)), edge.ragged(inner, 0.5)[::-1]])
    stretch = np.array([width, 1.0])
    return Hair((front * stretch,), tuple(outline * stretch for outline in behind), curly)


def _hairline(rng: np.random.Generator, forehead: Literal["plain", "receding", "fringe", "parted"]) -> Array:
    """Returns the line between forehead and hair, from the left temple to the right one."""
    half = np.array(_HAIRLINE)
    middle = smoothstep(half[:, 0], -0.40, -0.12)
    half[:, 1] += rng.uniform(-0.03, 0.05) * middle
    if forehead == "receding":
        bay = np.exp(-(((half[:, 0] + 0.27) / 0.12) ** 2))
        half[:, 1] -= rng.uniform(0.03, 0.07) * middle + 0.06 * bay
    line = both_sides(half)
    x = line[:, 0]
    if forehead == "fringe":
        curtain = rng.uniform(-0.14, 0.0) - 0.10 * np.abs(x / 0.42) ** 2.5
        line[:, 1] = np.where(np.abs(x) < 0.42, np.maximum(line[:, 1], curtain), line[:, 1])
    elif forehead == "parted":
        side = rng.choice([-1.0, 1.0])
        parting = side * rng.uniform(0.02, 0.22)
        away = np.clip((parting - x) * side / 0.4, 0, 1)
        line[:, 1] += rng.uniform(0.02, 0.13) * np.sin(np.pi * away) * (np.abs(x) < 0.46)
    return line


def _bun(radius: float) -> Array:
    angle = np.linspace(0, 2 * np.pi, 24)
    return np.column_stack([radius * np.cos(angle), -0.53 - 0.5 * radius + 0.8 * radius * np.sin(angle)])


@dataclass(frozen=True)
class _Edge:
    """How uneven the hair's edge is.

    Attributes:
        rng: source of the unevenness.
        amplitude: its standard deviation.
        every: its period.
    """

    rng: np.random.Generator
    amplitude: float
    every: float

    def ragged(self, points: npt.ArrayLike, share: float = 1.0) -> Array:
        """Returns a smooth line through points, moved in and out along its normal but for its ends.

        Args:
            points: (N, 2) in face units.
            share: of the amplitude.
        """
        smooth = smooth_line(points)
        length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(smooth, axis=0), axis=1))])
        position = np.linspace(0, length[-1], max(int(length[-1] / 0.01), 8))
        line = np.column_stack([np.interp(position, length, smooth[:, i]) for i in (0, 1)])
        along = np.gradient(line, axis=0)
        normal = np.column_stack([-along[:, 1], along[:, 0]])
        normal /= np.maximum(np.linalg.norm(normal, axis=1), 1e-9)[:, None]

        knots = max(int(position[-1] / self.every), 4)
        values = self.rng.normal(0, self.amplitude * share, knots)
        place = position / position[-1] * (knots - 1)
        before = np.minimum(place.astype(np.int64), knots - 2)
        between = smoothstep(place - before, 0, 1)
        offsets = values[before] * (1 - between) + values[before + 1] * between
        near_end = np.minimum(position, position[-1] - position)
        return line + normal * (offsets * smoothstep(near_end, 0, 2 * self.every))[:, None]
