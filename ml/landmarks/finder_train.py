"""Training the finder on scenes of rendered faces and of faces106: `python -m ml.landmarks.finder_train`."""

import argparse
import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from ml.data.faces import LandmarkFolder
from ml.landmarks.boxes import FaceBox
from ml.landmarks.checkpoint import pack
from ml.landmarks.finder import KIND, REFERENCE_SIZE, STRIDE, FinderNet, as_input
from ml.landmarks.finder_scenes import SCENE_SIZE, SceneFace, backgrounds, make_scene, scene_face
from ml.synthetic import render_face

HELD_OUT: Final = 20
"""The last photos of faces106, by name, that training never sees."""

SAVE_STEPS: Final = 25
"""Between two saves of a training in progress."""

_RENDERED_SIDE: Final = 160
_PHOTO_SIDE: Final = 256
_RENDERED_SEED: Final = 100_000
_RENDER_SIZE: Final = 288
_CELLS: Final = SCENE_SIZE // STRIDE
# The centre's bump, as a share of the face: a network cannot tell the very cell of a face that covers the picture.
_BUMP: Final = 0.06
_REGRESSION_WEIGHT: Final = 1.0
_RISE: Final = 20


@dataclass(frozen=True)
class FinderConfig:
    """The recipe.

    Attributes:
        rendered: how many rendered faces.
        steps: of the optimiser.
        batch_size: scenes a step.
        learning_rate: after the first steps, over which it rises. It stays; the average of the weights settles instead, so
            that a training may be stopped at any step and be the same as one planned for so many.
        ema: weight of the past in the running average of the weights, which is the model.
        weight_decay: AdamW's.
        seed: of the weights and the scenes.
        backgrounds: how many pictures without faces lie behind the scenes.
    """

    rendered: int = 4000
    steps: int = 1000
    batch_size: int = 32
    learning_rate: float = 3e-3
    ema: float = 0.98
    weight_decay: float = 1e-3
    seed: int = 0
    backgrounds: int = 200


