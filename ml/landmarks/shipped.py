"""The weights that ship with Facet: what a project starts from before it has a model of its own."""

from functools import lru_cache
from importlib.resources import files
from typing import Final

_FILE: Final = ("weights", "landmarks.safetensors")


class ShippedWeightsMissing(FileNotFoundError):
    """This copy of Facet was built without its weights."""


@lru_cache(maxsize=1)
def shipped_checkpoint() -> bytes:
    """Returns the shipped model file, read once a process; `checkpoint.load` takes it.

    Raises:
        ShippedWeightsMissing: the file is not where the package keeps it; the message says where that is.
    """
    path = files("ml.landmarks").joinpath(*_FILE)
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ShippedWeightsMissing(f"no shipped landmark weights at {path}: install Facet anew") from error
