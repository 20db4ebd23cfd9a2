"""The colour of a face, painted on the flat template: tone, blush, pores, freckles, wrinkles, brows, beard, make-up."""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from ml.synthetic.curves import smooth_line
from ml.synthetic.meshes import Array
from ml.synthetic.part_outlines import seam
from ml.synthetic.template import template
from ml.synthetic.texture import FloatImage, noise, window

SCALE = 230
"""Texture pixels a face width."""
LEFT, TOP = -0.72, -0.75
WIDTH, HEIGHT = round(1.44 * SCALE), round(1.87 * SCALE)


@dataclass(frozen=True)
class Complexion:
    """What a person's skin and hair look like; colours are linear light, 0 to 1.

    Attributes:
        tone: (3,) of the skin.
        hair: (3,) of the hair on the head.
        brow: (3,) of the brows and beard.
        lips: (3,) of the lips.
        age: 0 young, 1 old.
        masculine: whether a beard grows.
        shine: how much the skin reflects.
    """

    tone: Array
    hair: Array
    brow: Array
    lips: Array
    age: float
    masculine: bool
    shine: float


def linear(srgb: npt.ArrayLike) -> Array:
    """Returns linear light, 0 to 1, of sRGB values, 0 to 255."""
    return np.asarray((np.asarray(srgb, dtype=np.float64) / 255) ** 2.2)


SKIN_TONES = linear(
    [
        (246, 214, 196),
        (236, 196, 170),
        (224, 180, 148),
        (208, 158, 122),
        (180, 128, 94),
        (142, 96, 68),
        (104, 68, 48),
        (74, 48, 36),
    ]
)
"""(8, 3) linear colours of skin, from light to dark."""
_HAIRS = linear(
    [
        (24, 20, 20),
        (38, 28, 24),
        (62, 42, 30),
        (96, 66, 42),
        (140, 102, 62),
        (190, 152, 98),
        (120, 52, 28),
        (150, 148, 146),
        (216, 214, 210),
    ]
)
_LIPSTICKS = linear([(170, 30, 45), (150, 40, 70), (200, 70, 80), (110, 25, 45), (205, 100, 95)])


def sample_complexion(rng: np.random.Generator) -> Complexion:
    """Draws a complexion: all skin tones alike, dark hair with dark skin, grey hair with age."""
    place = rng.uniform(0, len(SKIN_TONES) - 1.001)
    low = int(place)
    tone = SKIN_TONES[low] * (1 - place + low) + SKIN_TONES[low + 1] * (place - low)
    tone = tone * np.exp(rng.normal(0, (0.05, 0.05, 0.08)))
    age = float(rng.beta(1.2, 1.6))
    light = place < 3.2
    chances = (
        np.array([3, 3, 2.5, 2, 1.5, 1.2, 0.8, 0, 0]) if light else np.array([6, 3, 0.8, 0.2, 0.05, 0.05, 0.05, 0, 0])
    )
    if age > 0.55:
        chances[7:] = chances.sum() * np.array([0.5, 0.4]) * (age - 0.4) * 2
    if rng.random() < 0.03:
        hair = linear(rng.uniform(30, 230, 3))
    else:
        hair = _HAIRS[rng.choice(9, p=chances / chances.sum())] * np.exp(rng.normal(0, 0.2))
    brow = np.minimum(hair * rng.uniform(0.4, 1.1), tone * rng.uniform(0.25, 0.7))
    redder = tone * (rng.uniform(0.68, 0.95), rng.uniform(0.34, 0.56), rng.uniform(0.40, 0.68))
    masculine = bool(rng.random() < 0.5)
    lips = redder
    if not masculine and rng.random() < 0.45:
        lips = redder + (_LIPSTICKS[rng.integers(len(_LIPSTICKS))] - redder) * rng.uniform(0.3, 0.9)
    return Complexion(tone, hair, brow, lips, age, masculine, float(rng.uniform(0.02, 0.22)))


_CROWS_FEET = (
    ((0.34, 0.16), (0.43, 0.12)),
    ((0.345, 0.185), (0.44, 0.185)),
    ((0.34, 0.205), (0.42, 0.25)),
)


def _pixels(places: Array) -> Array:
    return np.asarray((places - (LEFT, TOP)) * SCALE)


