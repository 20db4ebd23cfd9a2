"""Noise and lines to paint with, and the reading of a texture at given places."""

from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

FloatImage = npt.NDArray[np.float32]

_SIDE = 512
_BANK_SEED = 20190512


@cache
def noise(sigma: float, stretch: float = 1.0) -> FloatImage:
    """Returns (512, 512) noise that tiles, of zero mean and unit deviation.

    Args:
        sigma: size of its grain in pixels.
        stretch: how much longer the grain is down than across.
    """
    rng = np.random.Generator(np.random.PCG64([_BANK_SEED, int(sigma * 10), int(stretch * 10)]))
    white = np.tile(rng.standard_normal((_SIDE, _SIDE), dtype=np.float32), (2, 2))
    half = _SIDE // 2
    smooth = cv2.GaussianBlur(white, (0, 0), sigmaX=sigma, sigmaY=sigma * stretch)[
        half : half + _SIDE, half : half + _SIDE
    ]
    return np.asarray((smooth - smooth.mean()) / smooth.std(), dtype=np.float32)


def window(rng: np.random.Generator, texture: FloatImage, height: int, width: int) -> FloatImage:
    """Returns a (height, width) piece from a random place of a tiling texture, mirrored by chance."""
    y, x = rng.integers(0, _SIDE, 2)
    rows = np.arange(y, y + height) % _SIDE
    columns = np.arange(x, x + width) % _SIDE
    piece = texture[rows[:, None], columns]
    return np.ascontiguousarray(piece[:, ::-1] if rng.random() < 0.5 else piece)


def sample(texture: FloatImage, x: FloatImage, y: FloatImage, wrap: bool = False) -> FloatImage:
    """Returns (n,) or (n, k) values of a texture at (n,) pixel places; beyond its border it repeats, or is as its edge."""
    n = len(x)
    rows = -(-n // 256)
    maps = [np.resize(v.astype(np.float32), (rows, 256)) for v in (x, y)]
    border = cv2.BORDER_WRAP if wrap else cv2.BORDER_REPLICATE
    found = cv2.remap(texture, maps[0], maps[1], cv2.INTER_LINEAR, borderMode=border)
    return np.asarray(found.reshape(rows * 256, *texture.shape[2:])[:n])
