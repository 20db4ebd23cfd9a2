"""Light on the face: a smooth relief raised over the turned points, lit, with the skin's own colours.

The relief lives on a fixed grid in turned face units, where every bump is a product of a row and a column, and is
brought into the image by one warp.
"""

import cv2
import numpy as np
import numpy.typing as npt

from ml.geometry import compose_transforms, similarity
from ml.synthetic.appearance import Appearance
from ml.synthetic.shape import Array, Pose, smoothstep

FloatImage = npt.NDArray[np.float32]

_CELLS_PER_UNIT = 100
_X = np.arange(-100, 101) / _CELLS_PER_UNIT
_Y = np.arange(-85, 181) / _CELLS_PER_UNIT


def _bump(center: npt.ArrayLike, width: float, height: float, down: float = 0.0) -> Array:
    """Returns a Gaussian hill of height 1, its top a little below a place."""
    x, y = np.asarray(center, dtype=np.float64) + np.array([0.0, down])
    return np.exp(-(((_Y - y) / height) ** 2))[:, None] * np.exp(-(((_X - x) / width) ** 2))[None, :]


def _relief(p: Array, smile: float) -> Array:
    """Returns the height of each grid cell towards the viewer, in face units; p the (106, 2) turned points."""
    chin = p[16, 1]
    middle_x = (p[0, 0] + p[32, 0]) / 2
    ball = 1 - ((_X[None, :] - middle_x) / 0.60) ** 2 - ((_Y[:, None] - 0.25) / (chin - 0.20)) ** 2
    z = 0.42 * np.sqrt(np.maximum(ball, 0.03))

    bridge = np.linspace(p[51], p[54], 6)
    for share, place in zip(np.linspace(0, 1, 6), bridge, strict=True):
        z += (0.018 + 0.022 * share) * _bump(place, 0.045 + 0.02 * share, 0.05)
    z += 0.045 * _bump(p[54], 0.06, 0.055, down=0.015)
    z += 0.034 * _bump((p[57] + p[58]) / 2 + (0.012, -0.03), 0.042, 0.045)
    z += 0.034 * _bump((p[62] + p[63]) / 2 + (-0.012, -0.03), 0.042, 0.045)
    for eye, inner, brow in ((p[66:74], p[70], p[33:42]), (p[75:83], p[75], p[42:51])):
        z -= 0.048 * _bump(eye.mean(axis=0), 0.12, 0.065, down=-0.005)
        z += 0.018 * _bump(eye.mean(axis=0), 0.07, 0.04)
        z -= 0.012 * _bump(inner, 0.05, 0.06)
        z += 0.018 * _bump(brow.mean(axis=0), 0.14, 0.035)
    cheek = 0.04 + 0.025 * max(smile, 0)
    for corner, ala, contour in ((p[84], p[57], p[6]), (p[90], p[63], p[26])):
        z += cheek * _bump((corner + ala + contour) / 3, 0.12, 0.10, down=-0.09)
        z -= (0.008 + 0.012 * max(smile, 0)) * _bump((corner + ala) / 2 + (corner - ala) * (0.25, 0), 0.025, 0.07)
    z += 0.022 * _bump(p[87], 0.10, 0.03, down=0.01) - 0.010 * _bump((p[60] + p[87]) / 2, 0.02, 0.035)
    z += 0.032 * _bump(p[93], 0.09, 0.035, down=-0.03) - 0.024 * _bump(p[93], 0.11, 0.04, down=0.045)
    z += 0.028 * _bump((p[16] + p[93]) / 2, 0.12, 0.09, down=0.03)
    return z


def _lit(z: Array, appearance: Appearance, roll: float) -> tuple[Array, Array]:
    """Returns the diffuse light, about 1 where the face looks at the viewer, and the highlights, 0 to 1."""
    slope_y, slope_x = np.gradient(z, 1 / _CELLS_PER_UNIT)
    length = np.sqrt(slope_x**2 + slope_y**2 + 1)
    c, s = np.cos(roll), np.sin(roll)
    x, y, front = appearance.light
    light = np.array([c * x + s * y, -s * x + c * y, front])
    facing = (-slope_x * light[0] - slope_y * light[1] + light[2]) / length
    diffuse = np.maximum(facing, 0) / light[2]
    half = light + np.array([0.0, 0.0, 1.0])
    half /= np.linalg.norm(half)
    shine = np.maximum((-slope_x * half[0] - slope_y * half[1] + half[2]) / length, 0) ** 28
    return appearance.ambient + (1 - appearance.ambient) * diffuse, shine


def skin_layer(p: Array, pose: Pose, appearance: Appearance, smile: float, blotches: Array, size: int) -> FloatImage:
    """Returns the lit skin for the whole image, to be shown through the shapes of face, ears and neck.

    Args:
        p: (106, 2) turned points in face units.
        pose: where the face is put.
        appearance: its colours and light.
        smile: as in FaceShape.
        blotches: (h, w) noise about 0 of standard deviation 1, any shape; unevenness of the skin.
        size: side of the image in pixels.

    Returns:
        (size, size, 3) float32 sRGB.
    """
    roll = float(np.arctan2(pose.matrix[1, 0], pose.matrix[0, 0]))
    light, shine = _lit(_relief(p, smile), appearance, roll)

    red = np.zeros_like(light)
    for corner, ala, contour in ((p[84], p[57], p[5]), (p[90], p[63], p[27])):
        red += 0.9 * _bump((corner + ala + contour) / 3, 0.13, 0.11, down=-0.09)
    red += 0.8 * _bump(p[54], 0.07, 0.06, down=0.03) + 0.4 * _bump(p[16], 0.10, 0.06, down=-0.06)
    red += 0.6 * (smoothstep(np.abs(_X), 0.50, 0.56)[None, :] * np.ones_like(light))
    jaw = smoothstep(_Y, p[60, 1] + 0.02, p[16, 1] - 0.12)[:, None]
    sides = smoothstep(np.abs(_X - p[93, 0]), 0.14, 0.34)[None, :]
    below = smoothstep(_Y, p[93, 1], p[16, 1])[:, None]
    moustache = 0.9 * _bump((p[60] + p[87]) / 2, 0.17, 0.035, down=0.01)
    beard = np.maximum(jaw * np.maximum(sides, below), moustache)
    uneven = cv2.resize(blotches, (len(_X), len(_Y)), interpolation=cv2.INTER_CUBIC)

    colour = appearance.skin * np.ones((*light.shape, 1))
    colour *= 1 - (0.10 * appearance.blush * np.clip(red, 0, 1.2))[..., None] * np.array([0.15, 1.0, 0.9])
    colour *= (1 + 0.018 * uneven)[..., None]
    for eye in (p[66:74], p[75:83]):
        colour *= 1 - 0.13 * _bump(eye.mean(axis=0), 0.09, 0.035, down=0.045)[..., None]
        colour *= 1 - 0.16 * _bump(eye.mean(axis=0), 0.11, 0.045, down=-0.04)[..., None]
    shadow = np.array([0.42, 0.44, 0.50])
    colour *= 1 - (0.75 * appearance.stubble * beard * (1 + 0.15 * uneven))[..., None] * (1 - shadow)
    colour *= light[..., None]
    colour += (17 * shine * (1 - 0.4 * beard * appearance.stubble))[..., None]

    to_units = similarity(1 / _CELLS_PER_UNIT, 0.0, (float(_X[0]), float(_Y[0])))
    matrix = compose_transforms(to_units, pose.matrix)
    return np.asarray(
        cv2.warpAffine(
            colour.astype(np.float32), matrix, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        ),
        dtype=np.float32,
    )