def _blurred(polylines: list[Array], width: int, sigma: float, closed: bool = False) -> FloatImage:
    """Returns a mask of lines or areas with soft edges; each is mirrored."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    for line in polylines:
        for side in (1, -1):
            path = np.rint(_pixels(line * (side, 1)) * 16).astype(np.int32)
            if closed:
                cv2.fillPoly(mask, [path], 255, cv2.LINE_AA, 4)
            else:
                cv2.polylines(mask, [path], False, 255, width, cv2.LINE_AA, 4)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), sigma).astype(np.float32) / 255)


def _line(*points: tuple[float, float]) -> Array:
    return smooth_line(points)


@cache
def _grid() -> tuple[FloatImage, FloatImage]:
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    return x / SCALE + np.float32(LEFT), y / SCALE + np.float32(TOP)


def _spot(cx: float, cy: float, sx: float, sy: float) -> FloatImage:
    x, y = _grid()
    return np.exp(-0.5 * (((np.abs(x) - cx) / sx) ** 2 + ((y - cy) / sy) ** 2)).astype(np.float32)


@cache
def _masks() -> dict[str, FloatImage]:
    """Returns where each thing is on the face, 0 to 1."""
    lines = template().outlines
    places = template().places[template().landmarks]
    upper, lower = smooth_line(places[75:80]), smooth_line(places[[75, 82, 81, 80, 79]])
    x, y = _grid()
    lips = _blurred([lines["upper_lip"], lines["lower_lip"]], 0, 1.0, closed=True)
    mouth_x = np.linspace(-0.165, 0.165, 40)
    seam_line = np.column_stack([mouth_x, seam(mouth_x)])
    jaw = 1 / (
        1 + np.exp(-(y - 0.56 - 0.9 * np.maximum(0.30 - np.abs(x), 0) + 0.5 * np.maximum(np.abs(x) - 0.36, 0)) / 0.025)
    )
    moustache = _spot(0.06, 0.57, 0.055, 0.022) + _spot(0.13, 0.60, 0.04, 0.03)
    goatee = np.clip(_spot(0.0, 0.90, 0.13, 0.07) + _spot(0.0, 0.785, 0.03, 0.02) + _spot(0.18, 0.75, 0.03, 0.08), 0, 1)
    off_lips = 1 - lips
    return {
        "lips": lips,
        "seam": _blurred([seam_line], 2, 1.0),
        "left_brow": _one(lines["left_brow"]),
        "right_brow": _one(lines["right_brow"]),
        "lash": _blurred([upper], 2, 0.9),
        "lower_lash": _blurred([lower], 1, 0.9),
        "crease": _blurred([upper + np.array([0.0, -0.028])], 2, 1.5),
        "lid": _blurred([np.vstack([upper, (upper + np.array([0.0, -0.035]))[::-1]])], 0, 3.0, closed=True),
        "shadow": np.clip(_spot(0.22, 0.10, 0.09, 0.028), 0, 1),
        "socket": np.clip(_spot(0.11, 0.16, 0.035, 0.04) + 0.5 * _spot(0.22, 0.19, 0.11, 0.07), 0, 1),
        "bag": _blurred([_line((0.12, 0.225), (0.2, 0.262), (0.29, 0.25))], 3, 2.5),
        "under_eye": _spot(0.20, 0.24, 0.08, 0.03),
        "nasolabial": _blurred([_line((0.125, 0.42), (0.175, 0.50), (0.215, 0.60), (0.225, 0.68))], 3, 3.0),
        "forehead": _blurred([_line((-0.0, c), (0.15, c - 0.012), (0.32, c + 0.02)) for c in (-0.28, -0.2, -0.12)], 2, 1.8),
        "crow": _blurred([_line(*ends) for ends in _CROWS_FEET], 2, 1.6),
        "glabella": _blurred([_line((0.045, 0.0), (0.04, 0.10))], 2, 1.8),
        "marionette": _blurred([_line((0.195, 0.68), (0.215, 0.78))], 2, 2.4),
        "nostril": _blurred([_line((0.045, 0.485), (0.06, 0.477), (0.083, 0.482))], 4, 1.6),
        "ala": _blurred([_line((0.125, 0.40), (0.14, 0.445), (0.12, 0.485), (0.098, 0.495))], 2, 2.2),
        "under_lip": _spot(0.0, 0.775, 0.09, 0.018),
        "cheek": _spot(0.28, 0.40, 0.10, 0.08),
        "nose": _spot(0.0, 0.42, 0.10, 0.06),
        "chin": _spot(0.0, 0.90, 0.12, 0.06),
        "beard": np.clip(jaw * (1 - _spot(0.0, 0.66, 0.10, 0.07) * 0.6), 0, 1).astype(np.float32) * off_lips,
        "moustache": np.clip(moustache, 0, 1) * off_lips,
        "goatee": goatee * off_lips,
    }  # fmt: skip


def _one(outline: Array) -> FloatImage:
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.fillPoly(mask, [np.rint(_pixels(outline) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), 1.6).astype(np.float32) / 255)


@cache
def _stack() -> tuple[tuple[str, ...], FloatImage]:
    masks = _masks()
    return tuple(masks), np.stack([mask.ravel() for mask in masks.values()]).astype(np.float32)


def paint_skin(rng: np.random.Generator, look: Complexion) -> FloatImage:
    """Returns the (HEIGHT, WIDTH, 3) linear colour of the head's surface on the template."""
    m = _masks()
    names, stack = _stack()
    age = look.age
    # Colour changes are factors: they add up as logarithms, one channel a column.
    amounts = np.zeros((3, len(names)), np.float32)

    def add(name: str, amount: npt.ArrayLike) -> None:
        amounts[:, names.index(name)] += np.asarray(amount, np.float32)

    red = rng.uniform(0.0, 1.0) * np.array([0.0, -0.22, -0.16])
    add("cheek", red)
    add("nose", red * rng.uniform(0, 1.2))
    add("chin", red * 0.5)
    add("under_eye", rng.uniform(0, 1) * np.array([-0.16, -0.20, -0.16]))
    add("socket", (-0.16, -0.20, -0.16))
    add("crease", -0.25 * rng.uniform(0.3, 1.3))
    add("ala", -0.20 * rng.uniform(0.3, 1.3))
    add("nostril", (-1.7, -2.0, -2.0))
    add("under_lip", -0.15)
    for name, start, depth in (
        ("forehead", 0.3, 0.35), ("crow", 0.35, 0.3), ("glabella", 0.25, 0.3), ("bag", 0.1, 0.35),
        ("nasolabial", 0.0, 0.42), ("marionette", 0.3, 0.3),
    ):  # fmt: skip
        add(name, -max(age - start, 0) * depth * rng.uniform(0.3, 1.6))
    add("nasolabial", -0.10)
    if not look.masculine and rng.random() < 0.5:
        eye_shadow = rng.uniform(-1.0, 0.1, 3) * rng.uniform(0.2, 1.0)
        add("lid", eye_shadow)
        add("shadow", 0.6 * eye_shadow)
        add("cheek", (0.02, -0.25 * rng.random(), -0.15 * rng.random()))
        add("lash", -2.0)
    add("lash", -rng.uniform(0.6, 1.6))
    add("lower_lash", -rng.uniform(0.1, 0.7))
    change = np.ascontiguousarray((amounts @ stack).T).reshape(HEIGHT, WIDTH, 3)

    blotch, pores = (window(rng, noise(k), HEIGHT, WIDTH) for k in (14.0, 0.9))
    change += blotch[..., None] * rng.uniform((0.01, 0.02, 0.02), (0.04, 0.08, 0.08)).astype(np.float32)
    change += (pores * np.float32(rng.uniform(0.01, 0.05) + 0.03 * age))[..., None]
    if rng.random() < 0.25:
        freckles = np.clip(window(rng, noise(1.6), HEIGHT, WIDTH) - rng.uniform(1.0, 2.0), 0, 1.5)
        spread = np.clip(m["cheek"] + m["nose"] + np.float32(rng.uniform(0, 0.4)), 0, 1)
        change += (freckles * spread)[..., None] * np.array([-0.22, -0.35, -0.40], np.float32)
    for _ in range(int(rng.integers(0, 5))):
        place = _pixels(np.array([rng.uniform(-0.4, 0.4), rng.uniform(-0.2, 0.9)]))
        x, y = round(float(place[0])), round(float(place[1]))
        mole = np.array([-0.5, -0.8, -0.8], np.float32) * np.float32(rng.uniform(0.3, 1.3))
        change[y : y + int(rng.integers(2, 4)), x : x + 2] += mole

    texture = np.exp(change) * look.tone.astype(np.float32)
    _lay(texture, m["lips"] * np.float32(rng.uniform(0.65, 1.0)), look.lips * np.exp(rng.normal(0, 0.1)))
    texture *= np.exp(-1.2 * m["seam"])[..., None]
    _paint_beard(rng, look, texture)
    _paint_brows(rng, look, texture)
    return texture


