"""The paper's network: one stack of the hourglass of Newell, Yang and Deng (2016), 256×256 in, 64×64 heatmaps out."""

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.schema import N_POINTS

INPUT_SIZE: Final = 256
HEATMAP_SIZE: Final = 64


class Residual(nn.Module):
    """The figure's box: a pre-activated bottleneck 1×1, 3×3, 1×1 beside the identity, at one resolution."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        middle = channels_out // 2
        self.bottleneck = nn.Sequential(
            nn.BatchNorm2d(channels_in),
            nn.ReLU(),
            nn.Conv2d(channels_in, middle, 1, bias=False),
            nn.BatchNorm2d(middle),
            nn.ReLU(),
            nn.Conv2d(middle, middle, 3, padding=1, bias=False),
            nn.BatchNorm2d(middle),
            nn.ReLU(),
            nn.Conv2d(middle, channels_out, 1),
        )
        self.skip = nn.Identity() if channels_in == channels_out else nn.Conv2d(channels_in, channels_out, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.skip(x) + self.bottleneck(x)


class Hourglass(nn.Module):
    """One level: a branch that stays at this resolution, and one that goes down, through the next level, and up.

    The side of its input must be divisible by 2 ** depth.
    """

    def __init__(self, depth: int, width: int) -> None:
        super().__init__()
        self.stay = Residual(width, width)
        self.down = Residual(width, width)
        self.inner = Hourglass(depth - 1, width) if depth > 1 else Residual(width, width)
        self.up = Residual(width, width)

    def forward(self, x: Tensor) -> Tensor:
        below = self.up(self.inner(self.down(functional.max_pool2d(x, 2))))
        return self.stay(x) + functional.interpolate(below, scale_factor=2, mode="nearest")


class LandmarkNet(nn.Module):
    """Stem to a quarter of the resolution, one hourglass, one heatmap a point.

    Args:
        width: channels inside the hourglass, a multiple of 8; 256 is the paper's, 128 a quarter of its cost.
        depth: how often the hourglass halves its 64×64 input.
    """

    def __init__(self, width: int = 128, depth: int = 4) -> None:
        super().__init__()
        if width <= 0 or width % 8:
            raise ValueError(f"the width of the hourglass must be a positive multiple of 8, not {width}")
        self.width = width
        self.stem = nn.Sequential(
            nn.Conv2d(3, width // 4, 7, stride=2, padding=3, bias=False),
            nn.BatchNorm2d(width // 4),
            nn.ReLU(),
            Residual(width // 4, width // 2),
            nn.MaxPool2d(2),
            Residual(width // 2, width // 2),
            Residual(width // 2, width),
        )
        self.hourglass = Hourglass(depth, width)
        self.neck = nn.Sequential(
            Residual(width, width),
            nn.Conv2d(width, width, 1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
        )
        self.head = nn.Conv2d(width, N_POINTS, 1)
        self._initialise()

    def _initialise(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
        # Heatmaps are almost everywhere zero: start from there, not from noise.
        nn.init.normal_(self.head.weight, std=1e-3)

    def forward(self, images: Tensor) -> Tensor:
        """Predicts heatmaps.

        Args:
            images: (N, 3, 256, 256) RGB, as `normalise` returns them.

        Returns:
            (N, 106, 64, 64) float32 whatever the autocast type; about 1 at a point, 0 elsewhere.
        """
        return self.head(self.neck(self.hourglass(self.stem(images)))).float()


def normalise(images: Tensor) -> Tensor:
    """Turns uint8 RGB crops (N, H, W, 3) into the network's float32 input (N, 3, H, W), -1 to 1.

    The result stays channels last in memory, which every convolution then keeps: a third less time on a CPU.
    """
    return images.permute(0, 3, 1, 2).to(torch.float32).div_(127.5).sub_(1.0)
