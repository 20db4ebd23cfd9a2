"""Which photos of a labeled folder a training learns from, where nobody names others to score it on."""

from typing import Final

HELD_OUT: Final = 20
"""How many are held out, the last in the order of names; of a small folder a fifth, and one at least.

Photos of one person or one source share the start of their names, so that order keeps them together.
"""


def learned_from(photos: int) -> int:
    """How many of a folder's photos, the first in the order of names, are learned from."""
    return photos - min(HELD_OUT, max(1, photos // 5))
