"""What the label map says of things that are worn or held, each worn on purpose."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from ml.schema import CATEGORIES
from ml.synthetic import RenderedFace, accessories, render, render_face
from ml.synthetic.accessories import Accessories
from ml.synthetic.hair import Hair
from ml.synthetic.meshes import clip, grid_mesh
from ml.synthetic.shells import Skull

ID = {category.name: category.id for category in CATEGORIES}
SEED = 3

Wear = Callable[[np.random.Generator, NDArray[np.float64], Accessories], None]


def wearing(monkeypatch: pytest.MonkeyPatch, wear: Wear) -> RenderedFace:
    def only(rng: np.random.Generator, head: NDArray[np.float64], easy: bool) -> Accessories:
        worn = Accessories()
        wear(rng, head, worn)
        return worn

    monkeypatch.setattr(render, "sample_accessories", only)
    return render_face(SEED, 256, pose="frontal")


def bald(monkeypatch: pytest.MonkeyPatch) -> None:
    hairless = Hair([], [], np.zeros(3), 0.0, 0.0, 0.0, 0.0)
    monkeypatch.setattr(render, "sample_hair", lambda *args, **kwargs: hairless)


def test_dark_glasses_are_background_and_hide_the_eyes(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = wearing(monkeypatch, lambda rng, head, worn: None)
    assert {ID["left_eye"], ID["right_eye"]} <= set(np.unique(plain.label_map))
    dark = wearing(monkeypatch, lambda rng, head, worn: accessories._glasses(rng, head, worn, dark=True))
    assert not np.isin(dark.label_map, [ID["left_eye"], ID["right_eye"]]).any()
    assert (dark.visibility[66:84] == 1).all()
    np.testing.assert_array_equal(dark.points, plain.points)


def test_clear_glasses_leave_the_eyes_visible(monkeypatch: pytest.MonkeyPatch) -> None:
    clear = wearing(monkeypatch, lambda rng, head, worn: accessories._glasses(rng, head, worn, dark=False))
    assert {ID["left_eye"], ID["right_eye"]} <= set(np.unique(clear.label_map))
    assert (clear.visibility[[104, 105]] == 2).all()


def test_a_hand_or_a_mask_over_the_face_is_background(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = wearing(monkeypatch, lambda rng, head, worn: None)
    hand = wearing(monkeypatch, lambda rng, head, worn: worn.solid.extend(accessories._hand(rng)))
    assert ((plain.label_map > 0) & (hand.label_map == 0)).sum() > 200
    assert (hand.visibility == 1).sum() > (plain.visibility == 1).sum()
    mask = wearing(monkeypatch, lambda rng, head, worn: worn.solid.append(accessories._mask(head)))
    lips = [ID["upper_lip"], ID["inner_mouth"], ID["lower_lip"]]
    assert not np.isin(mask.label_map, lips).any()
    assert (mask.visibility[84:104] == 1).all()


def test_a_hood_leaves_no_hair_and_a_bald_head_is_skin(monkeypatch: pytest.MonkeyPatch) -> None:
    hood = wearing(monkeypatch, lambda rng, head, worn: accessories._headwear(rng, Skull(head), worn, "hood"))
    assert not (hood.label_map == ID["hair"]).any()
    bald(monkeypatch)
    head = wearing(monkeypatch, lambda rng, head, worn: None)
    brow_top = int(head.points[33:51, 1].min())
    above = head.label_map[:brow_top]
    assert (above == ID["skin"]).sum() > 500
    assert set(np.unique(above)) <= {0, ID["skin"], ID["left_brow"], ID["right_brow"]}
    # Below the chin is the neck, which is background.
    assert not head.label_map[int(head.points[:33, 1].max()) + 3 :].any()


def test_clipping_keeps_the_area_where_the_function_is_positive() -> None:
    y, x = np.mgrid[0:1:6j, 0:1:6j]
    mesh = grid_mesh(np.stack([x, y, 0 * x], axis=-1), 0, 0)
    cut = clip(mesh, mesh.points[:, 0] + mesh.points[:, 1] - 0.73)
    a, b, c = (cut.points[cut.triangles[:, k]] for k in range(3))
    area = np.cross(b - a, c - a)[:, 2]
    assert (area > -1e-12).all()
    assert area.sum() / 2 == pytest.approx(1 - 0.73**2 / 2)
    np.testing.assert_allclose(cut.uv, cut.points[:, :2])
