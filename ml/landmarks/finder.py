"""The network that finds faces: centres, sizes and turns on a coarse grid, after CenterNet (Zhou et al. 2019)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.geometry import Image
from ml.landmarks.checkpoint import CheckpointError, unpack

KIND: Final = "finder"
STRIDE: Final = 8
"""Pixels of the network's input to a cell of its output."""

GRANULARITY: Final = 32
"""The input's sides are multiples of this: the network halves them five times."""

REFERENCE_SIZE: Final = 32.0
"""The size, in pixels of the input, whose logarithm the network gives as 0."""

CHANNELS: Final = 6
"""Of the output: the centre's logit, its x and y offset in cells, the size's logarithm, cosine and sine of the angle."""

WEIGHTS: Final = Path(__file__).parent / "weights" / "finder.safetensors"

_MEAN: Final = 128.0
_SPREAD: Final = 64.0
# The share of true centres among cells is small; the first guess says so, or it would swamp the first steps.
_FIRST_LOGIT: Final = -4.0


@dataclass(frozen=True)
class Find:
    """One face in the pixels of the network's input.

    Attributes:
        center: x and y.
        size: side of its box.
        angle: radians, from the x axis towards the y axis.
        score: 0 to 1.
    """

    center: tuple[float, float]
    size: float
    angle: float
    score: float


def _unit(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


class _Residual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = _unit(channels, channels)
        self.second = nn.Sequential(nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(x + self.second(self.first(x)))


class FinderNet(nn.Module):
    """Down to a thirty-second, where one cell sees a face that fills the picture, and up again to an eighth."""

    def __init__(self) -> None:
        super().__init__()
        self.quarter = nn.Sequential(_unit(3, 16, 2), _unit(16, 24, 2), _Residual(24))
        self.eighth = nn.Sequential(_unit(24, 48, 2), _Residual(48))
        self.sixteenth = nn.Sequential(_unit(48, 48, 2), _Residual(48), _Residual(48))
        self.thirtysecond = nn.Sequential(_unit(48, 48, 2), _Residual(48), _Residual(48))
        self.merge_sixteenth = _unit(48, 48)
        self.merge_eighth = _unit(48, 48)
        self.head = nn.Conv2d(48, CHANNELS, 1)
        bias = self.head.bias
        if bias is not None:
            nn.init.zeros_(bias)
            with torch.no_grad():
                bias[0] = _FIRST_LOGIT

    def forward(self, pictures: Tensor) -> Tensor:
        """(B, 3, H, W) from `as_input` to (B, 6, H / 8, W / 8); H and W are multiples of 32."""
        eighth = self.eighth(self.quarter(pictures))
        sixteenth = self.sixteenth(eighth)
        deepest = self.thirtysecond(sixteenth)
        sixteenth = self.merge_sixteenth(sixteenth + functional.interpolate(deepest, scale_factor=2.0))
        out: Tensor = self.head(self.merge_eighth(eighth + functional.interpolate(sixteenth, scale_factor=2.0)))
        return out


def as_input(pictures: npt.NDArray[np.uint8]) -> Tensor:
    """(B, H, W, 3) RGB to the network's (B, 3, H, W) floats; mid-grey is zero."""
    return (torch.from_numpy(pictures).permute(0, 3, 1, 2).float() - _MEAN) / _SPREAD


def pad(picture: Image) -> npt.NDArray[np.uint8]:
    """Fills the picture up with mid-grey at its right and lower edge until the network takes it."""
    height, width = picture.shape[:2]
    rows, columns = (-(-side // GRANULARITY) * GRANULARITY for side in (height, width))
    padded = np.full((rows, columns, 3), round(_MEAN), dtype=np.uint8)
    padded[:height, :width] = picture
    return padded


def decode(output: Tensor, threshold: float) -> list[Find]:
    """Reads the faces out of one picture's output.

    Args:
        output: (6, H, W) of `FinderNet`.
        threshold: the lowest score that counts.

    Returns:
        One find for each local maximum of the centre map, best first.
    """
    scores = output[0].float().sigmoid()
    highest = functional.max_pool2d(scores[None, None], 3, 1, 1)[0, 0]
    rows, columns = torch.nonzero((scores == highest) & (scores >= threshold), as_tuple=True)
    finds = []
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        dx, dy, log_size, cosine, sine = (float(v) for v in output[1:, row, column])
        # Cell i covers pixels 8 i to 8 i + 7; its centre is half a pixel off a pixel's.
        x, y = ((cell + 0.5 + offset) * STRIDE - 0.5 for cell, offset in ((column, dx), (row, dy)))
        size = REFERENCE_SIZE * float(np.exp(np.clip(log_size, -3, 3)))
        finds.append(Find((x, y), size, float(np.arctan2(sine, cosine)), float(scores[row, column])))
    return sorted(finds, key=lambda find: -find.score)


def load(data: bytes) -> FinderNet:
    """Reads a finder's file into a network on the CPU, in evaluation mode.

    Raises:
        CheckpointError: the bytes are damaged or of another kind of model.
    """
    tensors, header = unpack(data)
    if header.get("kind") != KIND:
        raise CheckpointError(f"a model of kind {header.get('kind')!r}, where {KIND!r} is needed")
    network = FinderNet()
    try:
        network.load_state_dict(tensors)
    except RuntimeError as error:
        raise CheckpointError(f"the weights do not fit the network: {error}") from error
    return network.eval()
