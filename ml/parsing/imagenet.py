"""ImageNet weights from a file on disk, whose SHA-256 is checked before anything in it is read."""

import hashlib
import io
import pickle
from pathlib import Path
from typing import Any, Final

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from ml.model_file import without_memory
from ml.parsing.resnet import Depth, ResNet

PUBLISHED: Final[dict[int, tuple[str, ...]]] = {
    18: ("f37072fd", "5c106cde"),
    50: ("0676ba61", "11ad3fa6", "19c8e357"),
    101: ("63fe2227", "cd907fc2", "5d3b4d8f"),
}
"""How the SHA-256 of torchvision's files begins, by depth; they are named after it, such as resnet101-63fe2227.pth."""


class WeightsRefused(ValueError):
    """The file is not the one that was meant, or holds no weights of this ResNet; the message names it and says why."""


def read_imagenet_weights(path: Path, depth: Depth, sha256: str | None = None) -> dict[str, Tensor]:
    """Reads the weights of a ResNet without its classifier; `ResNet.load_state_dict` takes them.

    Args:
        path: torchvision's file, or a safetensors file with the same names.
        depth: of the ResNet.
        sha256: what the file's hash must be, in hexadecimal digits; one of torchvision's published files when None.

    Raises:
        WeightsRefused: the hash differs, the format is another, or the weights do not fit. Nothing in the file is run.
        OSError: it cannot be read.
    """
    data = path.read_bytes()
    _check_hash(path, hashlib.sha256(data).hexdigest(), depth, sha256)
    stored = _decode(path, data)
    weights = {name: tensor for name, tensor in stored.items() if not name.startswith("fc.")}
    with without_memory():
        wanted = ResNet(depth).state_dict()
    for name, tensor in wanted.items():
        # The first files are older than this counter, which no computation here reads.
        if name.endswith("num_batches_tracked"):
            weights.setdefault(name, torch.zeros((), dtype=torch.int64))
        elif name not in weights or weights[name].shape != tensor.shape:
            raise WeightsRefused(f"{path}: no weights of a ResNet-{depth}: {name} is missing or has another shape")
    return {name: weights[name] for name in wanted}


def _check_hash(path: Path, found: str, depth: Depth, expected: str | None) -> None:
    if expected is not None:
        if found != expected.lower():
            raise WeightsRefused(f"{path}: its SHA-256 is {found}, not {expected}")
    elif not found.startswith(PUBLISHED[depth]):
        raise WeightsRefused(
            f"{path}: its SHA-256 is {found}, which is no ResNet-{depth} that torchvision published; "
            "name the hash if this file is meant"
        )


def _decode(path: Path, data: bytes) -> dict[str, Tensor]:
    try:
        if path.suffix == ".safetensors":
            return safetensors.torch.load(data)
        # Restricted to tensors: no code in the file is run.
        stored: Any = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    except (SafetensorError, pickle.UnpicklingError, RuntimeError, ValueError, KeyError, EOFError) as error:
        raise WeightsRefused(f"{path}: holds no weights that can be read: {str(error).splitlines()[0]}") from error
    if not isinstance(stored, dict) or not all(isinstance(value, Tensor) for value in stored.values()):
        raise WeightsRefused(f"{path}: holds something else than a table of weights")
    return stored
