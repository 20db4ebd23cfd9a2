"""What is behind the head: walls, gradients, blurred clutter, outdoor light, a crowd far away."""

import cv2
import numpy as np

from ml.synthetic.texture import FloatImage, noise, window

_SIDE = 192


def make_background(rng: np.random.Generator, size: int, plain: bool) -> FloatImage:
    """Returns (size, size, 3) linear light; what is drawn does not depend on size.

    Args:
        rng: consumed.
        size: side of the picture.
        plain: a wall, nothing that could be taken for a face.
    """
    y, x = np.mgrid[0 : 1 : _SIDE * 1j, 0 : 1 : _SIDE * 1j].astype(np.float32)
    base, other = (np.exp(rng.normal(-1.6, 0.8)) * np.exp(rng.normal(0, 0.25, 3)) for _ in range(2))
    angle = rng.uniform(0, 2 * np.pi)
    ramp = np.clip(0.5 + (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle), 0, 1)[..., None]
    picture = (base * (1 - ramp) + other * ramp).astype(np.float32)
    picture *= np.exp(np.float32(rng.uniform(0, 0.15)) * window(rng, noise(20.0), _SIDE, _SIDE))[..., None]
    kind = "wall" if plain or rng.random() < 0.25 else str(rng.choice(["room", "outdoor", "lights", "noise"]))
    if kind == "room":
        _shapes(rng, picture, int(rng.integers(6, 28)))
    elif kind == "outdoor":
        _outdoor(rng, picture)
    elif kind == "lights":
        picture *= np.float32(0.3)
        for _ in range(int(rng.integers(8, 40))):
            center = tuple(int(v) for v in rng.integers(0, _SIDE, 2))
            cv2.circle(
                picture,
                center,
                int(rng.integers(2, 11)),
                (np.exp(rng.normal(-0.4, 0.6)) * rng.uniform(0.2, 1, 3)).tolist(),
                -1,
            )
    elif kind == "noise":
        for sigma in (2.0, 6.0, 14.0):
            grain = window(rng, noise(sigma), _SIDE, _SIDE)
            picture *= np.exp(
                np.float32(rng.uniform(0.05, 0.4)) * grain[..., None] * rng.uniform(0.3, 1, 3).astype(np.float32)
            )
    if not plain and rng.random() < 0.18:
        _bystanders(rng, picture)
    if kind != "wall":
        picture = cv2.GaussianBlur(picture, (0, 0), float(np.exp(rng.uniform(np.log(0.4), np.log(7.0)))))
    return np.asarray(
        cv2.resize(np.clip(picture, 0, 1.6), (size, size), interpolation=cv2.INTER_CUBIC), dtype=np.float32
    )


def _shapes(rng: np.random.Generator, picture: FloatImage, count: int) -> None:
    for _ in range(count):
        colour = (np.exp(rng.normal(-1.7, 0.9)) * np.exp(rng.normal(0, 0.35, 3))).tolist()
        center = rng.uniform(0, _SIDE, 2)
        if rng.random() < 0.6:
            box = (
                center.tolist(),
                (rng.uniform(4, 90, 2) * (1, rng.uniform(0.3, 2))).tolist(),
                float(rng.choice([0, 0, 90]) + rng.normal(0, 4)),
            )
            cv2.fillPoly(picture, [np.rint(cv2.boxPoints(box)).astype(np.int32)], colour)
        else:
            a = rng.uniform(-0.3, 1.3, (2, 2)) * _SIDE
            start, end = ([int(v) for v in place] for place in a)
            cv2.line(picture, start, end, colour, int(rng.integers(1, 8)))


def _outdoor(rng: np.random.Generator, picture: FloatImage) -> None:
    horizon = int(rng.uniform(0.2, 0.9) * _SIDE)
    sky = np.exp(rng.normal(-0.4, 0.4)) * np.array([0.55, 0.75, 1.0]) ** rng.uniform(0, 1.5)
    ground = np.exp(rng.normal(-2.0, 0.6)) * rng.choice([[0.5, 0.9, 0.3], [0.8, 0.75, 0.65], [1.0, 0.8, 0.5]])
    picture[:horizon] = sky
    picture[horizon:] = ground
    for sigma, strength in ((3.0, 0.3), (9.0, 0.5)):
        leaves = window(rng, noise(sigma), _SIDE, _SIDE)[..., None]
        picture *= np.exp(
            np.float32(strength) * leaves * (np.arange(_SIDE) > horizon * rng.uniform(0.2, 1))[:, None, None]
        )


def _bystanders(rng: np.random.Generator, picture: FloatImage) -> None:
    """Other people, small and far away: a head, hair, shoulders."""
    for _ in range(int(rng.integers(1, 5))):
        x, y, r = rng.uniform(0, _SIDE), rng.uniform(0.1, 0.9) * _SIDE, rng.uniform(6, 22)
        skin = np.exp(rng.normal(-1.3, 0.5)) * np.array([1.0, 0.68, 0.52])
        cloth = np.exp(rng.normal(-1.8, 0.8)) * rng.uniform(0.4, 1, 3)
        hair = np.exp(rng.normal(-3.0, 0.6)) * np.array([1.0, 0.8, 0.6])
        for (dx, dy), (a, b), colour in (
            ((0, 2.6), (2.0, 1.6), cloth), ((0, 1.2), (0.45, 0.6), skin * 0.7), ((0, -0.25), (1.0, 1.15), hair),
            ((0, 0.1), (0.8, 1.0), skin), ((-0.3, 0), (0.14, 0.07), hair), ((0.3, 0), (0.14, 0.07), hair),
            ((0, 0.55), (0.25, 0.08), skin * 0.5),
        ):  # fmt: skip
            cv2.ellipse(
                picture,
                (int(x + dx * r), int(y + dy * r)),
                (max(int(a * r), 1), max(int(b * r), 1)),
                0,
                0,
                360,
                colour.tolist(),
                -1,
                cv2.LINE_AA,
            )
