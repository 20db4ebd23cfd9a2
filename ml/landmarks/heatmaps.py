"""Points to heatmaps and back. Both directions sit in one class so that they cannot drift apart."""

from dataclasses import dataclass

import torch
from torch import Tensor

from ml.landmarks.hourglass import HEATMAP_SIZE, INPUT_SIZE

_FIT_RADIUS = 2
_FLOOR = 1e-6


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

    def decode(self, heatmaps: Tensor) -> tuple[Tensor, Tensor]:
        """Finds the points.

        Around each peak the logarithm of the map, a paraboloid for a Gaussian, is fitted by least squares weighted
        with the map's own values; its summit is the point. That is exact for a Gaussian of any width and slant, also
        at the border, where the window is cut and a centre of mass would be biased inwards.

        Args:
            heatmaps: (N, P, S, S) float, as the network returns them.

        Returns:
            Points (N, P, 2) float32 in input pixels, within a cell of the input's border, and confidence (N, P)
            float32 in [0, 1]: the height of the peak.
        """
        maps = heatmaps.to(torch.float32).flatten(0, 1)
        size = self.heatmap_size
        peak, index = maps.flatten(1).max(dim=1)
        column, row = index % size, index // size

        # The window stays inside the map; the peak then sits off its middle.
        radius = _FIT_RADIUS
        middle_x, middle_y = column.clamp(radius, size - 1 - radius), row.clamp(radius, size - 1 - radius)
        offsets = torch.arange(-radius, radius + 1, device=maps.device)
        rows = (middle_y[:, None] + offsets)[:, :, None]
        columns = (middle_x[:, None] + offsets)[:, None, :]
        window = maps[torch.arange(len(maps), device=maps.device)[:, None, None], rows, columns].flatten(1)

        summit, well_formed = self._summit(window, peak)
        centre = torch.stack((middle_x, middle_y), dim=1).to(torch.float32)
        at_peak = torch.stack((column, row), dim=1).to(torch.float32)
        cells = torch.where(well_formed[:, None], centre + summit, at_peak)
        # A summit further than a cell from the highest cell is an artefact of a flat or noisy map.
        cells = cells.clamp(at_peak - 1, at_peak + 1)
        points = (cells + 0.5) * self.stride - 0.5
        shape = heatmaps.shape[:2]
        return points.reshape(*shape, 2), peak.clamp(0, 1).reshape(shape)

    @staticmethod
    def _summit(window: Tensor, peak: Tensor) -> tuple[Tensor, Tensor]:
        """Fits log h = c + bx·x + by·y + axx·x² + ayy·y² + axy·x·y and returns where it is highest.

        Args:
            window: (M, K·K) values around each peak, row by row.
            peak: (M,) the highest value.

        Returns:
            (M, 2) x then y from the window's middle, and (M,) bool: whether the fit has a summit at all.
        """
        radius = _FIT_RADIUS
        axis = torch.arange(-radius, radius + 1, device=window.device, dtype=torch.float64)
        y, x = (grid.flatten() for grid in torch.meshgrid(axis, axis, indexing="ij"))
        basis = torch.stack((torch.ones_like(x), x, y, x * x, y * y, x * y), dim=1)

        relative = (window.to(torch.float64) / peak.clamp(min=_FLOOR)[:, None]).clamp(min=_FLOOR)
        weight = relative**2
        weighted = weight[:, :, None] * basis
        normal = weighted.transpose(1, 2) @ basis + 1e-9 * torch.eye(6, device=window.device, dtype=torch.float64)
        target = weighted.transpose(1, 2) @ relative.log()[:, :, None]
        _, bx, by, axx, ayy, axy = torch.linalg.solve(normal, target).squeeze(-1).unbind(1)

        determinant = 4 * axx * ayy - axy * axy
        well_formed = (axx < 0) & (ayy < 0) & (determinant > 1e-6)
        safe = torch.where(well_formed, determinant, 1.0)
        summit = torch.stack(((axy * by - 2 * ayy * bx) / safe, (axy * bx - 2 * axx * by) / safe), dim=1)
        return summit.to(torch.float32), well_formed
