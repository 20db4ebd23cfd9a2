"""Where a shape model comes from: what is known of faces before any label, and then the labels."""

from functools import cache

import numpy as np
import numpy.typing as npt

from ml.schema import MEAN_FACE, N_POINTS, PARTS
from ml.shape.model import N_COORDINATES, Array, ShapeModel, frame_of

# Before there are labels, errors of points are taken to be alike over so much of the width of the face, ...
REACH = 0.15
# ... less so across the parts of a face than within one, ...
ACROSS_PARTS = 0.5
# ... and so large, of which this share is each point's own. In mean-face units, where an eye is about 0.2 wide.
SPREAD = 0.02
OWN_SHARE = 0.3
# What was assumed beforehand counts like so many labels.
PRIOR_LABELS = 60
# A click is not more exact than this, in mean-face units: a fixed point says no more about others than it can.
LEAST_NOISE = 0.002


@cache
def default_shape_model() -> ShapeModel:
    """The model of a project that has no labels yet. It is worked out from the schema alone."""
    return _factored(_prior_covariance(), 24)


def fit(proposals: npt.ArrayLike, truths: npt.ArrayLike, known: npt.ArrayLike, components: int = 24) -> ShapeModel:
    """Learns how proposals err; few labels are blended with what is assumed without any.

    Args:
        proposals: (N, 106, 2) image pixels of each photo.
        truths: (N, 106, 2) likewise.
        known: (N, 106) bool, whether the truth of a point is known.
        components: k, the columns of the basis.
    """
    proposals, truths = np.asarray(proposals, np.float64), np.asarray(truths, np.float64)
    mask = np.repeat(np.asarray(known, bool), 2, axis=1).astype(np.float64)
    prior = _prior_covariance()
    if mask.sum() == 0:
        return _factored(prior, components)
    errors = np.stack([_in_frame(*pair) for pair in zip(proposals, truths, strict=True)]) * mask
    # Sums over the photos in which both coordinates are known, so that an unknown one is no evidence of anything.
    products, counts = errors.T @ errors, mask.T @ mask
    measured = (errors**2).sum() / mask.sum()
    scale = max(measured, LEAST_NOISE**2) / (np.trace(prior) / N_COORDINATES)
    blended = (products + PRIOR_LABELS * scale * prior) / (counts + PRIOR_LABELS)
    return _factored(blended, components)


def _in_frame(proposal: Array, truth: Array) -> Array:
    """The error of a proposal in the frame of the mean face, (212,)."""
    error: Array = np.linalg.solve(frame_of(proposal), (truth - proposal).T).T.astype(np.float64)
    return error.ravel()


def _prior_covariance() -> Array:
    """(212, 212): near points of one part err alike, in x and in y by themselves."""
    mean = np.asarray(MEAN_FACE, np.float64)
    distance = np.linalg.norm(mean[:, None] - mean[None], axis=2)
    region = np.empty(N_POINTS, int)
    regions: list[str] = []
    for part in PARTS.values():
        name = _region(part.name)
        if name not in regions:
            regions.append(name)
        region[list(part.indices)] = regions.index(name)
    alike = np.where(region[:, None] == region[None], 1.0, ACROSS_PARTS)
    shared = (1 - OWN_SHARE) * alike * np.exp(-((distance / REACH) ** 2) / 2)
    covariance = SPREAD**2 * (shared + OWN_SHARE * np.eye(N_POINTS))
    return np.kron(covariance, np.eye(2))


def _region(part: str) -> str:
    """A part with what moves with it: an eye with its pupil, both lips as a mouth, the whole nose."""
    for word in ("left_eye", "left_pupil", "right_eye", "right_pupil", "nose", "lip"):
        if word in part:
            return word.replace("pupil", "eye")
    return part


def _factored(covariance: Array, components: int) -> ShapeModel:
    """The nearest B·Bᵀ + diag(s²) with `components` columns: principal axes, and the rest as noise."""
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    leading = slice(-1, -1 - components, -1)
    basis = vectors[:, leading] * np.sqrt(np.maximum(values[leading], 0))
    rest = np.diag(covariance) - (basis**2).sum(axis=1)
    noise = np.sqrt(np.maximum(rest, LEAST_NOISE**2))
    return ShapeModel(basis.astype(np.float32), noise.astype(np.float32))
