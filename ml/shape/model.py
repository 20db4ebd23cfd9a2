"""The Gaussian of a proposal's errors, and its conditional mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.geometry import estimate_similarity
from ml.schema import MEAN_FACE, N_POINTS

VERSION = 1
N_COORDINATES = 2 * N_POINTS

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ShapeModel:
    """Errors in the frame of the mean face, x0, y0, x1, y1, …: Gaussian, mean 0, covariance B·Bᵀ + diag(s²).

    basis: B, (212, k) float32. noise: s, (212,) float32, above 0. This is the factor analysis model; see Bishop,
    Pattern Recognition and Machine Learning, 12.2.4, and 2.3.1 for the conditional mean.
    """

    basis: npt.NDArray[np.float32]
    noise: npt.NDArray[np.float32]

    def __post_init__(self) -> None:
        if self.basis.ndim != 2 or len(self.basis) != N_COORDINATES or self.noise.shape != (N_COORDINATES,):
            raise ValueError(f"not a shape model: basis {self.basis.shape}, noise {self.noise.shape}")
        if not (np.isfinite(self.basis).all() and (self.noise > 0).all()):
            raise ValueError("not a shape model: its numbers are not finite, or a noise is not above 0")

    def carry(self, proposal: npt.ArrayLike, fixed: Mapping[int, npt.ArrayLike]) -> Array:
        """Where all points are to be expected, given where a person has fixed some.

        Depends on the proposal and the fixed points alone, never on the order in which they were fixed.

        Args:
            proposal: (106, 2) image pixels.
            fixed: image pixels of the fixed points, by index; they are answered exactly as they are given.

        Returns:
            (106, 2) image pixels.
        """
        proposed = np.asarray(proposal, np.float64)
        if proposed.shape != (N_POINTS, 2):
            raise ValueError(f"expected {N_POINTS} points, got shape {proposed.shape}")
        if not fixed:
            return proposed.copy()
        indices = np.fromiter(fixed, int)
        places = np.array([fixed[index] for index in indices], np.float64)
        linear = frame_of(proposed)
        errors = np.linalg.solve(linear, (places - proposed[indices]).T).T

        rows = (2 * indices[:, None] + np.arange(2)).ravel()
        basis, noise = self.basis.astype(np.float64), self.noise.astype(np.float64)
        weighted = basis[rows] / noise[rows, None] ** 2
        precision = np.eye(basis.shape[1]) + basis[rows].T @ weighted
        components = np.linalg.solve(precision, weighted.T @ errors.ravel())
        carried = proposed + (basis @ components).reshape(N_POINTS, 2) @ linear.T
        carried[indices] = places
        return carried

    def to_document(self) -> dict[str, Any]:
        """What the browser's twin of this reads: version, components, and B and s row by row.

        B in seven decimals, of widths of a face: what is less moves no point, and would be two thirds of the bytes.
        """
        return {
            "version": VERSION,
            "components": self.basis.shape[1],
            "basis": [round(float(value), 7) for value in self.basis.ravel()],
            "noise": [float(f"{value:.6g}") for value in self.noise],
        }


def frame_of(proposal: npt.ArrayLike) -> Array:
    """The rotation and scale, (2, 2), of the similarity that takes the mean face to (106, 2) `proposal`."""
    return np.asarray(estimate_similarity(MEAN_FACE, proposal), np.float64)[:, :2]
