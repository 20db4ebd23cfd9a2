"""What faces look like as 106 points, and the likeliest face given points that a network is more or less sure of.

A network places each point by what it sees there; where it sees little (under hair, in the dark, along a smooth chin) its
points scatter. They scatter less around a face: seen points of a face are a draw from the Gaussian of all faces' shapes,
plus an error of each point, the larger the flatter its heatmap. The mean of the shape given the points is what is
proposed. This is the Bayesian tangent shape model of Zhou, Gu and Zhang (CVPR 2003), with an error of its own for each point,
and the conditional mean of factor analysis (Bishop, Pattern Recognition and Machine Learning, 12.2.4).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import torch

from ml.geometry import Points, estimate_similarity, invert_transform, mirror_points, transform_points
from ml.model_file import CheckpointError, pack, unpack
from ml.schema import MEAN_FACE, N_POINTS, SCHEMA_VERSION

KIND: Final = "face shapes"
N_COORDINATES: Final = 2 * N_POINTS
COMPONENTS: Final = 80

# The error of a point in x and in y, as a share of the face (the square root of its rectangle), by its confidence: measured on
# rendered faces that the network had not seen, `python -m benchmarks.point_errors`. Real faces of the studio follow it, too.
_ERROR_AT_ONE: Final = 0.007
_ERROR_DECAY: Final = 3.6

_LEAST_VARIANCE: Final = 1e-8
_TAUGHT: Final = 0.3
"""Below this confidence points count less in where the face lies: hardly one of a network that was taught them falls so low,
and points that it was never taught, such as 38 of a model of the 68, all do."""
_LEAST_WEIGHT: Final = 1e-6

Array = npt.NDArray[np.float64]


def expected_error(confidence: npt.ArrayLike) -> Array:
    """The standard deviation of a point's error in x and in y, as a share of the face; the shape of the confidence."""
    error: Array = _ERROR_AT_ONE * np.exp(_ERROR_DECAY * (1 - np.asarray(confidence, np.float64)))
    return error


