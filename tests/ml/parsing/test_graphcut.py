import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ml.parsing import segment_hair_skin
from ml.ppa import fit_parts, fuse
from ml.schema import MEAN_FACE
from ml.synthetic import render_face

SEEDS = range(100, 108)


def f1(pairs: list[tuple[NDArray[np.bool_], NDArray[np.bool_]]]) -> float:
    """Pooled over all photos, from pairs of found and true masks."""
    both = sum(int((found & true).sum()) for found, true in pairs)
    return 2 * both / sum(int(found.sum() + true.sum()) for found, true in pairs)


def test_hair_and_skin_of_rendered_faces() -> None:
    skin, hair = [], []
    for seed in SEEDS:
        face = render_face(seed, 320, pose="frontal")
        found = segment_hair_skin(face.image, face.points)
        assert found.label_map.shape == face.label_map.shape
        assert set(np.unique(found.label_map)) <= {0, 1, 10}
        assert not found.label_map[found.certain_background].any()
        # The facial parts are skin as far as this stage knows.
        skin.append((found.label_map == 1, (face.label_map > 0) & (face.label_map < 10)))
        hair.append((found.label_map == 10, face.label_map == 10))
    assert f1(skin) > 0.95
    assert f1(hair) > 0.8


def test_points_photo_and_both_stages_make_a_label_map() -> None:
    """The chain that the worker runs."""
    pairs: dict[int, list[tuple[NDArray[np.bool_], NDArray[np.bool_]]]] = {k: [] for k in range(1, 11)}
    for seed in SEEDS:
        face = render_face(seed, 320, pose="frontal")
        parts = fit_parts(face.points, face.image.shape)
        found = segment_hair_skin(face.image, face.points)
        label_map = fuse(found.label_map, parts, found.certain_background)
        for category, masks in pairs.items():
            masks.append((label_map == category, face.label_map == category))
    scores = {category: f1(masks) for category, masks in pairs.items()}
    assert min(scores[k] for k in range(2, 8)) > 0.9, scores
    assert np.mean(list(scores.values())) > 0.92, scores


def test_skin_and_top_hair_of_real_faces(face_data: Path) -> None:
    folder = face_data / "faces106"
    skin, hair = [], []
    for path in sorted((folder / "images").iterdir())[::9]:
        image = np.ascontiguousarray(cv2.imread(str(path))[..., ::-1])
        points = np.loadtxt(folder / "landmarks" / f"{path.stem}.txt", skiprows=1)
        lines = {k: np.array(v) for k, v in json.loads((folder / "outlines" / f"{path.stem}.json").read_text()).items()}
        face = np.concatenate([points[:33], lines["hairline"][::-1]])
        true_skin, head = (np.zeros(image.shape[:2], dtype=np.uint8) for _ in range(2))
        cv2.fillPoly(true_skin, [face.round().astype(np.int32)], 1)
        cv2.fillPoly(head, [lines["hair"].round().astype(np.int32)], 1)
        found = segment_hair_skin(image, points).label_map
        # The ears' lines are open and the hair's outer line is coarse: leave what is beside the face out, and look for
        # hair between hairline and outer line above the brows.
        above = np.zeros(image.shape[:2], dtype=bool)
        above[: int(points[33:51, 1].min())] = True
        scored = above | (cv2.dilate(true_skin, np.ones((5, 5), np.uint8)) > 0)
        skin.append(((found == 1) & scored, true_skin == 1))
        hair.append(((found == 10) & (head == 1) & above, (head == 1) & (true_skin == 0) & above))
    assert f1(skin) > 0.94
    assert f1(hair) > 0.8


def test_the_answer_is_the_same_every_time_and_whatever_ran_before() -> None:
    face = render_face(5, 240, pose="frontal")
    first = segment_hair_skin(face.image, face.points)
    cv2.setRNGSeed(99)
    segment_hair_skin(face.image[:, ::-1].copy(), face.points)
    second = segment_hair_skin(face.image, face.points)
    assert np.array_equal(first.label_map, second.label_map)
    assert np.array_equal(first.certain_background, second.certain_background)


def test_a_turned_photo_gives_the_turned_map() -> None:
    """Nearly: the canvas is the same up to interpolation."""
    face = render_face(101, 320, pose="frontal")
    turned_points = np.stack([face.points[:, 1], 319 - face.points[:, 0]], axis=1)
    turned = segment_hair_skin(np.rot90(face.image).copy(), turned_points).label_map
    assert (turned == np.rot90(segment_hair_skin(face.image, face.points).label_map)).mean() > 0.97


def test_certain_background_keeps_its_distance_from_the_face() -> None:
    face = render_face(3, 320, pose="frontal")
    certain = segment_hair_skin(face.image, face.points).certain_background
    assert certain.any()
    assert not (certain & (fit_parts(face.points, face.image.shape) > 0)).any()


@pytest.mark.parametrize("shift", [(-260, 0), (0, 200), (-4000, -4000)])
def test_a_face_that_is_cut_off_or_outside_still_gives_a_map(shift: tuple[int, int]) -> None:
    rng = np.random.default_rng(8)
    image = rng.integers(0, 256, (200, 260, 3)).astype(np.uint8)
    found = segment_hair_skin(image, np.asarray(MEAN_FACE) * 150 + 50 + shift)
    assert found.label_map.shape == found.certain_background.shape == (200, 260)
    if shift == (-4000, -4000):
        assert not found.label_map.any()
        assert not found.certain_background.any()


@pytest.mark.parametrize(
    ("image", "points", "message"),
    [
        (np.zeros((9, 9), np.uint8), MEAN_FACE, "expected an RGB photo"),
        (np.zeros((9, 9, 3), np.float32), MEAN_FACE, "expected an RGB photo"),
        (np.zeros((9, 9, 3), np.uint8), MEAN_FACE[:68], "expected 106 finite points"),
        (np.zeros((9, 9, 3), np.uint8), MEAN_FACE * np.float32("nan"), "expected 106 finite points"),
        (np.zeros((9, 9, 3), np.uint8), MEAN_FACE * 0, "all at one place"),
    ],
)
def test_what_is_no_photo_of_a_face_is_refused(
    image: NDArray[np.uint8], points: NDArray[np.float32], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        segment_hair_skin(image, points)


@pytest.mark.parametrize("seed", range(6))
def test_points_that_make_no_face_still_give_a_map(seed: int) -> None:
    face = render_face(seed, 160, pose="frontal")
    points = face.points + np.random.default_rng(seed).normal(0, 4.0 * 3**seed, face.points.shape)
    found = segment_hair_skin(face.image, points)
    assert set(np.unique(found.label_map)) <= {0, 1, 10}
    parts = fit_parts(points, face.image.shape)
    assert fuse(found.label_map, parts, found.certain_background).shape == (160, 160)
