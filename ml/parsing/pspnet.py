"""PSPNet (Zhao et al., 2017): a ResNet, pyramid pooling, a classifier. The coarse network, with two categories."""

from typing import Final, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.parsing.resnet import WIDTH, Depth, ResNet

BINS: Final = (1, 2, 3, 6)


class Logits(NamedTuple):
    """What a parsing network puts out, float32 at the input's own resolution.

    Attributes:
        labels: (N, categories, H, W), the answer.
        semantic: (N, categories, H, W) of the semantic branch where there is a fusion of it; None otherwise.
        boundary: (N, H, W), above 0 where a boundary between categories is likely; None without that branch.
    """

    labels: Tensor
    semantic: Tensor | None = None
    boundary: Tensor | None = None


class PyramidPooling(nn.Module):
    """Means over 1, 4, 9 and 36 parts of the picture, brought back to its size and laid beside the features.

    Puts out twice as many channels as it takes.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.levels = nn.ModuleList(
            nn.Sequential(nn.AdaptiveAvgPool2d(bins), *conv_norm_relu(channels, channels // len(BINS), 1))
            for bins in BINS
        )

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([x, *(resized(level(x), x) for level in self.levels)], dim=1)


class SemanticBranch(nn.Sequential):
    """Pyramid pooling and one 3×3 convolution: the last features before the classifier, at stride 16."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__(PyramidPooling(channels), *conv_norm_relu(2 * channels, width, 3))


class PSPNet(nn.Module):
    """The network.

    Args:
        depth: of the ResNet: 18, 50 or 101.
        categories: how many it tells apart.
        width: of the ResNet.
    """

    def __init__(self, depth: Depth, categories: int, width: int = WIDTH) -> None:
        super().__init__()
        semantic = semantic_width(depth)
        self.backbone = ResNet(depth, width)
        self.semantic = SemanticBranch(self.backbone.channels[-1], semantic)
        self.classifier = nn.Conv2d(semantic, categories, 1)

    def forward(self, images: Tensor) -> Logits:
        """Classifies the pixels of (N, 3, H, W) images, as `normalise` returns them."""
        logits = self.classifier(self.semantic(self.backbone(images).conv5))
        return Logits(resized(logits, images).float())


def semantic_width(depth: Depth) -> int:
    """Channels before the classifier: PSPNet's 512; 64 keep a network on ResNet-18 within 25 MB in half precision."""
    return 64 if depth == 18 else 512


def conv_norm_relu(channels_in: int, channels_out: int, kernel: int) -> list[nn.Module]:
    """The three layers that every projection consists of."""
    convolution = nn.Conv2d(channels_in, channels_out, kernel, padding=kernel // 2, bias=False)
    nn.init.kaiming_normal_(convolution.weight, mode="fan_out", nonlinearity="relu")
    return [convolution, nn.BatchNorm2d(channels_out), nn.ReLU(inplace=True)]


def resized(x: Tensor, like: Tensor) -> Tensor:
    """Interpolates x to another tensor's height and width.

    Corners are aligned: with a side of 8k + 1 pixels, such as 473, a feature at stride 4 or 8 stays on its own pixel.
    """
    return functional.interpolate(x, size=like.shape[-2:], mode="bilinear", align_corners=True)
