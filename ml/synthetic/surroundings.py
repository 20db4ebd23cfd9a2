"""Backgrounds, and the texture of hair and cloth."""

import cv2
import numpy as np
import numpy.typing as npt

from ml.geometry import invert_transform
from ml.synthetic.appearance import Appearance
from ml.synthetic.canvas import FloatImage
from ml.synthetic.shape import Pose


def _noise(rng: np.random.Generator, rows: int, columns: int, size: tuple[int, int]) -> FloatImage:
    """Returns smooth noise of standard deviation near 1: rows by columns of random values, spread over size (w, h)."""
    values = rng.standard_normal((rows, columns), dtype=np.float32)
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def background(rng: np.random.Generator, size: int) -> FloatImage:
    """Draws a wall, a room out of focus or the open air: (size, size, 3) float32 sRGB."""
    small = 64
    y, x = np.mgrid[0:small, 0:small] / small
    kind = rng.choice(["wall", "room", "outdoors"])
    if kind == "wall":
        base = rng.uniform(60, 235) + rng.normal(0, 14, 3)
        slope = (x - 0.5) * rng.normal(0, 0.35) + (y - 0.5) * rng.normal(0, 0.25)
        scene = base * (1 + slope)[..., None]
    elif kind == "room":
        scene = np.full((small, small, 3), rng.uniform(50, 150)) + rng.normal(0, 10, 3)
        for _ in range(rng.integers(6, 14)):
            left, top = rng.integers(0, small, 2)
            width, height = rng.integers(4, 28, 2)
            scene[top : top + height, left : left + width] = rng.uniform(20, 240) + rng.normal(0, 25, 3)
    else:
        horizon = rng.uniform(0.2, 0.6)
        sky = np.array([150, 185, 225]) * rng.uniform(0.8, 1.1)
        ground = np.array([rng.uniform(50, 130), rng.uniform(80, 140), rng.uniform(40, 90)])
        blend = np.clip((y - horizon + 0.08 * np.sin(x * rng.uniform(6, 20))) / 0.08, 0, 1)[..., None]
        scene = sky * (1 - blend) + ground * blend
        scene = scene * (1 + 0.16 * blend * rng.standard_normal((small, small, 1)))
    soft = cv2.GaussianBlur(scene.astype(np.float32), (0, 0), float(rng.uniform(0.8, 3.0)))
    image = np.asarray(cv2.resize(soft, (size, size), interpolation=cv2.INTER_CUBIC), dtype=np.float32)
    return np.clip(image, 4, 250)


def cloth_layer(rng: np.random.Generator, appearance: Appearance, size: int) -> FloatImage:
    """Draws folded cloth for the whole image: (size, size, 3) float32 sRGB."""
    folds = _noise(rng, 5, 9, (size, size))
    stripes = 0.0
    if rng.random() < 0.3:
        period, phase = rng.uniform(0.03, 0.08) * size, rng.uniform(0, 6)
        y, x = np.mgrid[0:size, 0:size].astype(np.float32)
        stripes = 0.22 * np.sign(np.sin((y if rng.random() < 0.5 else x) * (2 * np.pi / period) + phase))
    shade = (1 + 0.10 * folds + stripes).astype(np.float32)
    return np.clip(shade[..., None] * appearance.cloth.astype(np.float32), 3, 250)


def hair_layer(rng: np.random.Generator, appearance: Appearance, pose: Pose, size: int, curly: bool) -> FloatImage:
    """Draws hair for the whole image, its strands falling from a crown: (size, size, 3) float32 sRGB."""
    to_units = invert_transform(pose.matrix).astype(np.float32)
    row, column = np.mgrid[0:size, 0:size].astype(np.float32)
    x = to_units[0, 0] * column + to_units[0, 1] * row + to_units[0, 2]
    y = to_units[1, 0] * column + to_units[1, 1] * row + to_units[1, 2]
    crown_x, crown_y = rng.uniform(-0.2, 0.2), -0.85
    radius, angle = cv2.cartToPolar(x - np.float32(crown_x), y - np.float32(crown_y))
    radius, angle = np.asarray(radius), np.asarray(angle)
    if curly:
        curls = np.abs(_noise(rng, 72, 72, (size, size))) + 0.7 * np.abs(_noise(rng, 144, 144, (size, size)))
        strands = np.float32(1.1) * (np.float32(0.9) - cv2.GaussianBlur(curls, (0, 0), size / 400))
    else:
        turns = 1024
        sheet = _noise(rng, 6, turns, (turns, 24)) + 0.9 * _noise(rng, 5, turns // 4, (turns, 24))
        sheet = sheet + 0.8 * _noise(rng, 3, turns // 16, (turns, 24))
        across = angle * np.float32(turns / (2 * np.pi))
        along = np.minimum(radius * np.float32(8), np.float32(23))
        strands = np.asarray(cv2.remap(sheet, across, along, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP))
    sheen_at, lit_side = np.float32(rng.uniform(0.42, 0.54)), np.float32(appearance.light[0])
    sheen = np.exp(-(((radius - sheen_at - 0.02 * strands) / 0.10) ** 2)) * (0 if curly else 1)
    roundness = 1 - 0.38 * np.minimum((x / 0.75) ** 2, 1) - 0.22 * np.clip(y - 0.4, 0, 1) + 0.35 * lit_side * x
    base = appearance.hair.astype(np.float32)
    tone = (roundness * (1 + 0.13 * strands + 0.30 * sheen))[..., None]
    lift = (5 * strands + 16 * sheen)[..., None]
    return np.clip(base * tone + lift, 2, 250)


def photograph(image: FloatImage, appearance: Appearance, rng: np.random.Generator, size: int) -> npt.NDArray[np.uint8]:
    """Returns the picture as a camera gives it: exposed, tinted, a little soft and noisy; (size, size, 3) uint8."""
    blur = float(rng.uniform(0.25, 0.8)) * size / 512
    soft = cv2.GaussianBlur(image, (0, 0), max(blur, 0.05))
    exposed = soft * (appearance.exposure * appearance.tint).astype(np.float32)
    grain = rng.standard_normal((size, size), dtype=np.float32) * np.float32(rng.uniform(0.8, 3.5))
    return np.clip(exposed + grain[..., None] + 0.5, 0, 255).astype(np.uint8)
