"""The weights for hair and skin that ship with Facet, if this copy has any."""

from functools import lru_cache
from importlib.resources import files
from typing import Final

_FILE: Final = ("weights", "hair_skin.safetensors")


@lru_cache(maxsize=1)
def shipped_checkpoint() -> bytes | None:
    """Returns the shipped model file, read once a process; None where none ships: then the graph cut is what is used."""
    try:
        return files("ml.parsing").joinpath(*_FILE).read_bytes()
    except FileNotFoundError:
        return None
