"""Points to heatmaps and back. Both directions sit in one class so that they cannot drift apart."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from ml.landmarks.hourglass import HEATMAP_SIZE, INPUT_SIZE

_FIT_RADIUS: Final = 2
_FLOOR: Final = 1e-6

_AXIS: Final = np.arange(-_FIT_RADIUS, _FIT_RADIUS + 1, dtype=np.float64)
_Y, _X = (grid.ravel() for grid in np.meshgrid(_AXIS, _AXIS, indexing="ij"))
_BASIS: Final = np.stack((np.ones_like(_X), _X, _Y, _X * _X, _Y * _Y, _X * _Y), axis=1)
"""Of the fit around a peak: (K·K, 6), the window row by row."""

Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class HeatmapCodec:
    """Draws Gaussians at sub-pixel centres and reads them back.

    Points are x then y in pixels of the network's input, the centre of the top-left pixel at (0, 0); a heatmap cell
    covers `input_size / heatmap_size` of them in each direction.

    Attributes:
        input_size: side of the network's square input, in pixels.
        heatmap_size: side of a heatmap, in cells.
        sigma: standard deviation of a target, in cells.
    """

    input_size: int = INPUT_SIZE
    heatmap_size: int = HEATMAP_SIZE
    sigma: float = 1.5

    @property
    def stride(self) -> float:
        """Input pixels a heatmap cell."""
        return self.input_size / self.heatmap_size

    def encode(self, points: Tensor, known: Tensor) -> tuple[Tensor, Tensor]:
        """Draws the targets.

        Args:
            points: (..., P, 2) float, input pixels; may lie outside the input.
            known: (..., P) bool, false for points whose place nobody knows.

        Returns:
            Heatmaps (..., P, S, S) float32 of height 1, and a mask (..., P) bool of the points that have one. A point
            that is unknown or outside the input gets a map of zeros and false: the network is neither told where it
            is nor that it is nowhere.
        """
        inside = ((points >= -0.5) & (points <= self.input_size - 0.5)).all(dim=-1)
        drawn = known & inside
        cells = torch.where(drawn[..., None], (points + 0.5) / self.stride - 0.5, 0.0).to(torch.float32)
        axis = torch.arange(self.heatmap_size, device=points.device, dtype=torch.float32)
        # A round Gaussian is the product of two one-dimensional ones: S + S exponentials a point, not S · S.
        along = torch.exp(-((axis - cells[..., None]) ** 2) / (2 * self.sigma**2))
        x, y = along[..., 0, :], along[..., 1, :] * drawn[..., None]
        return y[..., :, None] * x[..., None, :], drawn

    def decode(self, heatmaps: Array) -> tuple[Array, Array]:
        """Finds the points.

        Around each peak the logarithm of the map, a paraboloid for a Gaussian, is fitted by least squares weighted
        with the map's own values; its summit is the point. That is exact for a Gaussian of any width and slant, also
        at the border, where the window is cut and a centre of mass would be biased inwards.

        In NumPy, on the calling thread: torch's threads would wait for the cores while those of the network's runtime,
        which has just ended, still spin on them. That took ten times as long as the work (decision 20).

        Args:
            heatmaps: (N, P, S, S) float32, as the network returns them.

        Returns:
            Points (N, P, 2) float32 in input pixels, within a cell of the input's border, and confidence (N, P)
            float32 in [0, 1]: the height of the peak.
        """
        maps = heatmaps.reshape(-1, self.heatmap_size, self.heatmap_size)
        numbers = np.arange(len(maps))
        index = maps.reshape(len(maps), -1).argmax(axis=1)
        at_peak = np.stack((index % self.heatmap_size, index // self.heatmap_size), axis=1)
        peak = maps[numbers, at_peak[:, 1], at_peak[:, 0]]

        # The window stays inside the map; the peak then sits off its middle.
        middle = at_peak.clip(_FIT_RADIUS, self.heatmap_size - 1 - _FIT_RADIUS)
        columns, rows = (middle.T[:, :, None] + _AXIS).astype(np.intp)
        window = maps[numbers[:, None, None], rows[:, :, None], columns[:, None, :]].reshape(len(maps), -1)

        summit, well_formed = _summit(window, peak)
        cells = np.where(well_formed[:, None], middle + summit, at_peak)
        # A summit further than a cell from the highest cell is an artefact of a flat or noisy map.
        cells = cells.clip(at_peak - 1, at_peak + 1)
        points = ((cells + 0.5) * self.stride - 0.5).astype(np.float32)
        shape = heatmaps.shape[:2]
        return points.reshape(*shape, 2), peak.clip(0, 1).reshape(shape)


def _summit(window: Array, peak: Array) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Fits log h = c + bx·x + by·y + axx·x² + ayy·y² + axy·x·y and returns where it is highest.

    Args:
        window: (M, K·K) values around each peak, row by row.
        peak: (M,) the highest value.

    Returns:
        (M, 2) x then y from the window's middle, and (M,) whether the fit has a summit at all.
    """
    relative = np.maximum(window.astype(np.float64) / np.maximum(peak, _FLOOR)[:, None], _FLOOR)
    weighted = (relative**2)[:, None, :] * _BASIS.T
    normal = weighted @ _BASIS + 1e-9 * np.eye(_BASIS.shape[1])
    target = weighted @ np.log(relative)[:, :, None]
    _, bx, by, axx, ayy, axy = np.linalg.solve(normal, target)[:, :, 0].T

    determinant = 4 * axx * ayy - axy * axy
    well_formed = (axx < 0) & (ayy < 0) & (determinant > 1e-6)
    safe = np.where(well_formed, determinant, 1.0)
    summit = np.stack(((axy * by - 2 * ayy * bx) / safe, (axy * bx - 2 * axx * by) / safe), axis=1)
    return summit, well_formed
