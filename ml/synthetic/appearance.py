"""The colours and the light of a rendered face, drawn over the human range. Colours are sRGB, 0 to 255."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.synthetic.hair import HairStyle

Colour = npt.NDArray[np.float64]

_SKINS = np.array(
    [(246, 214, 194), (236, 196, 170), (224, 178, 146), (205, 154, 118), (176, 124, 88), (141, 94, 64), (100, 66, 47)],
    dtype=np.float64,
)
_HAIRS = {
    "black": (24, 20, 20),
    "dark brown": (52, 36, 27),
    "brown": (88, 60, 40),
    "light brown": (128, 92, 60),
    "blond": (188, 150, 98),
    "red": (138, 66, 34),
    "grey": (134, 130, 126),
    "white": (206, 202, 196),
}
_STYLE_FREQUENCIES: dict[HairStyle, float] = {
    "bald": 1.0,
    "cropped": 1.6,
    "receding": 0.7,
    "side": 1.8,
    "fringe": 1.2,
    "curly": 1.2,
    "tied": 1.2,
    "bob": 1.2,
    "long": 2.0,
    "long_fringe": 1.1,
}
_IRISES = ((74, 46, 28), (98, 66, 38), (118, 104, 60), (88, 116, 128), (104, 142, 170), (96, 124, 88))


@dataclass(frozen=True)
class Appearance:
    """How a face looks, apart from its form.

    Attributes:
        skin, hair, brow, iris, lip, cloth: base colours.
        style: of the hair.
        stubble: 0 clean to 1 dark.
        blush: strength of the red on cheeks, nose and ears.
        light: direction to the light in image axes, of length 1: right, down, towards the viewer.
        ambient: share of the light that comes from everywhere.
        exposure: factor on everything.
        tint: factor on each channel.
    """

    skin: Colour
    hair: Colour
    brow: Colour
    iris: Colour
    lip: Colour
    cloth: Colour
    style: HairStyle
    stubble: float
    blush: float
    light: npt.NDArray[np.float64]
    ambient: float
    exposure: float
    tint: Colour


def mix(a: npt.ArrayLike, b: npt.ArrayLike, share: float) -> Colour:
    """Returns the colour that is share of b and the rest of a."""
    return (1 - share) * np.asarray(a, dtype=np.float64) + share * np.asarray(b, dtype=np.float64)


def sample_appearance(rng: np.random.Generator) -> Appearance:
    """Draws an appearance: darker skins come with darker hair and irises, as they mostly do."""
    tone = rng.uniform(0, len(_SKINS) - 1)
    low = min(int(tone), len(_SKINS) - 2)
    skin = mix(_SKINS[low], _SKINS[low + 1], tone - low) + rng.normal(0, 2, 3)
    weights = np.array([3, 3, 2.5, 1.5, 1.5, 0.7, 1, 0.6]) * np.where(
        np.arange(len(_HAIRS)) < 2, 1.0, np.exp(-0.55 * max(tone - 1, 0))
    )
    hair = np.array(list(_HAIRS.values())[rng.choice(len(_HAIRS), p=weights / weights.sum())], dtype=np.float64)
    hair = hair * rng.uniform(0.85, 1.15)
    iris = _IRISES[rng.integers(len(_IRISES))] if tone < 2.5 else _IRISES[rng.integers(2)]
    rosy = mix(skin * (0.82, 0.62, 0.62), (176, 62, 70), float(rng.uniform(0.0, 0.45)))
    frequencies = np.array(list(_STYLE_FREQUENCIES.values()))
    style = list(_STYLE_FREQUENCIES)[rng.choice(len(frequencies), p=frequencies / frequencies.sum())]
    short = style in ("bald", "cropped", "receding", "side")
    hue = rng.uniform(0, 1, 3)
    cloth = mix(np.full(3, hue.mean() * 200 + 20), hue * 210 + 15, float(rng.uniform(0.2, 0.9)))
    light = np.array([rng.normal(0, 0.35), rng.uniform(-0.75, -0.2), 1.0])
    return Appearance(
        skin=skin,
        hair=hair,
        brow=np.minimum(mix(hair, skin, 0.12) * 0.72, skin * 0.62),
        iris=np.array(iris, dtype=np.float64),
        lip=rosy,
        cloth=cloth,
        style=style,
        stubble=float(rng.uniform(0.15, 0.8)) if short and rng.random() < 0.5 else 0.0,
        blush=float(rng.uniform(0.3, 1.0)),
        light=light / np.linalg.norm(light),
        ambient=float(rng.uniform(0.5, 0.68)),
        exposure=float(rng.uniform(0.86, 1.08)),
        tint=1 + rng.normal(0, 0.02, 3),
    )
