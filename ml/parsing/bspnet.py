"""BSPNet, the paper's network: a semantic, a boundary and a fusion branch on one ResNet."""

import torch
from torch import Tensor, nn

from ml.parsing.pspnet import Logits, SemanticBranch, conv_norm_relu, resized, semantic_width
from ml.parsing.resnet import WIDTH, Depth, ResNet, Stages


class BoundaryBranch(nn.Module):
    """Projects the last features of the first three stages, joins them at stride 4: the last ones before its classifier."""

    def __init__(self, channels: tuple[int, ...], width: int) -> None:
        super().__init__()
        self.projections = nn.ModuleList(nn.Sequential(*conv_norm_relu(each, width, 1)) for each in channels[:3])
        self.join = nn.Sequential(*conv_norm_relu(3 * width, width, 3))

    def forward(self, stages: Stages) -> Tensor:
        finest = stages.conv2
        projected = [
            projection(features)
            for projection, features in zip(self.projections, (finest, stages.conv3, stages.conv4), strict=True)
        ]
        return self.join(torch.cat([resized(each, finest) for each in projected], dim=1))


class FusionBranch(nn.Module):
    """A 1×1 convolution over both branches' last features, laid beside each other at stride 4, and a classifier.

    The convolution is split by its input, so that the semantic half of it runs at stride 16: a 1×1 convolution and an
    interpolation may change places, and the sum is the same with a sixteenth of the work.
    """

    def __init__(self, semantic: int, boundary: int, categories: int) -> None:
        super().__init__()
        self.from_semantic = nn.Conv2d(semantic, boundary, 1, bias=False)
        self.from_boundary = nn.Conv2d(boundary, boundary, 1, bias=False)
        self.norm = nn.BatchNorm2d(boundary)
        self.classifier = nn.Conv2d(boundary, categories, 1)

    def forward(self, semantic: Tensor, boundary: Tensor) -> Tensor:
        joined = resized(self.from_semantic(semantic), boundary) + self.from_boundary(boundary)
        return self.classifier(torch.relu(self.norm(joined)))


class BSPNet(nn.Module):
    """The network.

    Args:
        depth: of the ResNet: 18, 50 or 101.
        categories: how many it tells apart.
        boundary: whether it has the boundary and the fusion branch; the paper's model A has not, and is a PSPNet.
        width: of the ResNet.
    """

    def __init__(self, depth: Depth, categories: int, *, boundary: bool = True, width: int = WIDTH) -> None:
        super().__init__()
        semantic = semantic_width(depth)
        self.backbone = ResNet(depth, width)
        self.semantic = SemanticBranch(self.backbone.channels[-1], semantic)
        self.classifier = nn.Conv2d(semantic, categories, 1)
        self.boundary: BoundaryBranch | None = None
        if boundary:
            narrow = boundary_width(depth)
            self.boundary = BoundaryBranch(self.backbone.channels, narrow)
            self.boundary_classifier = nn.Conv2d(narrow, 1, 1)
            self.fusion = FusionBranch(semantic, narrow, categories)

    def forward(self, images: Tensor) -> Logits:
        """Classifies the pixels of (N, 3, H, W) images, as `normalise` returns them."""
        stages = self.backbone(images)
        semantic = self.semantic(stages.conv5)
        semantic_logits = resized(self.classifier(semantic), images).float()
        if self.boundary is None:
            return Logits(semantic_logits)
        boundary = self.boundary(stages)
        return Logits(
            labels=resized(self.fusion(semantic, boundary), images).float(),
            semantic=semantic_logits,
            # One logit stands for the difference of two categories' logits: the same probability.
            boundary=resized(self.boundary_classifier(boundary), images)[:, 0].float(),
        )


def boundary_width(depth: Depth) -> int:
    """Channels of the boundary branch, on which the paper is silent."""
    return 64 if depth == 18 else 256
