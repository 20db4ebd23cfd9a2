"""How the shipped weights for hair and skin are made: rendered heads in all poses, real ones for what hair looks like."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ml.parsing.checkpoint import Architecture
from ml.parsing.samples import Sample
from ml.parsing.train import Progress, TrainConfig, TrainResult, train

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
HELD_OUT: Final = 20
"""How many of faces106, the last in the order of names, the shipped weights have not seen: those of the landmarks."""

_SMALL: Final = Architecture("bspnet", "B", 18, 3, 97, "face", width=32)
_FULL: Final = Architecture("bspnet", "B", 18, 3, 161, "face", width=32)

STAGES: Final = (
    TrainConfig(_SMALL, epochs=10, learning_rate=0.02),
    TrainConfig(_FULL, epochs=4, learning_rate=0.01),
)


def train_in_stages(
    stages: Sequence[TrainConfig],
    train_set: Sequence[Sample],
    held_out: Sequence[Sample],
    *,
    init: bytes | None = None,
    imagenet: Path | None = None,
    imagenet_sha256: str | None = None,
    work_dir: Path,
    progress: Progress,
) -> TrainResult:
    """Runs one training after the other, each from the last one's weights; the arguments and errors are those of `train`.

    A finished stage is kept in `work_dir`, so that a killed run goes on within the stage that it was in. Progress counts
    the steps of all stages.
    """
    steps = [stage.epochs * -(-len(train_set) // min(stage.batch_size, len(train_set))) for stage in stages]
    result: TrainResult | None = None
    for number, stage in enumerate(stages):
        result = train(
            stage,
            train_set,
            held_out,
            init=init,
            imagenet=imagenet,
            imagenet_sha256=imagenet_sha256,
            work_dir=work_dir / f"stage-{number + 1}",
            progress=_shifted(progress, sum(steps[:number]), sum(steps)),
        )
        init = result.checkpoint
    if result is None:
        raise ValueError("a recipe needs at least one stage")
    return result


def _shifted(progress: Progress, before: int, total: int) -> Progress:
    return lambda done, _, figures: progress(before + done, total, figures)