@dataclass(frozen=True)
class FaceShapes:
    """The Gaussian of shapes, in the frame of the mean face, which fills the unit square: x0, y0, x1, y1, …

    Attributes:
        mean: (212,).
        basis: B, (212, k): the covariance is B·Bᵀ + diag(rest).
        rest: (212,) variances, above 0.
    """

    mean: Array
    basis: Array
    rest: Array

    def __post_init__(self) -> None:
        wide = self.basis.ndim == 2 and len(self.basis) == N_COORDINATES
        if not wide or self.mean.shape != (N_COORDINATES,) or self.rest.shape != (N_COORDINATES,):
            raise ValueError(
                f"no face shapes: mean {self.mean.shape}, basis {self.basis.shape}, rest {self.rest.shape}"
            )
        if not (np.isfinite(self.mean).all() and np.isfinite(self.basis).all() and (self.rest > 0).all()):
            raise ValueError("no face shapes: numbers that are not finite, or a variance that is not above 0")

    @classmethod
    def learn(cls, faces: Iterable[npt.ArrayLike], components: int = COMPONENTS) -> "FaceShapes":
        """Learns from faces, each also seen in a mirror.

        Args:
            faces: (106, 2) points of each, all of them known, in pixels of any picture.
            components: k, the columns of the basis.

        Raises:
            ValueError: there are fewer than two faces, or one's points are all at one place.
        """
        shapes = np.array(
            [
                _in_frame(seen, np.ones(N_POINTS))[0]
                for face in faces
                for seen in (_points(face), mirror_points(face, 1))
            ]
        )
        if len(shapes) < 4:
            raise ValueError(f"shapes are learned from two faces or more, not from {len(shapes) // 2}")
        mean = shapes.mean(axis=0)
        covariance = np.cov(shapes, rowvar=False, bias=True)
        values, vectors = np.linalg.eigh(covariance)
        leading = slice(-1, -1 - components, -1)
        basis = vectors[:, leading] * np.sqrt(np.maximum(values[leading], 0))
        rest = np.maximum(np.diag(covariance) - (basis**2).sum(axis=1), _LEAST_VARIANCE)
        return cls(mean, basis, rest)

    def likeliest(self, points: npt.ArrayLike, confidence: npt.ArrayLike) -> Points:
        """The mean of the face's points, given where a network saw them.

        Points that it is sure of hardly move; doubtful ones go to where the others tell that they are.

        Args:
            points: (106, 2), pixels of any picture.
            confidence: (106,) in [0, 1].

        Returns:
            (106, 2) float32, pixels of the same picture. Points that are nothing like a face, all at one place to begin
            with, come back as they are.
        """
        seen = _points(points)
        try:
            shape, to_frame = _in_frame(seen, confidence)
        except np.linalg.LinAlgError:
            return seen.astype(np.float32)
        error = np.repeat(expected_error(confidence) ** 2, 2)
        off = shape - self.mean

        weighted = self.basis / (self.rest + error)[:, None]
        precision = np.eye(self.basis.shape[1]) + self.basis.T @ weighted
        common = self.basis @ np.linalg.solve(precision, weighted.T @ off)
        own = self.rest / (self.rest + error) * (off - common)
        likeliest = (self.mean + common + own).reshape(N_POINTS, 2)
        return transform_points(invert_transform(to_frame), likeliest)

    def log_density(self, points: npt.ArrayLike, confidence: npt.ArrayLike) -> float:
        """How much like a face's: the logarithm of the density of what a network saw, were it a face.

        A sure point must be where a face has it; a doubtful one may be anywhere near, and is worth as much less.

        Args:
            points: (106, 2), pixels of any picture.
            confidence: (106,) in [0, 1].

        Returns:
            The mean of a coordinate, in the frame of the mean face: 0 is as dense as anywhere in the face's square. Next
            to none, or minus infinity, for points all at one place.
        """
        try:
            # All points alike: in the frame of the sure ones the far half of a profile would be no face.
            shape, _ = _in_frame(_points(points), np.ones(N_POINTS))
        except np.linalg.LinAlgError:
            return -np.inf
        variance = self.rest + np.repeat(expected_error(confidence) ** 2, 2)
        off = shape - self.mean

        # The covariance's inverse and determinant by those of a k × k matrix (Woodbury).
        weighted = self.basis / variance[:, None]
        precision = np.eye(self.basis.shape[1]) + self.basis.T @ weighted
        pull = weighted.T @ off
        distance = off @ (off / variance) - pull @ np.linalg.solve(precision, pull)
        volume = np.log(variance).sum() + np.linalg.slogdet(precision).logabsdet
        return float(-0.5 * ((distance + volume) / N_COORDINATES + np.log(2 * np.pi)))

    def dump(self) -> bytes:
        """The bytes of a file of shapes; the same shapes give the same bytes."""
        parts = {"mean": self.mean, "basis": self.basis, "rest": self.rest}
        tensors = {name: torch.from_numpy(part.astype(np.float32)) for name, part in parts.items()}
        return pack(tensors, {"kind": KIND, "schema_version": SCHEMA_VERSION})

    @classmethod
    def load(cls, data: bytes) -> "FaceShapes":
        """Reads what `dump` wrote.

        Raises:
            CheckpointError: the bytes are damaged, of something else, or of other points.
        """
        tensors, header = unpack(data)
        if header != {"kind": KIND, "schema_version": SCHEMA_VERSION}:
            raise CheckpointError(f"no face shapes of schema {SCHEMA_VERSION!r}: {header}")
        try:
            mean, basis, rest = (tensors[name].numpy().astype(np.float64) for name in ("mean", "basis", "rest"))
            return cls(mean, basis, rest)
        except (KeyError, ValueError) as error:
            raise CheckpointError(f"damaged face shapes: {error}") from error


def _points(face: npt.ArrayLike) -> Array:
    points = np.asarray(face, np.float64)
    if points.shape != (N_POINTS, 2):
        raise ValueError(f"({N_POINTS}, 2) points are needed, not {points.shape}")
    return points


def _in_frame(points: npt.ArrayLike, confidence: npt.ArrayLike) -> tuple[Array, npt.NDArray[np.float64]]:
    """The points as (212,) in the frame of the mean face, and the transform that took them there.

    Points that a network was never taught, which it puts anywhere, hardly count.
    """
    weights = np.clip(np.asarray(confidence, np.float64) / _TAUGHT, _LEAST_WEIGHT, 1) ** 2
    # The mean face is laid on the points, not they on it: that would shrink points that are scattered.
    to_frame = invert_transform(estimate_similarity(MEAN_FACE, points, weights))
    return transform_points(to_frame, points).astype(np.float64).ravel(), to_frame
