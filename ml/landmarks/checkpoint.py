"""Model files: safetensors whose header says what the weights are. Nothing in one can run code."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from ml.landmarks.hourglass import INPUT_SIZE, LandmarkNet
from ml.schema import SCHEMA_VERSION

KIND: Final = "landmarks"

# safetensors writes its metadata in no fixed order, so everything goes under one key: the same model is the same file.
_HEADER_KEY: Final = "facet"
_LENGTH_BYTES: Final = 8


class CheckpointError(ValueError):
    """The bytes are not a landmark model that this version can load; the message says why."""


@dataclass(frozen=True)
class Metadata:
    """What a model file says of itself.

    Attributes:
        width: channels of the hourglass.
        labels: how many labeled photos it was trained on.
        metrics: its metrics on the held-out photos, if it was evaluated.
        parent: SHA-256 of the model file that training started from, or None.
        snapshot: id of the dataset snapshot that it was trained on, or None.
        input_size: side of the network's input, in pixels.
        schema_version: of the points that it predicts.
        kind: tells landmark models from others.
    """

    width: int
    labels: int
    metrics: Mapping[str, Any] | None = None
    parent: str | None = None
    snapshot: int | str | None = None
    input_size: int = INPUT_SIZE
    schema_version: str = SCHEMA_VERSION
    kind: str = KIND


def sha256(checkpoint: bytes) -> str:
    """The name of a model file, as hexadecimal digits."""
    return hashlib.sha256(checkpoint).hexdigest()


def dump(state: Mapping[str, Tensor], metadata: Metadata) -> bytes:
    """Writes a model file; the same weights and metadata give the same bytes.

    Args:
        state: `LandmarkNet.state_dict()`, on any device and in any memory format.
        metadata: of JSON values.
    """
    return pack(state, asdict(metadata))


def load(checkpoint: bytes) -> tuple[LandmarkNet, Metadata]:
    """Reads a model file into a network on the CPU, in evaluation mode.

    Raises:
        CheckpointError: the bytes are damaged, of another kind of model, or of other points.
    """
    tensors, header = unpack(checkpoint)
    if header.get("kind") != KIND:
        raise CheckpointError(f"a model of kind {header.get('kind')!r}, where {KIND!r} is needed")
    if header.get("schema_version") != SCHEMA_VERSION:
        raise CheckpointError(
            f"a model for the points of schema {header.get('schema_version')!r}; this version needs {SCHEMA_VERSION!r}"
        )
    if header.get("input_size") != INPUT_SIZE:
        raise CheckpointError(f"a model for inputs of {header.get('input_size')!r} px, where {INPUT_SIZE} are needed")
    try:
        metadata = Metadata(**header)
        # Without memory of its own until the weights are known to fit: a header cannot ask for gigabytes.
        with torch.device("meta"):
            network = LandmarkNet(metadata.width)
        network.load_state_dict(tensors, assign=True)
    except (TypeError, ValueError, RuntimeError) as error:
        raise CheckpointError(f"the weights or the header do not fit the network: {error}") from error
    return network.float().eval(), metadata


def pack(tensors: Mapping[str, Tensor], header: Mapping[str, Any]) -> bytes:
    """Writes tensors and a JSON header as safetensors, in one reproducible way."""
    plain = {name: tensor.detach().to("cpu").contiguous() for name, tensor in tensors.items()}
    return safetensors.torch.save(plain, {_HEADER_KEY: json.dumps(header, sort_keys=True)})


def unpack(data: bytes) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    """Reads what `pack` wrote.

    Raises:
        CheckpointError: the bytes are no safetensors file, are cut short, or carry no header of ours.
    """
    try:
        tensors = safetensors.torch.load(data)
    except (SafetensorError, ValueError, KeyError, OverflowError) as error:
        raise CheckpointError(f"not a whole safetensors file: {error}") from error
    # safetensors hands out the metadata of files only; its header is 8 bytes of length, then JSON, checked above.
    length = int.from_bytes(data[:_LENGTH_BYTES], "little")
    metadata = json.loads(data[_LENGTH_BYTES : _LENGTH_BYTES + length]).get("__metadata__", {})
    try:
        header = json.loads(metadata[_HEADER_KEY])
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise CheckpointError("a safetensors file without Facet's header") from error
    if not isinstance(header, dict):
        raise CheckpointError("a safetensors file whose header is not a JSON object")
    return tensors, header
