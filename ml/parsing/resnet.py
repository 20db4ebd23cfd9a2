"""The backbone: ResNet (He et al., 2016) with torchvision's parameter names, the last stage dilated, all stages shown."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

import torch
from torch import Tensor, nn

Depth = Literal[18, 50, 101]

WIDTH: Final = 64
"""Planes of the first stage in He et al.'s networks."""


class Stages(NamedTuple):
    """What the four stages put out; a feature's place (i, j) lies on pixel (stride · i, stride · j) of the input.

    Attributes:
        conv2: (N, C, H, W) at stride 4; the paper's conv2_3.
        conv3: at stride 8; conv3_4.
        conv4: at stride 16; conv4_23.
        conv5: at stride 16 too, for its convolutions are dilated.
    """

    conv2: Tensor
    conv3: Tensor
    conv4: Tensor
    conv5: Tensor


class BasicBlock(nn.Module):
    """Two 3×3 convolutions beside the identity."""

    expansion: Final = 1

    def __init__(self, channels_in: int, planes: int, stride: int, dilation: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, planes, 3, stride, dilation, dilation, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, dilation, dilation, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = _shortcut(channels_in, planes, stride)

    def forward(self, x: Tensor) -> Tensor:
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return self.relu(y + (x if self.downsample is None else self.downsample(x)))


class Bottleneck(nn.Module):
    """1×1, 3×3 and 1×1 beside the identity; the stride is the 3×3's, as in torchvision."""

    expansion: Final = 4

    def __init__(self, channels_in: int, planes: int, stride: int, dilation: int) -> None:
        super().__init__()
        channels_out = planes * self.expansion
        self.conv1 = nn.Conv2d(channels_in, planes, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, stride, dilation, dilation, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, channels_out, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(channels_out)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = _shortcut(channels_in, channels_out, stride)

    def forward(self, x: Tensor) -> Tensor:
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        return self.relu(y + (x if self.downsample is None else self.downsample(x)))


Block = type[BasicBlock] | type[Bottleneck]

_BLOCKS: Final[Mapping[int, tuple[Block, tuple[int, int, int, int]]]] = MappingProxyType(
    {18: (BasicBlock, (2, 2, 2, 2)), 50: (Bottleneck, (3, 4, 6, 3)), 101: (Bottleneck, (3, 4, 23, 3))}
)


class ResNet(nn.Module):
    """The network without its classifier: output stride 16.

    Args:
        depth: 18, 50 or 101.
        width: planes of the first stage, which every further one doubles; torchvision's networks have 64.
    """

    def __init__(self, depth: Depth, width: int = WIDTH) -> None:
        super().__init__()
        if depth not in _BLOCKS:
            raise ValueError(f"a ResNet of depth 18, 50 or 101 is needed, not {depth}")
        block, blocks = _BLOCKS[depth]
        self.channels = tuple(planes * block.expansion for planes in (width, 2 * width, 4 * width, 8 * width))
        self.conv1 = nn.Conv2d(3, width, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = _stage(block, width, width, blocks[0], stride=1)
        self.layer2 = _stage(block, self.channels[0], 2 * width, blocks[1], stride=2)
        self.layer3 = _stage(block, self.channels[1], 4 * width, blocks[2], stride=2)
        self.layer4 = _stage(block, self.channels[2], 8 * width, blocks[3], stride=1, dilation=2)
        self._initialise()

    def _initialise(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, images: Tensor) -> Stages:
        """Returns the stages of (N, 3, H, W) images, as `normalise` returns them."""
        x = self.maxpool(self.relu(self.bn1(self.conv1(images))))
        conv2 = self.layer1(x)
        conv3 = self.layer2(conv2)
        conv4 = self.layer3(conv3)
        return Stages(conv2, conv3, conv4, self.layer4(conv4))


def _stage(block: Block, channels_in: int, planes: int, blocks: int, stride: int, dilation: int = 1) -> nn.Sequential:
    # As torchvision does it: the first block still sees the undilated stage before it.
    first = block(channels_in, planes, stride, dilation=1)
    rest = [block(planes * block.expansion, planes, 1, dilation) for _ in range(blocks - 1)]
    return nn.Sequential(first, *rest)


def _shortcut(channels_in: int, channels_out: int, stride: int) -> nn.Module | None:
    if stride == 1 and channels_in == channels_out:
        return None
    return nn.Sequential(nn.Conv2d(channels_in, channels_out, 1, stride, bias=False), nn.BatchNorm2d(channels_out))


def normalise(images: Tensor) -> Tensor:
    """Turns uint8 RGB crops (N, H, W, 3) into float32 input (N, 3, H, W) with ImageNet's mean and spread.

    The result stays channels last in memory, which every convolution then keeps.
    """
    mean = torch.tensor([123.675, 116.28, 103.53], device=images.device)
    spread = torch.tensor([58.395, 57.12, 57.375], device=images.device)
    return ((images.to(torch.float32) - mean) / spread).permute(0, 3, 1, 2)
