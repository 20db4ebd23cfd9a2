"""What surrounds the 106 points: skull, ears, neck, clothes and hair, as outlines in face units.

The proportions of hairline, ears and outer line of the hair are means over the hand-drawn outlines of the faces that
the mean face comes from (see ml/mean_face.py for their attribution).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from ml.synthetic.raster import smooth_line
from ml.synthetic.shape import smoothstep

Array = npt.NDArray[np.float64]
HairStyle = Literal["bald", "cropped", "receding", "side", "fringe", "curly", "tied", "bob", "long", "long_fringe"]
HAIR_STYLES: tuple[HairStyle, ...] = (
    "bald",
    "cropped",
    "receding",
    "side",
    "fringe",
    "curly",
    "tied",
    "bob",
    "long",
    "long_fringe",
)

# Left halves, from the temple or the bottom up to the midline, where there is one.
_SKULL = ((-0.508, 0.05), (-0.500, -0.12), (-0.445, -0.29), (-0.335, -0.42), (-0.175, -0.495), (0.0, -0.515))
_HAIRLINE = ((-0.475, 0.035), (-0.446, -0.065), (-0.417, -0.165), (-0.377, -0.258), (-0.301, -0.327), (-0.206, -0.361))
_HAIRLINE_TOP = ((-0.103, -0.373), (0.0, -0.371))
_EAR = (
    (-0.480, 0.150),
    (-0.535, 0.095),
    (-0.583, 0.120),
    (-0.602, 0.200),
    (-0.592, 0.310),
    (-0.566, 0.400),
    (-0.545, 0.470),
    (-0.510, 0.500),
    (-0.470, 0.450),
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


def _both_sides(half: npt.ArrayLike) -> Array:
    """Completes a left half that ends on the midline."""
    left = np.asarray(half, dtype=np.float64)
    return np.vstack([left, (left * (-1, 1))[-2::-1]])


def skull(width: float) -> Array:
    """Returns the (N, 2) line over the skull from the left temple to the right one; width is the face's factor."""
    return smooth_line(_both_sides(_SKULL)) * (width, 1)


def ears(width: float, flare: float) -> tuple[Array, Array]:
    """Returns the outlines of both ears; flare widens them."""
    left = np.array(_EAR)
    left[:, 0] = -0.47 + (left[:, 0] + 0.47) * flare
    left = smooth_line(left) * (width, 1)
    return left, left * (-1, 1)


def neck(thickness: float) -> Array:
    """Returns the outline of neck and upper chest."""
    half = ((-0.36, 0.62), (-0.335, 0.92), (-0.345, 1.08), (-0.42, 1.20), (-0.70, 1.31), (-1.2, 1.8), (-1.2, 3.2))
    left = smooth_line(half) * (thickness, 1)
    return np.vstack([left, (left * (-1, 1))[::-1]])


def clothes(thickness: float, collar: float, neckline: float) -> Array:
    """Returns the outline of a garment.

    Args:
        thickness: of the neck.
        collar: y at which it meets the neck's side.
        neckline: how far it hangs down in the middle.
    """
    shoulder = smooth_line(((-0.37 * thickness, collar), (-0.62, 1.30), (-1.02, 1.44), (-1.32, 1.80), (-1.5, 3.2)))
    left_edge = shoulder[::-1]
    x = np.linspace(-1, 1, 25)
    dip = collar + neckline * (1 - np.abs(x) ** 1.8)
    front = np.column_stack([x * 0.37 * thickness, dip])
    return np.vstack([left_edge, front[1:-1], shoulder * (-1, 1)])


def _ragged(line: Array, rng: np.random.Generator, amplitude: float, every: float) -> Array:
    """Moves a line in and out along its normal by smooth noise, but keeps its ends."""
    along = np.gradient(line, axis=0)
    normal = np.column_stack([-along[:, 1], along[:, 0]]) / np.maximum(np.linalg.norm(along, axis=1), 1e-9)[:, None]
    position = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    knots = max(int(position[-1] / every), 4)
    knot_values = rng.normal(0, amplitude, knots)
    place = position / position[-1] * (knots - 1)
    before = np.minimum(place.astype(np.int64), knots - 2)
    share = smoothstep(place - before, 0, 1)
    offsets = knot_values[before] * (1 - share) + knot_values[before + 1] * share
    ends = smoothstep(position, 0, 2 * every) * smoothstep(position[-1] - position, 0, 2 * every)
    return line + normal * (offsets * ends)[:, None]


def _dense(line: npt.ArrayLike) -> Array:
    """Returns a smooth line through points, resampled every hundredth of a face unit."""
    smooth = smooth_line(line)
    position = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(smooth, axis=0), axis=1))])
    at = np.linspace(0, position[-1], max(int(position[-1] / 0.01), 8))
    return np.column_stack([np.interp(at, position, smooth[:, i]) for i in (0, 1)])