def _lay(texture: FloatImage, alpha: FloatImage, colour: Array) -> None:
    texture += alpha[..., None] * (colour.astype(np.float32) - texture)


def _paint_beard(rng: np.random.Generator, look: Complexion, texture: FloatImage) -> None:
    if not look.masculine or rng.random() < 0.3:
        return
    m = _masks()
    kind = rng.choice(["stubble", "full", "moustache", "goatee", "both"], p=[0.42, 0.24, 0.12, 0.12, 0.10])
    area = {
        "stubble": m["beard"] + m["moustache"],
        "full": m["beard"] + m["moustache"],
        "moustache": m["moustache"],
        "goatee": m["goatee"],
        "both": m["goatee"] + m["moustache"],
    }[str(kind)]
    area = np.clip(area, 0, 1)
    hairs = window(rng, noise(0.8, 2.5 if kind != "stubble" else 1.0), HEIGHT, WIDTH)
    strength = rng.uniform(0.2, 0.55) if kind == "stubble" else rng.uniform(0.7, 1.0)
    edge = window(rng, noise(4.0), HEIGHT, WIDTH)
    cover = (
        np.clip((area - 0.3 + 0.12 * edge) * 2.2, 0, 1) * np.float32(strength)
        if kind != "stubble"
        else area * np.float32(strength)
    )
    cover = cover * np.clip(0.85 + 0.25 * hairs, 0, 1)
    colour = look.brow * rng.uniform(0.6, 1.3)
    texture += cover[..., None] * (colour.astype(np.float32) * np.exp(0.35 * hairs)[..., None] - texture)


