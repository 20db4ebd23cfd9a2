import numpy as np
import pytest

from ml.geometry import similarity, transform_points
from ml.landmarks.face_shapes import FaceShapes, expected_error
from ml.landmarks.shipped import shipped_checkpoint, shipped_shapes
from ml.model_file import CheckpointError
from ml.schema import IBUG_68, MEAN_FACE, N_POINTS
from ml.synthetic import render_face

SIZE = 300.0


@pytest.fixture(scope="module")
def faces() -> list[np.ndarray]:
    return [render_face(seed, 64).points for seed in range(24)]


def _distance(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.linalg.norm(a - b, axis=1).mean())


def test_scattered_points_come_nearer_to_the_face() -> None:
    face = render_face(900_000, 512).points.astype(np.float64)
    size = np.sqrt(np.ptp(face, axis=0).prod())
    confidence = np.full(N_POINTS, 0.6)
    scatter = np.random.default_rng(1).normal(0, expected_error(0.6) * size, face.shape)
    likeliest = shipped_shapes().likeliest(face + scatter, confidence)
    assert _distance(likeliest, face) < 0.6 * _distance(face + scatter, face)


def test_points_that_the_network_is_sure_of_stay_and_a_doubtful_one_gives_way() -> None:
    face = render_face(900_001, 512, pose="frontal").points.astype(np.float64)
    size = np.sqrt(np.ptp(face, axis=0).prod())
    seen, confidence = face.copy(), np.full(N_POINTS, 0.98)
    seen[60] += 0.2 * size
    confidence[60] = 0.1
    likeliest = shipped_shapes().likeliest(seen, confidence)
    off = np.linalg.norm(likeliest - face, axis=1) / size
    assert off[60] < 0.05
    assert np.delete(off, 60).mean() < 0.01


def test_points_that_a_network_was_never_taught_do_not_carry_the_others_away() -> None:
    face = render_face(900_001, 512, pose="frontal").points.astype(np.float64)
    size = np.sqrt(np.ptp(face, axis=0).prod())
    untaught = np.setdiff1d(np.arange(N_POINTS), IBUG_68)
    seen, confidence = face.copy(), np.full(N_POINTS, 0.5)
    seen[untaught] = face.mean(axis=0) + np.random.default_rng(4).uniform(-0.5, 0.1, (len(untaught), 2)) * size
    confidence[untaught] = 0.03
    likeliest = shipped_shapes().likeliest(seen, confidence)
    assert np.linalg.norm(likeliest - face, axis=1).mean() < 0.03 * size


def test_it_moves_turns_and_scales_with_the_picture(faces: list[np.ndarray]) -> None:
    shapes, confidence = shipped_shapes(), np.linspace(0.2, 0.9, N_POINTS)
    seen = faces[3] + np.random.default_rng(2).normal(0, 1.0, (N_POINTS, 2))
    moved = similarity(3.7, 0.6, (120.0, -40.0))
    expected = transform_points(moved, shapes.likeliest(seen, confidence))
    assert shapes.likeliest(transform_points(moved, seen), confidence) == pytest.approx(expected, abs=0.01)


def test_learned_from_more_faces_than_columns_it_keeps_their_spread(faces: list[np.ndarray]) -> None:
    shapes = FaceShapes.learn(faces, components=8)
    assert shapes.basis.shape == (2 * N_POINTS, 8)
    # A face of the set, each point as doubtful as can be, goes towards the mean; surely seen it stays.
    face = faces[0]
    size = np.sqrt(np.ptp(face, axis=0).prod())
    doubtful = shapes.likeliest(face, np.zeros(N_POINTS))
    sure = shapes.likeliest(face, np.ones(N_POINTS))
    assert _distance(sure, face) < 0.02 * size
    assert _distance(doubtful, face) > 3 * _distance(sure, face)


def test_a_face_and_its_mirror_are_equally_likely(faces: list[np.ndarray]) -> None:
    shapes = FaceShapes.learn(faces)
    mean = shapes.mean.reshape(N_POINTS, 2)
    # The mean of faces and mirrored faces is its own mirror image: the pupils lie at one height.
    assert mean[104, 1] == pytest.approx(mean[105, 1], abs=1e-4)
    assert (mean[104, 0] + mean[105, 0]) / 2 == pytest.approx(mean[16, 0], abs=1e-3)


def test_points_at_one_place_come_back() -> None:
    points = np.full((N_POINTS, 2), 17.0)
    assert (shipped_shapes().likeliest(points, np.zeros(N_POINTS)) == points).all()


def test_the_density_is_that_of_the_whole_gaussian(faces: list[np.ndarray]) -> None:
    shapes = FaceShapes.learn(faces, components=8)
    confidence = np.linspace(0.3, 1.0, N_POINTS)
    covariance = shapes.basis @ shapes.basis.T + np.diag(shapes.rest + np.repeat(expected_error(confidence) ** 2, 2))
    off = (MEAN_FACE.astype(np.float64) - shapes.mean.reshape(N_POINTS, 2)).ravel()
    logarithm = off @ np.linalg.solve(covariance, off) + np.linalg.slogdet(2 * np.pi * covariance).logabsdet
    assert shapes.log_density(MEAN_FACE, confidence) == pytest.approx(-0.5 * logarithm / (2 * N_POINTS), rel=1e-4)


def test_a_face_is_denser_than_scatter_and_than_a_doubtful_face() -> None:
    shapes, sure = shipped_shapes(), np.full(N_POINTS, 0.8)
    face = render_face(900_002, 64).points.astype(np.float64)
    moved = transform_points(similarity(3.7, 0.6, (120.0, -40.0)), face)
    assert shapes.log_density(moved, sure) == pytest.approx(shapes.log_density(face, sure), abs=1e-3)
    scatter = np.random.default_rng(3).permutation(face)
    assert shapes.log_density(face, sure) > shapes.log_density(face, sure - 0.4) > shapes.log_density(scatter, sure)
    assert shapes.log_density(np.full((N_POINTS, 2), 17.0), sure) < -100


def test_a_file_is_the_same_shapes_and_the_same_bytes(faces: list[np.ndarray]) -> None:
    shapes = FaceShapes.learn(faces, components=6)
    again = FaceShapes.load(shapes.dump())
    assert again.dump() == shapes.dump()
    confidence = np.full(N_POINTS, 0.5)
    assert again.likeliest(faces[1], confidence) == pytest.approx(shapes.likeliest(faces[1], confidence), abs=1e-3)


def test_damaged_files_and_other_files_are_named(faces: list[np.ndarray]) -> None:
    data = FaceShapes.learn(faces, components=6).dump()
    with pytest.raises(CheckpointError, match="safetensors"):
        FaceShapes.load(data[: len(data) // 2])
    with pytest.raises(CheckpointError, match="no face shapes"):
        FaceShapes.load(shipped_checkpoint())


def test_too_few_faces_and_wrong_points_are_refused() -> None:
    with pytest.raises(ValueError, match="two faces or more"):
        FaceShapes.learn([MEAN_FACE])
    with pytest.raises(ValueError, match="points are needed"):
        FaceShapes.learn([MEAN_FACE[:68], MEAN_FACE[:68]])
