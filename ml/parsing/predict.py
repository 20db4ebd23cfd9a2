"""From photos to label maps: crop, run the network, map its answer back to the photo's own pixels."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from ml.devices import autocast, channels_last, choose_device
from ml.geometry import Image, Matrix, compose_transforms, invert_transform, transform_points, warp_image
from ml.parsing import checkpoint
from ml.parsing.categories import CATEGORY_SETS, LabelMap
from ml.parsing.regions import Region, whole_photo
from ml.parsing.resnet import normalise

_BLOCK_PIXELS: Final = 1 << 19
"""Pixels of a photo that are interpolated at a time: a photo of 50 megapixels needs no more memory than a small one."""


class Parser:
    """A trained network that stays in memory.

    Args:
        network: as `checkpoint.load` returns it.
        metadata: likewise.
        device: "auto", "cpu", "cuda" and the like.
        batch_size: crops in one forward pass; 16 on a GPU and 4 on a CPU when None.
    """

    def __init__(
        self,
        network: checkpoint.ParsingNet,
        metadata: checkpoint.Metadata,
        device: str = "auto",
        batch_size: int | None = None,
    ) -> None:
        self.device = choose_device(device)
        self.network = network.eval().to(self.device)
        channels_last(self.network)
        self.metadata = metadata
        self.architecture = metadata.architecture
        self.categories = CATEGORY_SETS[self.architecture.categories]
        self.batch_size = batch_size or (16 if self.device.type == "cuda" else 4)

    @classmethod
    def load(cls, source: Path | bytes, device: str = "auto") -> "Parser":
        """Loads a model file or its bytes.

        Raises:
            CheckpointError: it is no parsing model that this version can load.
            OSError: the file cannot be read.
        """
        data = source.read_bytes() if isinstance(source, Path) else source
        network, metadata = checkpoint.load(data)
        return cls(network, metadata, device)

    def parse(self, images: Sequence[Image], regions: Sequence[Region] | None = None) -> list[LabelMap]:
        """Draws the label map of each photo.

        Args:
            images: (H, W, 3) uint8 RGB, of any sizes.
            regions: what of each photo the network is shown, as its `architecture.crop` says: `ml.parsing.regions` makes
                them from a box, a coarse mask or the points. The whole photos if left out.

        Returns:
            (H, W) uint8 each, in the photo's own resolution and the schema's ids: all 11; or 0, 1 (facial parts
            included) and 10; or 0 and 1 (hair or skin). Background outside the region.

        Raises:
            ValueError: the network needs regions, or their number is not the photos'.
        """
        if regions is None:
            if self.architecture.crop != "photo":
                raise ValueError(f"this network is shown the crop {self.architecture.crop!r}: say where it is")
            regions = [whole_photo(image.shape) for image in images]
        return [
            self.categories.to_schema(_in_photo(logits, to_crop, image.shape[:2]))
            for image, (logits, to_crop) in zip(images, self._look(images, regions), strict=True)
        ]

    def log_probabilities(
        self, images: Sequence[Image], regions: Sequence[Region], to_canvas: Sequence[Matrix], side: int
    ) -> list[npt.NDArray[np.float32]]:
        """Says how likely each category is at every pixel of a canvas of the caller's own.

        Args:
            images: as for `parse`.
            regions: likewise.
            to_canvas: (2, 3) for each photo, from its pixels to the canvas's.
            side: of the canvas, in pixels.

        Returns:
            (categories, side, side) each, natural logarithms in the network's order of categories. Beyond its crop the
            network says the same as at the crop's edge.

        Raises:
            ValueError: as `parse`.
        """
        found = []
        for (logits, to_crop), matrix in zip(self._look(images, regions), to_canvas, strict=True):
            likely = functional.log_softmax(logits.float(), dim=0).cpu().numpy()
            from_crop = compose_transforms(invert_transform(to_crop), matrix)
            seen = [cv2.warpAffine(each, from_crop, (side, side), borderMode=cv2.BORDER_REPLICATE) for each in likely]
            found.append(np.stack(seen).astype(np.float32))
        return found

    def _look(self, images: Sequence[Image], regions: Sequence[Region]) -> Iterator[tuple[Tensor, Matrix]]:
        """The (categories, S, S) logits of each photo's crop, and the transform from photo pixels to crop pixels."""
        if len(regions) != len(images):
            raise ValueError(f"there are {len(images)} photos and {len(regions)} regions")
        side = self.architecture.input_size
        for start in range(0, len(images), self.batch_size):
            batch = images[start : start + self.batch_size]
            matrices = [region.to_crop(side) for region in regions[start : start + self.batch_size]]
            crops = np.stack([warp_image(i, m, (side, side)) for i, m in zip(batch, matrices, strict=True)])
            with torch.inference_mode(), autocast(self.device):
                logits = self.network(normalise(torch.from_numpy(crops).to(self.device))).labels
            yield from zip(logits, matrices, strict=True)


def _in_photo(logits: Tensor, to_crop: Matrix, shape: tuple[int, ...]) -> LabelMap:
    """Returns the (H, W) map of a photo: at every pixel the category whose interpolated logit is largest.

    Args:
        logits: (categories, S, S) of the crop.
        to_crop: from photo pixels to crop pixels.
        shape: the photo's.
    """
    height, width = shape
    side = logits.shape[-1]
    label_map = np.zeros((height, width), np.uint8)
    left, top, right, bottom = _window(to_crop, side, width, height)
    if left >= right or top >= bottom:
        return label_map
    # Corners aligned: -1 and 1 are the centres of the first and the last pixel.
    scale = torch.tensor(to_crop * (2 / (side - 1)), dtype=torch.float32, device=logits.device)
    offset = scale[:, 2] - 1
    x = torch.arange(left, right, dtype=torch.float32, device=logits.device)
    half_pixel = 1 / (side - 1)
    rows = max(1, _BLOCK_PIXELS // (right - left))
    for start in range(top, bottom, rows):
        end = min(start + rows, bottom)
        y = torch.arange(start, end, dtype=torch.float32, device=logits.device)[:, None, None]
        grid = (x[None, :, None] * scale[:, 0] + y * scale[:, 1] + offset)[None]
        seen = functional.grid_sample(
            logits[None].float(), grid, mode="bilinear", padding_mode="border", align_corners=True
        )
        # Not argmax, which on a CPU takes ten times as long across channels.
        found = seen[0].max(dim=0).indices
        found[(grid[0].abs() > 1 + half_pixel).any(dim=-1)] = 0
        label_map[start:end, left:right] = found.to(torch.uint8).cpu().numpy()
    return label_map


def _window(to_crop: Matrix, side: int, width: int, height: int) -> tuple[int, int, int, int]:
    """Returns left, top, right and bottom of the photo's pixels that the crop shows any of."""
    edge = (-0.5, side - 0.5)
    corners = transform_points(invert_transform(to_crop), [(u, v) for u in edge for v in edge])
    left, top = np.clip(np.floor(corners.min(axis=0)), 0, (width, height)).astype(int).tolist()
    right, bottom = np.clip(np.ceil(corners.max(axis=0)) + 1, 0, (width, height)).astype(int).tolist()
    return left, top, right, bottom
