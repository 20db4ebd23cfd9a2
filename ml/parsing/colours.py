"""Colour models: how likely is a colour, given pixels of the same thing."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

# Log-density of a colour of which nothing is known: uniform over the part of 8-bit Lab that photos fill.
UNKNOWN = -float(np.log(256 * 180 * 180 / 2))

_SAMPLES = 2000
# Added to every variance (8-bit Lab units squared): a studio backdrop is smoother than any model should believe.
_NOISE = 25.0
# How far below an unknown colour a model may go; beyond this it would only repeat that it does not know.
_FLOOR = UNKNOWN - 2.0


MIN_SAMPLES = 150
"""The fewest pixels of a canvas from which a colour may be learnt."""


@dataclass
class HeadColours:
    """Log-likelihoods, (SIDE, SIDE) float32 each, of every pixel of a canvas, were it one of these."""

    skin: NDArray[np.float32]
    hair: NDArray[np.float32]
    background: NDArray[np.float32]
    body: NDArray[np.float32]


def flat(shape: tuple[int, ...], level: float = UNKNOWN) -> NDArray[np.float32]:
    """The log-likelihoods of a thing whose colour is not known."""
    return np.full(shape, level, dtype=np.float32)


def log_likelihood(lab: NDArray[np.uint8], samples: NDArray[np.bool_], components: int) -> NDArray[np.float32]:
    """Log-density of every pixel under a mixture of Gaussians fitted to some of them.

    Deterministic: the clusters start from equal shares of the samples in order of lightness.

    Args:
        lab: (height, width, 3) 8-bit Lab.
        samples: (height, width), the pixels to learn from; at least eight.
        components: How many Gaussians at most; fewer where there are few samples.

    Returns:
        float32 (height, width), never much below UNKNOWN.
    """
    colours = lab[samples].astype(np.float32)
    if len(colours) > _SAMPLES:
        colours = colours[np.linspace(0, len(colours) - 1, _SAMPLES).astype(np.intp)]
    count = int(np.clip(len(colours) // 20, 1, components))
    shares = np.empty((len(colours), 1), dtype=np.int32)
    shares[np.argsort(colours[:, 0], kind="stable"), 0] = np.arange(len(colours)) * count // len(colours)
    criteria = (cv2.TERM_CRITERIA_COUNT + cv2.TERM_CRITERIA_EPS, 10, 1.0)
    _, labels, _ = cv2.kmeans(colours, count, shares, criteria, 1, cv2.KMEANS_USE_INITIAL_LABELS)
    cluster = np.asarray(labels)[:, 0]
    pixels = lab.reshape(-1, 3).astype(np.float32)
    total = np.full(len(pixels), _FLOOR, dtype=np.float32)
    for component in range(count):
        members = colours[cluster == component]
        if len(members) < 8:
            continue
        covariance = np.cov(members.T) + np.eye(3) * _NOISE
        weight = np.log(len(members) / len(colours)) - 0.5 * np.log(np.linalg.det(2 * np.pi * covariance))
        offset = pixels - members.mean(axis=0)
        square = ((offset @ np.linalg.inv(covariance).astype(np.float32)) * offset).sum(axis=1)
        total = np.logaddexp(total, (weight - square / 2).astype(np.float32))
    return total.reshape(lab.shape[:2])
