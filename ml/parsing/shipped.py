"""The weights for hair and skin that ship with Facet."""

from functools import lru_cache
from importlib.resources import files
from typing import Final

_FILE: Final = ("weights", "hair_skin.safetensors")


@lru_cache(maxsize=1)
def shipped_checkpoint() -> bytes | None:
    """Returns the shipped model file, read once a process; None in a copy without it, which uses the graph cut alone."""
    try:
        return files("ml.parsing").joinpath(*_FILE).read_bytes()
    except FileNotFoundError:
        return None
