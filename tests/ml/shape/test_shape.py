"""Points that follow: the conditional mean of a face's errors, and what it is learned from."""

import json
from pathlib import Path

import numpy as np
import pytest

from ml.data.faces import LandmarkFolder
from ml.geometry import estimate_similarity, transform_points
from ml.schema import MEAN_FACE, N_POINTS
from ml.shape import ShapeModel, default_shape_model, fit
from ml.shape.golden import golden

REPOSITORY = Path(__file__).resolve().parents[3]


def face(angle: float = 0.3, size: float = 300.0) -> np.ndarray:
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return size * MEAN_FACE.astype(np.float64) @ turn.T + 100


def drawn(model: ShapeModel, count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Proposals, and truths whose errors are drawn from the model."""
    generator = np.random.default_rng(seed)
    k = model.basis.shape[1]
    errors = generator.normal(size=(count, k)) @ model.basis.T + generator.normal(size=(count, 212)) * model.noise
    proposals = np.stack([face(angle) for angle in generator.uniform(-1, 1, count)])
    frames = [estimate_similarity(MEAN_FACE, proposal)[:, :2] for proposal in proposals]
    moved = [error.reshape(N_POINTS, 2) @ frame.T for error, frame in zip(errors, frames, strict=True)]
    return proposals, proposals + np.stack(moved)


def test_it_answers_the_conditional_mean_of_the_full_gaussian() -> None:
    model, proposal = default_shape_model(), face(0.0, 1.0)
    fixed = {3: proposal[3] + [0.03, -0.01], 84: proposal[84] + [0.0, 0.02], 60: proposal[60]}
    basis = model.basis.astype(float)
    covariance = basis @ basis.T + np.diag(model.noise.astype(float) ** 2)
    rows = np.array([2 * index + axis for index in fixed for axis in (0, 1)])
    errors = np.concatenate([place - proposal[index] for index, place in fixed.items()])
    expected = covariance[:, rows] @ np.linalg.solve(covariance[np.ix_(rows, rows)], errors)
    free = np.setdiff1d(np.arange(N_POINTS), list(fixed))
    moved = model.carry(proposal, fixed) - proposal
    assert np.allclose(moved[free], expected.reshape(N_POINTS, 2)[free], atol=1e-8)


def test_fixed_points_stay_exactly_put_and_their_order_does_not_matter() -> None:
    proposal = face()
    generator = np.random.default_rng(1)
    fixed = {int(index): proposal[index] + generator.normal(0, 9, 2) for index in generator.permutation(106)[:30]}
    carried = default_shape_model().carry(proposal, fixed)
    assert all(np.array_equal(carried[index], place) for index, place in fixed.items())
    backwards = default_shape_model().carry(proposal, dict(reversed(fixed.items())))
    assert np.allclose(carried, backwards, atol=1e-9)
    assert np.array_equal(default_shape_model().carry(proposal, {}), proposal)


def test_it_turns_and_grows_with_the_face() -> None:
    model, small, large = default_shape_model(), face(0.0, 100), face(np.pi / 2, 300)
    upright = model.carry(small, {16: small[16] + [6, 2]}) - small
    turned = model.carry(large, {16: large[16] + [-6, 18]}) - large
    assert np.allclose(turned, 3 * upright @ np.array([[0, 1], [-1, 0]]), atol=1e-4)


def test_learning_beats_what_is_assumed_where_faces_err_in_their_own_way() -> None:
    """Errors here move brows and jaw against each other, which nobody assumes before seeing labels."""
    column = np.zeros((106, 2))
    column[33:51, 1], column[0:33, 1] = 0.02, -0.02
    truth_model = ShapeModel(column.reshape(212, 1).astype(np.float32), np.full(212, 0.003, np.float32))
    learned = fit(*drawn(truth_model, 200), np.ones((200, N_POINTS), bool))
    proposals, truths = drawn(truth_model, 20, seed=9)

    def left(model: ShapeModel) -> float:
        carried = [model.carry(p, {36: t[36]}) for p, t in zip(proposals, truths, strict=True)]
        return float(np.linalg.norm(np.stack(carried) - truths, axis=2)[:, 0:33].mean())

    assert left(learned) < 0.5 * left(default_shape_model())


def test_unknown_points_are_no_evidence() -> None:
    proposals, truths = drawn(default_shape_model(), 30)
    known = np.ones((30, N_POINTS), bool)
    known[:, :33] = False
    spoilt = truths.copy()
    spoilt[:, :33] += 1e3
    one, other = fit(proposals, truths, known), fit(proposals, spoilt, known)
    assert np.allclose(one.basis @ one.basis.T, other.basis @ other.basis.T, atol=1e-7)
    nothing = fit(proposals, truths, np.zeros_like(known))
    assert np.allclose(nothing.noise, default_shape_model().noise)


def test_the_browsers_fixture_is_current() -> None:
    """By its answers: of equal eigenvalues, every machine may name other axes."""
    fixture = json.loads((REPOSITORY / "frontend/src/editor/core/shape.golden.json").read_text(encoding="utf-8"))
    assert {key: len(value) for key, value in fixture.items()} == {"model": 4, "cases": 5}
    assert fixture["model"]["components"] == default_shape_model().basis.shape[1]
    for kept, made in zip(fixture["cases"], json.loads(golden())["cases"], strict=True):
        assert kept["fixed"] == made["fixed"] and kept["proposal"] == made["proposal"]
        assert np.allclose(kept["carried"], made["carried"], atol=2e-3), "run: python -m ml.shape.golden (see there)"


@pytest.mark.parametrize(
    ("basis", "noise"),
    [((210, 3), np.ones(212)), ((212, 3), np.ones(210)), ((212, 3), np.zeros(212)), ((212, 3), np.full(212, np.nan))],
)
def test_it_refuses_what_is_no_model(basis: tuple[int, int], noise: np.ndarray) -> None:
    with pytest.raises(ValueError, match="not a shape model"):
        ShapeModel(np.zeros(basis, np.float32), noise.astype(np.float32))


def test_carrying_spares_corrections_on_real_faces(face_data: Path) -> None:
    """From the mean face, fixing the worst point each time until none is off by more than 6 % of the eyes' distance."""
    counts = {"alone": 0, "carried": 0}
    faces = LandmarkFolder(face_data / "faces106", 106)
    for number in range(0, 100, 20):
        truth = faces[number].points.astype(float)
        proposal = transform_points(estimate_similarity(MEAN_FACE, truth), MEAN_FACE)
        limit = 0.06 * np.linalg.norm(truth[66] - truth[79])
        for name in counts:
            fixed: dict[int, np.ndarray] = {}
            points: np.ndarray = proposal.copy()
            while (error := np.linalg.norm(points - truth, axis=1)).max() > limit:
                worst = int(error.argmax())
                fixed[worst] = points[worst] = truth[worst]
                if name == "carried":
                    points = default_shape_model().carry(proposal, fixed)
            counts[name] += len(fixed)
    assert counts["carried"] < 0.6 * counts["alone"]