def targets(boxes: Sequence[FaceBox]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """What the network should say of a scene.

    Returns:
        (6, 12, 12), in the order of the network's output, with the centre's probability first, and (12, 12), how much
        each cell's offset, size and angle count.
    """
    aims = np.zeros((6, _CELLS, _CELLS), np.float32)
    weights = np.zeros((_CELLS, _CELLS), np.float32)
    rows, columns = np.mgrid[0:_CELLS, 0:_CELLS].astype(np.float32)
    for box in boxes:
        x, y = ((v + 0.5) / STRIDE - 0.5 for v in box.center)
        distance = (columns - x) ** 2 + (rows - y) ** 2
        spread = max(0.6, _BUMP * box.size / STRIDE)
        bump = np.exp(-distance / (2 * spread**2))
        peak = (min(max(round(y), 0), _CELLS - 1), min(max(round(x), 0), _CELLS - 1))
        bump[peak] = 1.0
        here = bump > np.maximum(weights, 0.2)
        own = (
            x - columns,
            y - rows,
            np.full_like(rows, math.log(box.size / REFERENCE_SIZE)),
            np.full_like(rows, math.cos(box.angle)),
            np.full_like(rows, math.sin(box.angle)),
        )
        for channel, values in enumerate(own, start=1):
            aims[channel][here] = values[here]
        weights[here] = bump[here]
        aims[0] = np.maximum(aims[0], bump)
    return aims, weights


def finder_loss(outputs: Tensor, aims: Tensor, weights: Tensor) -> Tensor:
    """The penalty-reduced focal loss of CornerNet (Law and Deng 2018) on centres, and L1 on the rest.

    Args:
        outputs: (B, 6, H, W) of the network.
        aims: (B, 6, H, W).
        weights: (B, H, W).
    """
    logits, heat = outputs[:, 0], aims[:, 0]
    probability = logits.sigmoid()
    hit = heat.eq(1)
    right = -functional.logsigmoid(logits) * (1 - probability) ** 2
    wrong = -functional.logsigmoid(-logits) * probability**2 * (1 - heat) ** 4
    centers = torch.where(hit, right, wrong).sum() / hit.sum().clamp(min=1)
    apart = (outputs[:, 1:] - aims[:, 1:]).abs()
    # A turn of some degrees and a size off by a tenth matter as much as an offset of half a cell.
    scale = apart.new_tensor([0.3, 0.3, 1.0, 1.0, 1.0])[:, None, None]
    rest = (apart * scale * weights[:, None]).sum() / weights.sum().clamp(min=1)
    return centers + _REGRESSION_WEIGHT * rest


def rendered_faces(count: int) -> Iterator[SceneFace]:
    """Renders the faces; 0.2 s each."""
    for seed in range(count):
        face = render_face(_RENDERED_SEED + seed, _RENDER_SIZE)
        yield scene_face(face.image, face.points, _RENDERED_SIDE)


def photographed_faces(faces106: Path) -> list[SceneFace]:
    """The photos of faces106 but for those held out."""
    folder = LandmarkFolder(faces106)
    return [scene_face(folder[i].image, folder[i].points, _PHOTO_SIDE) for i in range(max(0, len(folder) - HELD_OUT))]


def train_finder(
    faces: Sequence[SceneFace],
    photographs: Sequence[SceneFace],
    config: FinderConfig,
    progress: Callable[[int, float], None] | None = None,
    saved: Callable[[bytes], object] | None = None,
) -> bytes:
    """Trains a finder; the same arguments give the same file on the same machine.

    Args:
        faces: rendered ones.
        photographs: real ones; may be empty.
        config: the recipe.
        progress: is told the step and its loss.
        saved: is given the model file as it stands, every `SAVE_STEPS` steps.

    Returns:
        The model file, with weights of half precision.

    Raises:
        ValueError: no rendered face is given.
    """
    if not faces:
        raise ValueError("training the finder needs rendered faces")
    torch.manual_seed(config.seed)
    network = FinderNet().train().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer = torch.optim.AdamW(network.parameters(), config.learning_rate, weight_decay=config.weight_decay)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / _RISE))
    average = {k: v.detach().clone() for k, v in network.state_dict().items()}
    grounds = backgrounds(np.random.default_rng([config.seed, 1]), config.backgrounds)
    for step in range(config.steps):
        rng = np.random.default_rng([config.seed, 2, step])
        scenes = [make_scene(rng, faces, photographs, grounds) for _ in range(config.batch_size)]
        goals = [targets(scene.boxes) for scene in scenes]
        aims = torch.from_numpy(np.stack([goal[0] for goal in goals]))
        weights = torch.from_numpy(np.stack([goal[1] for goal in goals]))
        pictures = as_input(np.stack([scene.image for scene in scenes]))
        loss = finder_loss(network(pictures.contiguous(memory_format=torch.channels_last)), aims, weights)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()
        schedule.step()
        # At first the average spans the steps that there are.
        past = min(config.ema, step / (step + 4))
        for name, value in network.state_dict().items():
            if value.is_floating_point():
                average[name].mul_(past).add_(value.detach(), alpha=1 - past)
            else:
                average[name].copy_(value)
        if progress is not None:
            progress(step, float(loss.detach()))
        if saved is not None and (step + 1) % SAVE_STEPS == 0:
            saved(_file(average, step + 1, len(faces), len(photographs)))
    return _file(average, config.steps, len(faces), len(photographs))


def _file(state: Mapping[str, Tensor], steps: int, faces: int, photographs: int) -> bytes:
    halves = {k: v.half() if v.is_floating_point() else v for k, v in state.items()}
    return pack(halves, {"kind": KIND, "steps": steps, "faces": faces, "photographs": photographs})


def main() -> None:
    """Renders, trains and writes the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faces106", type=Path, required=True, help="folder with images/ and landmarks/")
    parser.add_argument("--out", type=Path, required=True, help="the model file to write")
    parser.add_argument("--rendered", type=Path, help="folder of faces rendered before, instead of rendering them now")
    parser.add_argument("--count", type=int, default=FinderConfig.rendered, help="how many rendered faces")
    parser.add_argument("--steps", type=int, default=FinderConfig.steps)
    arguments = parser.parse_args()
    config = FinderConfig(rendered=arguments.count, steps=arguments.steps)
    if arguments.rendered is None:
        faces = list(rendered_faces(config.rendered))
    else:
        folder = LandmarkFolder(arguments.rendered)
        faces = [
            scene_face(folder[i].image, folder[i].points, _RENDERED_SIDE)
            for i in range(min(config.rendered, len(folder)))
        ]

    def progress(step: int, loss: float) -> None:
        if step % 20 == 0:
            sys.stderr.write(f"step {step} of {config.steps}: loss {loss:.3f}\n")

    photographs = photographed_faces(arguments.faces106)
    arguments.out.write_bytes(train_finder(faces, photographs, config, progress, arguments.out.write_bytes))


if __name__ == "__main__":
    main()
