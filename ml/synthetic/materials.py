"""The colour of every surface but the hair: eyes, teeth, ears, cloth and things, pixel by pixel."""

from dataclasses import dataclass

import numpy as np

from ml.synthetic import skin
from ml.synthetic.anatomy import Material
from ml.synthetic.meshes import Array
from ml.synthetic.skin import Complexion
from ml.synthetic.texture import FloatImage, noise, sample

_IRIS_RADIUS = 0.0435


@dataclass(frozen=True)
class Palette:
    """Colours of a scene, linear light.

    Attributes:
        look: of the person.
        texture: of the skin, on the template.
        iris: (3,).
        pupil: radius as a share of the iris.
        cloth: (3,).
        cloth_print: (3,) second colour of the cloth.
        weave: 0 plain, 1 stripes, 2 checks, 3 blotches; and the size of the pattern.
        thing: (3,) of an object or a hat.
        teeth: brightness.
        gaze: where the irises are.
        eyes: (H, W, 3) photographed eyes, whose pixels the uv of the eyeballs then are; None paints them.
    """

    look: Complexion
    texture: FloatImage
    iris: Array
    pupil: float
    cloth: Array
    cloth_print: Array
    weave: tuple[int, float]
    thing: Array
    teeth: float
    gaze: tuple[float, float]
    eyes: FloatImage | None = None


_IRISES = skin.linear(
    [(60, 36, 20), (84, 52, 28), (110, 80, 44), (92, 104, 62), (96, 124, 140), (120, 146, 164), (40, 26, 18)]
)


def sample_palette(
    rng: np.random.Generator, look: Complexion, gaze: tuple[float, float], texture: FloatImage | None = None
) -> Palette:
    """Draws the colours that go with a complexion; without a texture of the skin that is painted, too."""
    pale = float(look.tone[0]) > 0.45
    iris = _IRISES[
        rng.choice(7, p=[0.2, 0.2, 0.15, 0.13, 0.14, 0.10, 0.08] if pale else [0.35, 0.12, 0.03, 0, 0, 0, 0.5])
    ]
    cloth, cloth_print, thing = (np.exp(rng.normal(-1.7, 1.0)) * np.exp(rng.normal(0, 0.35, 3)) for _ in range(3))
    return Palette(
        look,
        skin.paint_skin(rng, look) if texture is None else texture,
        iris * np.exp(rng.normal(0, 0.2)),
        rng.uniform(0.32, 0.6),
        np.minimum(cloth, 0.9),
        np.minimum(cloth_print, 0.9),
        (int(rng.choice(4, p=[0.5, 0.15, 0.15, 0.2])), float(rng.uniform(6, 40))),
        np.minimum(thing, 0.9),
        float(rng.uniform(0.45, 0.85)),
        gaze,
    )


