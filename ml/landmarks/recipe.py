"""How the shipped weights are made: rendered faces for pose, expression and occlusion, real ones for what skin looks like."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ml.landmarks.samples import LabeledFace
from ml.landmarks.train import Progress, TrainConfig, TrainResult, train

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
HELD_OUT: Final = 20
"""How many of faces106, the last in the order of names, the shipped weights have not seen."""

STAGES: Final = (
    TrainConfig(width=128, input_size=128, epochs=10, learning_rate=2e-3, loss="awing", ema=0.998),
    TrainConfig(width=128, input_size=256, epochs=4, warm_learning_rate=1e-3, loss="awing", ema=0.998),
    TrainConfig(width=128, input_size=256, epochs=7, warm_learning_rate=1e-3, loss="awing", ema=0.998),
)


def learned_from(photos: int) -> int:
    """How many of a folder's photos, the first in the order of names, are learned from; the rest is held out."""
    return photos - min(HELD_OUT, max(1, photos // 5))


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


def train_in_stages(
    stages: Sequence[TrainConfig],
    train_set: Sequence[LabeledFace],
    held_out: Sequence[LabeledFace],
    *,
    init: bytes | None,
    work_dir: Path,
    progress: Progress,
) -> TrainResult:
    """Runs one training after the other, each from the last one's weights; the arguments and errors are those of `train`.

    A finished stage is kept in `work_dir`, so that a killed run goes on within the stage that it was in. Progress counts
    the steps of all stages.
    """
    steps = [stage.epochs * -(-len(train_set) // stage.batch_size) for stage in stages]
    result: TrainResult | None = None
    for number, stage in enumerate(stages):
        result = train(
            stage,
            train_set,
            held_out,
            init=init,
            work_dir=work_dir / f"stage-{number + 1}",
            progress=_shifted(progress, sum(steps[:number]), sum(steps)),
        )
        init = result.checkpoint
    if result is None:
        raise ValueError("a recipe needs at least one stage")
    return result


def _shifted(progress: Progress, before: int, total: int) -> Progress:
    return lambda done, _, figures: progress(before + done, total, figures)
