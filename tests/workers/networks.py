"""Model files of parsing networks that nobody trained: tiny, and the same each time."""

import torch

from ml.parsing import checkpoint
from ml.parsing.categories import CategoryCount
from ml.parsing.checkpoint import Architecture, Metadata, NetworkName
from ml.parsing.regions import CropKind


def tiny_weights(
    categories: CategoryCount, crop: CropKind, network: NetworkName = "bspnet", *, answer: int = 1
) -> bytes:
    """A network that leans towards one of its categories, so that its maps are not all background."""
    torch.manual_seed(5)
    architecture = Architecture(network, "B" if network == "bspnet" else "A", 18, categories, 33, crop, width=8)
    state = architecture.build().state_dict()
    last = "fusion.classifier.bias" if network == "bspnet" else "classifier.bias"
    state[last][answer] += 0.5
    return checkpoint.dump(state, Metadata(architecture, labels=0))