def colour(palette: Palette, material: int, uv: FloatImage) -> tuple[FloatImage, float, float]:
    """Returns the (n, 3) colour of a material at (n, 2) places, its shine and its softness."""
    look = palette.look
    n = len(uv)
    tone = look.tone.astype(np.float32)
    if material == Material.SKIN:
        x, y = (uv[:, 0] - np.float32(skin.LEFT)) * skin.SCALE, (uv[:, 1] - np.float32(skin.TOP)) * skin.SCALE
        return sample(palette.texture, x, y), look.shine, 1.0
    if material == Material.EYE:
        if palette.eyes is not None:
            return sample(palette.eyes, uv[:, 0], uv[:, 1]), 0.08, 0.6
        return _eye(palette, uv), 0.25, 0.6
    if material == Material.TEETH:
        gaps = 1 - 0.45 * np.exp(-((np.mod(uv[:, 0] * 9 + 0.5, 1) - 0.5) ** 2) / 0.004)
        side = 1 - 1.5 * (uv[:, 0] - 0.5) ** 2
        return (
            (np.array([1.0, 0.94, 0.84], np.float32) * (palette.teeth * gaps * side)[:, None]).astype(np.float32),
            0.3,
            0.7,
        )
    if material == Material.CAVITY:
        return np.tile(np.array([0.05, 0.012, 0.012], np.float32), (n, 1)), 0.0, 0.0
    if material == Material.TONGUE:
        return np.tile(np.array([0.38, 0.10, 0.10], np.float32), (n, 1)), 0.2, 0.8
    if material == Material.EAR:
        concha = np.exp(-((uv[:, 0] / 0.42) ** 2)) * 0.7 + 0.3 * np.exp(-(((uv[:, 0] - 0.70) / 0.07) ** 2))
        return (
            (tone * np.array([1.0, 0.88, 0.88], np.float32) * np.exp(-0.9 * concha)[:, None]).astype(np.float32),
            0.1,
            1.0,
        )
    if material in (Material.NECK, Material.HAND):
        blotch = sample(noise(14.0), uv[:, 0] * 130, uv[:, 1] * 130, wrap=True)
        shadow = np.exp(-1.0 * np.clip((1.12 - uv[:, 1]) / 0.3, 0, 1)) if material == Material.NECK else 1.0
        return ((tone * np.exp(0.05 * blotch)[:, None]) * np.reshape(shadow, (-1, 1))).astype(np.float32), 0.08, 1.0
    if material == Material.CLOTH:
        return _cloth(palette, uv), 0.02, 0.2
    if material == Material.FABRIC:
        weave = sample(noise(0.9), uv[:, 0] * 300, uv[:, 1] * 300, wrap=True) * 0.12
        weave += sample(noise(14.0, 2.5), uv[:, 0] * 200, uv[:, 1] * 200, wrap=True) * 0.10
        return (palette.thing.astype(np.float32) * np.exp(weave)[:, None]).astype(np.float32), 0.02, 0.3
    if material == Material.DARK_LENS:
        return (
            np.tile(np.array([0.012, 0.012, 0.014], np.float32), (n, 1)) + 0.03 * np.clip(1 - uv[:, 1:2] * 1.3, 0, 1),
            0.7,
            0.0,
        )
    return np.tile(palette.thing.astype(np.float32), (n, 1)), 0.25, 0.0


def _eye(palette: Palette, uv: FloatImage) -> FloatImage:
    x, y = uv[:, 0] - np.float32(palette.gaze[0]), uv[:, 1] - np.float32(palette.gaze[1])
    r = np.hypot(x, y) / _IRIS_RADIUS
    white = np.array([0.74, 0.70, 0.68], np.float32) * np.exp(
        -((np.abs(uv[:, :1]) / 0.11) ** 3) * np.array([0.2, 0.7, 0.7], np.float32)
    )
    angle = np.arctan2(y, x)
    rays = sample(noise(2.0), angle * 81.5, r * 10, wrap=True)
    iris = palette.iris.astype(np.float32) * np.exp(0.22 * rays + 0.5 * (0.7 - r))[:, None]
    limbus = np.clip((r - 0.78) / 0.22, 0, 1)[:, None]
    iris = iris * (1 - 0.65 * limbus)
    colours = white + np.clip((1.06 - r) / 0.12, 0, 1)[:, None] * (iris - white)
    colours *= 1 - np.clip((palette.pupil - r) / 0.10 + 0.5, 0, 1)[:, None] * 0.97
    # The upper lid and its lashes shade the eye.
    colours *= (1 - 0.55 * np.clip((-uv[:, 1:2] - 0.008) / 0.03, 0, 1)) * (
        1 - 0.3 * np.clip((np.abs(uv[:, :1]) - 0.07) / 0.04, 0, 1)
    )
    glint = np.exp(-(((x + 0.012) ** 2 + (y + 0.014) ** 2) / 0.0075**2))[:, None] * 0.9
    return np.asarray(colours + glint, dtype=np.float32)


def _cloth(palette: Palette, uv: FloatImage) -> FloatImage:
    kind, scale = palette.weave
    x, y = uv[:, 0] * scale, uv[:, 1] * scale
    if kind == 1:
        mix = (np.mod(x, 1) < 0.4).astype(np.float32)
    elif kind == 2:
        mix = ((np.mod(x, 1) < 0.5) * 0.5 + (np.mod(y, 1) < 0.5) * 0.5).astype(np.float32)
    elif kind == 3:
        mix = np.clip(sample(noise(6.0), uv[:, 0] * 200, uv[:, 1] * 200, wrap=True), 0, 1)
    else:
        mix = np.zeros(len(uv), np.float32)
    folds = sample(noise(20.0), uv[:, 0] * 120, uv[:, 1] * 90, wrap=True)
    a, b = palette.cloth.astype(np.float32), palette.cloth_print.astype(np.float32)
    return np.asarray((a + (b - a) * mix[:, None]) * np.exp(0.22 * folds)[:, None], dtype=np.float32)
