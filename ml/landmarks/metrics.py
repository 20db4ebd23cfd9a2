"""How far off the points are: NME by rectangle and by the eyes, AUC@0.08, failure rate. All fractions, not percent."""

from collections.abc import Sequence
from typing import Final, TypedDict

import numpy as np
import numpy.typing as npt

from ml.schema import LEFT_EYE_OUTER, PARTS, RIGHT_EYE_OUTER

FAILURE_NME: Final = 0.08

Points = npt.NDArray[np.float32]
Known = npt.NDArray[np.bool_]


class Metrics(TypedDict):
    """Of a set of photos, as plain floats for JSON.

    Keys:
        nme_rect: mean NME, normalised by sqrt(w · h) of the true points' rectangle.
        nme_interocular: mean NME, normalised by the distance of the outer eye corners, points 66 and 79, over the
            photos in which both are known; None where there is no such photo.
        auc_008: area under the cumulative curve of nme_rect up to 0.08, 1 at best.
        fr_008: share of the photos with nme_rect at or over 0.08.
        photos: how many.
        per_part: nme_rect of each part's points, over the photos in which one of them is known.
    """

    nme_rect: float
    nme_interocular: float | None
    auc_008: float
    fr_008: float
    photos: int
    per_part: dict[str, float]


def rectangle_size(true: Points, known: Known) -> float:
    """sqrt(w · h), in pixels, of the rectangle around the known points.

    Raises:
        ValueError: fewer than two points are known, or they lie on one horizontal or vertical line.
    """
    width, height = np.ptp(true[known], axis=0) if known.any() else (0.0, 0.0)
    if width <= 0 or height <= 0:
        raise ValueError("the known points span no rectangle, so no error can be normalised by it")
    return float(np.sqrt(float(width) * float(height)))


def point_errors(predicted: Points, true: Points, known: Known) -> npt.NDArray[np.float64]:
    """Distance of each point over sqrt(w · h) of the true rectangle: (106,), NaN where the truth is unknown."""
    distance = np.linalg.norm(predicted.astype(np.float64) - true, axis=1)
    return np.where(known, distance / rectangle_size(true, known), np.nan)


def nme_rect(predicted: Points, true: Points, known: Known) -> float:
    """Mean error of one face's known points over sqrt(w · h) of their true rectangle."""
    return float(np.nanmean(point_errors(predicted, true, known)))


def nme_interocular(predicted: Points, true: Points, known: Known) -> float | None:
    """Mean error of one face's known points over the distance of its true outer eye corners; None if one is unknown."""
    if not (known[LEFT_EYE_OUTER] and known[RIGHT_EYE_OUTER]):
        return None
    between = float(np.linalg.norm(true[LEFT_EYE_OUTER].astype(np.float64) - true[RIGHT_EYE_OUTER]))
    if between == 0:
        return None
    return float(np.linalg.norm(predicted.astype(np.float64) - true, axis=1)[known].mean() / between)


def summarise(predicted: Sequence[Points], true: Sequence[Points], known: Sequence[Known] | None = None) -> Metrics:
    """Scores a set of photos.

    Args:
        predicted: one (106, 2) array a photo.
        true: likewise.
        known: (106,) masks of the true points that count; all of them when None.

    Raises:
        ValueError: there are no photos, the lengths differ, or a photo's known points span no rectangle.
    """
    if not true:
        raise ValueError("no photos to score")
    masks = known if known is not None else [np.ones(len(points), dtype=bool) for points in true]
    faces = list(zip(predicted, true, masks, strict=True))
    errors = np.stack([point_errors(*face) for face in faces])
    per_photo = np.nanmean(errors, axis=1)
    by_eyes = [nme for face in faces if (nme := nme_interocular(*face)) is not None]
    per_part = {}
    for name, part in PARTS.items():
        of_part = errors[:, part.indices]
        of_part = of_part[~np.isnan(of_part).all(axis=1)]
        if len(of_part):
            per_part[name] = float(np.nanmean(of_part, axis=1).mean())
    return Metrics(
        nme_rect=float(per_photo.mean()),
        nme_interocular=float(np.mean(by_eyes)) if by_eyes else None,
        # Photo by photo, or a sum of rounding errors takes the area of a hopeless model below zero.
        auc_008=float((1 - np.minimum(per_photo, FAILURE_NME) / FAILURE_NME).mean()),
        fr_008=float((per_photo >= FAILURE_NME).mean()),
        photos=len(faces),
        per_part=per_part,
    )
