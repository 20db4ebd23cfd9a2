"""The files that ship with Facet: the weights that a project starts from, and the shapes of faces that all models lean on."""

from functools import lru_cache
from importlib.resources import files
from typing import Final

from ml.landmarks.face_shapes import FaceShapes

_WEIGHTS: Final = "landmarks.safetensors"
_SHAPES: Final = "face_shapes.safetensors"


class ShippedWeightsMissing(FileNotFoundError):
    """This copy of Facet was built without its weights, or without the shapes that belong to them."""


@lru_cache(maxsize=1)
def shipped_checkpoint() -> bytes:
    """Returns the shipped model file, read once a process; `checkpoint.load` takes it.

    Raises:
        ShippedWeightsMissing: the file is not where the package keeps it; the message says where that is.
    """
    return _read(_WEIGHTS)


@lru_cache(maxsize=1)
def shipped_shapes() -> FaceShapes:
    """Returns the shipped shapes of faces, read once a process.

    Raises:
        ShippedWeightsMissing: as `shipped_checkpoint`.
        CheckpointError: the file is damaged.
    """
    return FaceShapes.load(_read(_SHAPES))


def _read(name: str) -> bytes:
    path = files("ml.landmarks").joinpath("weights", name)
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ShippedWeightsMissing(f"no shipped file at {path}: install Facet anew") from error
