"""What surrounds the 106 points: skull, ears, neck and clothes, as outlines in face units.

The ears follow the mean of the hand-drawn ears of the faces that the mean face comes from; ml/mean_face.py names them.
"""

import numpy as np
import numpy.typing as npt

from ml.synthetic.raster import smooth_line
from ml.synthetic.shape import Array

# The left halves; the skull's goes from the temple to the midline, the ear's round from its top.
SKULL = ((-0.508, 0.05), (-0.500, -0.12), (-0.445, -0.29), (-0.335, -0.42), (-0.175, -0.495), (0.0, -0.515))
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


def both_sides(half: npt.ArrayLike) -> Array:
    """Returns a left half that ends on the midline, completed by its mirror image."""
    left = np.asarray(half, dtype=np.float64)
    return np.vstack([left, (left * (-1, 1))[-2::-1]])


def skull(width: float) -> Array:
    """Returns the (N, 2) line over the skull from the left temple to the right one; width is the face's factor."""
    return smooth_line(both_sides(SKULL)) * (width, 1)


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
