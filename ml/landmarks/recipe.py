"""How the shipped weights are made: rendered faces for pose, expression and occlusion, real ones for what skin looks like."""

from collections.abc import Sequence
from typing import Final

from ml.landmarks.samples import LabeledFace
from ml.landmarks.train import TrainConfig

RENDERED_FACES: Final = 3000
"""How many rendered faces the recipe learns from."""
PHOTO_HEADS: Final = 2500
"""How many pictures of the people of faces106 as heads in other poses, besides."""
RENDERED_SIZE: Final = 288
"""Side of their pictures, in pixels: hardly larger than the network's input."""
FIRST_SEED: Final = 100_000
"""Seeds of the rendered faces: FIRST_SEED, FIRST_SEED + 1 and so on; tests and the demo use small ones."""
REAL_REPEATS: Final = 36
"""How often each real photo is seen for one time that each rendered face is."""
SHAPE_REPEATS: Final = 3
"""How often each real face counts in the shapes of faces, where a rendered one counts once."""
STAGES: Final = (
    TrainConfig(width=128, input_size=128, epochs=10, learning_rate=2e-3, loss="awing", ema=0.998),
    TrainConfig(width=128, input_size=256, epochs=4, warm_learning_rate=1e-3, loss="awing", ema=0.998),
    TrainConfig(width=128, input_size=256, epochs=7, warm_learning_rate=1e-3, loss="awing", ema=0.998),
)


class Mixture(Sequence[LabeledFace]):
    """Several sets as one, each seen a number of times an epoch.

    Args:
        parts: sets of labeled faces, and how often an epoch shows each of their photos.
    """

    def __init__(self, parts: Sequence[tuple[Sequence[LabeledFace], int]]) -> None:
        self._places = [(faces, i) for faces, repeats in parts for _ in range(repeats) for i in range(len(faces))]

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, index: int) -> LabeledFace:  # type: ignore[override]  # nobody slices a mixture
        faces, place = self._places[index]
        return faces[place]
