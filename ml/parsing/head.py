"""Where hair, skin and background may be expected around a face whose points are known.

All of it lives on a standard canvas: the photo turned, scaled and shifted by the similarity that fits the points to
the mean face. Lengths are in units of the mean face's side (about brow to chin), UNIT pixels of the canvas.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.geometry import Matrix, estimate_similarity, transform_points
from ml.schema import MEAN_FACE, PARTS

SIDE = 320
"""Width and height of the canvas in pixels: about 2.9 faces, room for hair above and below."""

UNIT = 112
_ORIGIN = (0.93, 1.1)

# The forehead ends this far above the brows: the middle of 104 hand-placed hairlines, whose spread is 0.035.
_FOREHEAD = 0.38
_SKULL = 0.62

Mask = NDArray[np.bool_]
LogPrior = NDArray[np.float32]


@dataclass(frozen=True)
class Head:
    """Masks and log-priors on the canvas, each (SIDE, SIDE).

    Attributes:
        transform: (2, 3), from the photo's pixels to the canvas's.
        sure_skin: Well inside the face, below the brows' upper edge.
        features: Brows, eyes and lips with a little margin: skin or a part of it, but of another colour.
        depth: Signed distance from the edge of face and forehead, in units; negative inside.
        upper: Above the line between the temples.
        low: Below the ear lobes.
        ears: The band beside the face, from the brows to the lobes, where ears are, or the hair over them.
        body: Neck and chest, below the chin.
        beneath: Outside the jaw and below the lobes, where skin is the neck's and does not count.
        far: Distance from the skull's centre as a multiple of the skull's radius in that direction.
        skin, hair, background, body_prior: Log-priors of the four things.
    """

    transform: Matrix
    sure_skin: Mask
    features: Mask
    depth: LogPrior
    upper: Mask
    low: Mask
    ears: Mask
    body: Mask
    beneath: Mask
    far: LogPrior
    skin: LogPrior
    hair: LogPrior
    background: LogPrior
    body_prior: LogPrior


def place_head(points: NDArray[np.floating]) -> Head:
    """Lays out the head of a face.

    Args:
        points: (106, 2), pixels of the photo.

    Raises:
        ValueError: The points are all at one place.
    """
    transform = estimate_similarity(points, np.asarray(MEAN_FACE, dtype=np.float64) * UNIT + np.multiply(_ORIGIN, UNIT))
    p = transform_points(transform, points).astype(np.float64)
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    contour, inner = p[:33], p[33:104]
    temples = (p[0] + p[32]) / 2
    brow_top, chin, lobe = p[33:51, 1].min(), p[16, 1], p[[6, 7, 25, 26], 1].mean()
    # In profile the nose stands out beyond the contour: what the inner points span is face as well.
    lower_face = _filled(contour) | _filled(_hull(inner))
    browed = _filled(np.concatenate([contour, p[[46, 45, 44, 43, 42, 37, 36, 35, 34, 33]]])) | lower_face
    face = lower_face | _filled(np.concatenate([contour, _forehead(p[0], p[32], brow_top)]))
    features = np.zeros((SIDE, SIDE), dtype=bool)
    for name in ("left_brow", "right_brow", "left_eye", "right_eye", "outer_lip"):
        features |= _filled(_hull(p[list(PARTS[name].indices)]))
    depth = _signed_distance(face)
    upper, low = y < temples[1], y > lobe
    height = np.where(upper, max(temples[1] - brow_top + _SKULL * UNIT, 0.2 * UNIT), 1.3 * UNIT)
    far = np.hypot((x - temples[0]) / (_SKULL * UNIT), (y - temples[1]) / height).astype(np.float32)
    ears = (depth > 0) & (depth < 0.22) & (y > brow_top + 0.1 * UNIT) & ~low
    aside = np.abs(x - temples[0]) / UNIT

    # A fringe may hang into the forehead, never below the brows' upper edge as far as is known here.
    skin = np.clip(-depth / 0.05, -5, np.where(y < brow_top, 1.5, 4))
    skin[ears] = -1
    hair = np.where(depth < 0, np.maximum(depth / 0.05, np.where(y < brow_top, -2, -4)), 0)
    hair = hair - np.clip((far - 1) * 5, 0, 5) - ears - low
    background = np.where(depth < 0, -5, 0) - np.where(
        upper, np.clip((1 - far) * 12, 0, 5), np.clip(2 - 2 * far, 0, 0.5)
    )
    # Beside the neck and above the shoulders there is hair or background, no body.
    body_prior = np.where(y < chin + 0.3 * UNIT, -np.clip((aside - 0.42) * 20, 0, 4), 0)
    return Head(
        transform=transform,
        sure_skin=eroded(browed, 0.08),
        features=dilated(features, 0.03),
        depth=depth,
        upper=upper,
        low=low,
        ears=ears,
        body=(aside < 0.45) & (y > chin + 0.12 * UNIT),
        beneath=~lower_face & low,
        far=far,
        skin=skin.astype(np.float32),
        hair=hair.astype(np.float32),
        background=background.astype(np.float32),
        body_prior=body_prior.astype(np.float32),
    )


def eroded(mask: Mask, units: float) -> Mask:
    """The mask without a margin of that width."""
    return cv2.erode(mask.astype(np.uint8), _disc(units)).astype(bool)


def dilated(mask: Mask, units: float) -> Mask:
    """The mask with a margin of that width."""
    return cv2.dilate(mask.astype(np.uint8), _disc(units)).astype(bool)


def connected_to(mask: Mask, seeds: Mask) -> Mask:
    """The connected regions of the mask that a seed lies in."""
    _, regions = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)
    return np.isin(regions, np.unique(regions[seeds & mask])) & mask


def _forehead(left: NDArray[np.float64], right: NDArray[np.float64], brow_top: float) -> NDArray[np.float64]:
    """The hairline expected between the temples, from the image-right one to the left: half a squarish ellipse."""
    middle, half = (left + right) / 2, (right - left) / 2
    height = max(middle[1] - brow_top + _FOREHEAD * UNIT, 0.2 * UNIT)
    angle = np.linspace(0, np.pi, 25)[:, None]
    along = np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** (2 / 3)
    return middle + along * half + np.sin(angle) ** (2 / 3) * [0, -height]


def _disc(units: float) -> NDArray[np.uint8]:
    radius = round(units * UNIT)
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1)), dtype=np.uint8)


def _hull(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(cv2.convexHull(points.astype(np.float32)), dtype=np.float64)[:, 0]


def _filled(polygon: NDArray[np.float64]) -> Mask:
    canvas = np.zeros((SIDE, SIDE), dtype=np.uint8)
    cv2.fillPoly(canvas, [np.round(np.clip(polygon, -4 * SIDE, 4 * SIDE)).astype(np.int32)], 1)
    return canvas.astype(bool)


def _signed_distance(mask: Mask) -> LogPrior:
    outer = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5)
    inner = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5)
    return np.asarray((outer - inner) / UNIT, dtype=np.float32)