def _paint_brows(rng: np.random.Generator, look: Complexion, texture: FloatImage) -> None:
    density = float(rng.choice([0.35, 0.7, 1.0], p=[0.15, 0.35, 0.5])) * rng.uniform(0.8, 1.1)
    p = template().places[template().landmarks]
    m = _masks()
    strokes = np.zeros((HEIGHT, WIDTH), np.uint8)
    for upper, lower, side in ((p[33:38], p[[33, 41, 40, 39, 38]], -1), (p[[46, 45, 44, 43, 42]], p[46:51], 1)):
        top, bottom = smooth_line(upper), smooth_line(lower)
        n = int(130 * density)
        at = rng.uniform(0.02, 0.99, n) * (len(top) - 1)
        row = at.astype(int)
        height = rng.uniform(0.05, 0.95, n)[:, None]
        start = top[row] * (1 - height) + bottom[row] * height
        # Hairs grow outwards, upwards near the nose and downwards above the middle.
        lean = np.column_stack(
            [side * np.full(n, 0.035), np.where(height[:, 0] > 0.5, -0.012, 0.008) - 0.012 * at / len(top)]
        )
        end = start + lean * rng.uniform(0.5, 1.1, (n, 1))
        lines = np.rint(_pixels(np.stack([start, end], axis=1).reshape(-1, 2)).reshape(-1, 2, 2) * 16).astype(np.int32)
        cv2.polylines(strokes, list(lines), False, 255, 1, cv2.LINE_AA, 4)
    fill = np.clip(m["left_brow"] + m["right_brow"], 0, 1)
    cover = np.clip(
        strokes.astype(np.float32) / 255 * np.clip(fill * 2, 0, 1) * 0.8 + fill * np.float32(0.62 * density), 0, 1
    )
    _lay(texture, cover * np.float32(rng.uniform(0.6, 1.0)), look.brow)
