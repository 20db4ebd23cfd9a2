"""The outlines of the neutral head: through the landmarks, and edges of the mesh that carries the labels."""

import numpy as np
import pytest

from ml.synthetic.curves import elastic_line
from ml.synthetic.meshes import Array
from ml.synthetic.part_outlines import SPACING, landmark_places, lid, part_outlines, seam
from ml.synthetic.template import template

THROUGH = {
    "left_brow": range(33, 42),
    "right_brow": range(42, 51),
    "left_eye": range(66, 74),
    "right_eye": range(75, 83),
    "nose": range(55, 66),
    "upper_lip": (*range(84, 91), *range(96, 101)),
    "lower_lip": (*range(90, 96), 84, 96, *range(100, 104)),
    "inner_mouth": range(96, 104),
    "contour": range(33),
}


@pytest.mark.parametrize("name", THROUGH)
def test_an_outline_passes_through_its_landmarks(name: str) -> None:
    outline = part_outlines()[name]
    away = np.linalg.norm(landmark_places()[list(THROUGH[name])][:, None] - outline[None], axis=-1).min(axis=1)
    assert away.max() < 1e-9
    if name != "contour":
        # The inner lips are divided by angle: a little coarser in the middle.
        assert np.linalg.norm(np.roll(outline, -1, axis=0) - outline, axis=1).max() < 1.5 * SPACING


def _cross(one: Array, other: Array) -> Array:
    return np.asarray(one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0])


def test_no_triangle_reaches_across_an_outline() -> None:
    head = template()
    for name, outline in part_outlines().items():
        line = outline if name == "contour" else np.vstack([outline, outline[:1]])
        middles = (line[:-1] + line[1:]) / 2
        # A triangle across an outline would have a place of it, or of its pieces' middles, in its inside.
        a, b, c = (head.places[head.triangles[:, k]] for k in range(3))
        for place in middles:
            d = place - a
            area = _cross(b - a, c - a)
            u, v = _cross(d, c - a) / area, _cross(b - a, d) / area
            assert not ((u > 1e-3) & (v > 1e-3) & (u + v < 1 - 1e-3)).any(), name


def test_shut_lips_meet_and_their_outer_edges_stay() -> None:
    head = template()
    marks = head.landmarks
    np.testing.assert_allclose(head.shut[marks[97:100], 1], seam(head.places[marks[97:100], 0]), atol=1e-9)
    np.testing.assert_allclose(head.shut[marks[[103, 102, 101]]], head.shut[marks[97:100]], atol=1e-9)
    np.testing.assert_allclose(head.shut[marks[84:96]], head.places[marks[84:96]], atol=1e-9)


def test_lids_are_the_edges_of_the_eyes() -> None:
    eye = part_outlines()["right_eye"]
    edges = np.minimum(np.abs(lid(eye[:, 0], True) - eye[:, 1]), np.abs(lid(eye[:, 0], False) - eye[:, 1]))
    assert edges.max() < 1e-9


def test_an_elastic_line_is_nearly_an_arc_through_places_of_one() -> None:
    angle = np.array([0.0, 0.5, 0.8, 1.5, 2.0])
    line = elastic_line(np.column_stack([np.cos(angle), np.sin(angle)]), 0.01)
    assert np.abs(np.linalg.norm(line, axis=1) - 1).max() < 0.003
    assert np.linalg.norm(np.diff(line, axis=0), axis=1).max() < 0.012
    straight = elastic_line([[0.0, 0.0], [1.0, 2.0]], 0.3)
    np.testing.assert_allclose(straight[:, 1], 2 * straight[:, 0])
