"""How the shipped weights for hair and skin are made: rendered heads in all poses, real ones for what hair looks like."""

from typing import Final

from ml.parsing.checkpoint import Architecture
from ml.parsing.train import TrainConfig

RENDERED_FACES: Final = 680
"""How many rendered faces the recipe learns from."""
PHOTO_HEADS: Final = 700
"""How many pictures of the people of faces106 as heads in other poses, besides."""
EVERY_HEAD: Final = 3
"""Of how many people one is made such a head: to fit one takes as long as to draw thirty pictures."""
PICTURE_SIZE: Final = 256
"""Side of both, in pixels."""
STUDIO_PICTURES: Final = 14
"""How many pictures each person of faces106 gives."""
OWN_BACKDROPS: Final = 2
"""How many of these are before the person's own backdrop, not before a drawn background."""
FIRST_SEED: Final = 300_000
"""Seeds of the rendered faces: FIRST_SEED, FIRST_SEED + 1 and so on; tests, the demo and the landmarks use others."""

_SMALL: Final = Architecture("bspnet", "B", 18, 3, 97, "face", width=32)
_FULL: Final = Architecture("bspnet", "B", 18, 3, 161, "face", width=32)

STAGES: Final = (
    TrainConfig(_SMALL, epochs=10, learning_rate=0.02),
    TrainConfig(_FULL, epochs=5, learning_rate=0.01),
)
