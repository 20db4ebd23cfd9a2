import math

import numpy as np
import pytest
import torch

from ml.landmarks.boxes import FaceBox
from ml.landmarks.checkpoint import CheckpointError, pack
from ml.landmarks.finder import FinderNet, as_input, decode, load, pad
from ml.landmarks.finder_scenes import SCENE_SIZE, SceneFace, backgrounds, make_scene, scene_face
from ml.landmarks.finder_train import FinderConfig, finder_loss, targets, train_finder
from ml.synthetic import render_face


@pytest.fixture(scope="module")
def faces() -> list[SceneFace]:
    rendered = [render_face(seed, 96, pose="frontal") for seed in range(4)]
    return [scene_face(face.image, face.points, 80) for face in rendered]


def as_output(boxes: list[FaceBox]) -> torch.Tensor:
    """The output of a network that has learned its targets by heart."""
    aims, _ = targets(boxes)
    output = torch.from_numpy(aims)
    output[0] = torch.logit(output[0].clamp(1e-4, 1 - 1e-4))
    return output


def test_targets_are_read_back_as_the_same_faces() -> None:
    boxes = [FaceBox((23.3, 30.9), 31.0, 0.6), FaceBox((71.0, 66.2), 18.0, -0.4)]
    finds = sorted(decode(as_output(boxes), 0.9), key=lambda find: find.center)
    assert len(finds) == 2
    for find, box in zip(finds, boxes, strict=True):
        assert find.center == pytest.approx(box.center, abs=1e-3)
        assert find.size == pytest.approx(box.size, rel=1e-4)
        assert find.angle == pytest.approx(box.angle, abs=1e-4)


def test_the_right_output_costs_least() -> None:
    box = FaceBox((40.0, 52.0), 30.0, 0.2)
    aims, weights = (torch.from_numpy(a)[None] for a in targets([box]))
    right = finder_loss(as_output([box])[None], aims, weights)
    moved = finder_loss(as_output([FaceBox((56.0, 52.0), 30.0, 0.2)])[None], aims, weights)
    larger = finder_loss(as_output([FaceBox((40.0, 52.0), 60.0, 0.2)])[None], aims, weights)
    assert right < 0.5 * larger
    assert right < 0.1 * moved


def test_a_scene_says_where_its_faces_are(faces: list[SceneFace]) -> None:
    rng = np.random.default_rng(0)
    grounds = backgrounds(rng, 3)
    scenes = [make_scene(rng, faces, [], grounds) for _ in range(60)]
    for scene in scenes:
        assert scene.image.shape == (SCENE_SIZE, SCENE_SIZE, 3)
        for box in scene.boxes:
            assert all(0 <= v < SCENE_SIZE for v in box.center)
            assert abs(box.angle) <= 1
    counts = {len(scene.boxes) for scene in scenes}
    assert {0, 1, 2} <= counts


def test_padding_leaves_the_picture_in_its_corner() -> None:
    picture = np.full((33, 70, 3), 7, dtype=np.uint8)
    padded = pad(picture)
    assert padded.shape == (64, 96, 3)
    assert np.array_equal(padded[:33, :70], picture)
    with torch.inference_mode():
        assert FinderNet().eval()(as_input(padded[None])).shape == (1, 6, 8, 12)


def test_training_learns_and_gives_the_same_file_again(faces: list[SceneFace]) -> None:
    losses: list[float] = []
    config = FinderConfig(steps=12, batch_size=4, backgrounds=6)
    first = train_finder(faces, [], config, lambda step, loss: losses.append(loss))
    assert np.mean(losses[-3:]) < np.mean(losses[:3])
    assert train_finder(faces, [], config) == first
    network = load(first)
    assert not network.training
    assert all(math.isfinite(float(value.abs().max())) for value in network.parameters())
    assert len(first) < 1_000_000


def test_training_needs_faces() -> None:
    with pytest.raises(ValueError, match="rendered faces"):
        train_finder([], [], FinderConfig(steps=1))


def test_refuses_what_is_no_finder() -> None:
    with pytest.raises(CheckpointError):
        load(b"not a model")
    with pytest.raises(CheckpointError, match="landmarks"):
        load(pack({}, {"kind": "landmarks"}))
    with pytest.raises(CheckpointError, match="do not fit"):
        load(pack({"head.bias": torch.zeros(6)}, {"kind": "finder"}))