def _hairline(rng: np.random.Generator, style: HairStyle) -> Array:
    """Returns the line between face and hair, from the left sideburn's tip over the forehead to the right one's."""
    half = np.array(_HAIRLINE + _HAIRLINE_TOP)
    middle = smoothstep(half[:, 0], -0.40, -0.12)
    half[:, 1] += rng.uniform(-0.03, 0.05) * middle
    if style == "receding":
        half[:, 1] -= rng.uniform(0.03, 0.07) * middle
        bay = np.exp(-(((half[:, 0] + 0.27) / 0.12) ** 2))
        half += np.column_stack([np.zeros(len(half)), -0.06 * bay])
    line = _both_sides(half)
    if style in ("fringe", "long_fringe"):
        lowest = rng.uniform(-0.14, 0.0)
        x = line[:, 0]
        curtain = lowest - 0.10 * np.abs(x / 0.42) ** 2.5
        inner = np.abs(x) < 0.42
        line[inner, 1] = np.maximum(line[inner, 1], curtain[inner])
    elif style in ("side", "bob", "long"):
        parting = rng.choice([-1.0, 1.0]) * rng.uniform(0.02, 0.22)
        sweep = rng.uniform(0.02, 0.13)
        away = np.clip((line[:, 0] - parting) * -np.sign(parting) / 0.4, 0, 1)
        line[:, 1] += sweep * np.sin(np.pi * away) * (np.abs(line[:, 0]) < 0.46)
    return line


def sample_hair(rng: np.random.Generator, style: HairStyle, width: float) -> Hair:
    """Draws a head of hair of one style; width is the face's factor."""
    if style == "bald":
        return Hair((), (), curly=False)
    stretch = (width, 1.0)
    hairline = _hairline(rng, style)
    volume = {
        "cropped": rng.uniform(0.01, 0.045),
        "receding": rng.uniform(0.01, 0.04),
        "tied": rng.uniform(0.02, 0.04),
        "curly": rng.uniform(0.12, 0.30),
    }.get(style, rng.uniform(0.05, 0.11))
    cap = _both_sides(_SKULL)
    radial = cap / np.maximum(np.linalg.norm(cap - (0, 0.05), axis=1), 1e-9)[:, None]
    cap = cap + radial * volume * (1.0, 0.9)
    rag = 0.024 if style == "curly" else 0.0045
    every = 0.07 if style == "curly" else 0.045

    if style in ("bob", "long", "long_fringe"):
        bottom = rng.uniform(0.75, 1.0) if style == "bob" else rng.uniform(1.25, 2.0)
        flare = rng.uniform(-0.02, 0.08)
        cover = rng.uniform(-0.05, 0.035)
        tip = (-0.50, bottom)
        outside = [(-0.57 - flare, bottom - 0.08), (-0.63 - flare, 0.62), (-0.63 - volume / 3, 0.30)]
        inside_line = [(-0.43 - cover, bottom - 0.05), (-0.425 - cover, 0.62), (-0.455 - cover, 0.36)]
        outer_half = np.array([tip, *outside, *map(tuple, cap[:6])])
        outer = np.vstack([outer_half, (outer_half * (-1, 1))[-2::-1]])
        inner_half = np.array([tip, *inside_line])
        inner = np.vstack([inner_half, hairline, (inner_half * (-1, 1))[::-1]])
        back_half = np.array([(-0.15, bottom), (-0.42, bottom - 0.02), *outside, *map(tuple, cap[:6])])
        behind = _ragged(_dense(np.vstack([back_half, (back_half * (-1, 1))[-2::-1]])), rng, rag, every)
        backs: tuple[Array, ...] = (behind * stretch,)
    else:
        burn = rng.uniform(0.12, 0.30) if style != "tied" else 0.10
        sideburn = np.array([(-0.503, burn)])
        thick = 0.36 if style == "curly" else 0.0
        outer_half = np.vstack([sideburn, [(-0.515 - thick * volume, 0.12)], cap[:6]])
        outer = np.vstack([outer_half, (outer_half * (-1, 1))[-2::-1]])
        inner = np.vstack([sideburn, [(-0.472, burn - 0.04)] if burn > 0.16 else np.empty((0, 2)), hairline])
        inner = np.vstack([inner, (inner[: len(inner) - len(hairline)] * (-1, 1))[::-1]])
        backs = ()
        if style == "curly":
            round_back = np.vstack([[(-0.50, 0.45), (-0.58 - volume * 0.6, 0.25)], cap[:6] * (1.0, 1.0)])
            loop = np.vstack([round_back, (round_back * (-1, 1))[-2::-1]])
            backs = (_ragged(_dense(loop), rng, rag, every) * stretch,)
        elif style == "tied":
            t = np.linspace(0, 2 * np.pi, 60)
            radius = rng.uniform(0.15, 0.22)
            bun = np.column_stack([radius * np.cos(t), -0.53 - radius * 0.5 + 0.8 * radius * np.sin(t)])
            backs = (_ragged(bun, rng, 0.008, 0.05) * stretch,)
    front = np.vstack([_ragged(_dense(outer), rng, rag, every), _ragged(_dense(inner), rng, rag / 2, every)[::-1]])
    return Hair((front * stretch,), backs, curly=style == "curly")
