"""Files of weights: safetensors whose header says what the weights are. Nothing in one can run code."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch.overrides import TorchFunctionMode

# safetensors writes its metadata in no fixed order, so everything goes under one key: the same model is the same file.
_HEADER_KEY: Final = "facet"
_LENGTH_BYTES: Final = 8


class CheckpointError(ValueError):
    """The bytes are not a model that this version can load; the message says why."""


def sha256(checkpoint: bytes) -> str:
    """The name of a model file, as hexadecimal digits."""
    return hashlib.sha256(checkpoint).hexdigest()


@contextmanager
def without_memory() -> Iterator[None]:
    """Networks made inside have shapes, but neither memory nor values: a header cannot ask for gigabytes.

    Weights that are known to fit are then given to them by `load_state_dict(…, assign=True)`.
    """
    with torch.device("meta"), _WithoutDraws():
        yield


class _WithoutDraws(TorchFunctionMode):
    """Leaves out the drawing of random weights: torch imports its compiler, a second's work, to draw none without memory."""

    def __torch_function__(
        self, func: Callable[..., Any], types: Sequence[type], args: Any = (), kwargs: Any = None
    ) -> Any:
        given = kwargs or {}
        if func in (torch.Tensor.normal_, torch.nn.init.normal_):
            return args[0] if args else given["tensor"]
        return func(*args, **given)


def pack(tensors: Mapping[str, torch.Tensor], header: Mapping[str, Any]) -> bytes:
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
