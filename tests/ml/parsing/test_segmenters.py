"""Hair and skin by whatever was chosen: the graph cut, or networks; here networks that read the map off the picture."""

from pathlib import Path

import numpy as np
import pytest

from ml.model_file import CheckpointError
from ml.parsing import segment_hair_skin
from ml.parsing.segmenters import CoarseToFine, GraphCut, open_segmenter
from ml.schema import MEAN_FACE
from ml.synthetic import render_face
from tests.ml.parsing.test_parsing_predict import oracle, pictured
from tests.workers.networks import tiny_weights

POINTS = (MEAN_FACE * 60 + (70, 60)).astype(np.float32)
# What an oracle paints and reads: the network's own ids, not the schema's.
SKIN, HAIR = 1, 2


def scene() -> np.ndarray:
    """The head of the points, and a larger one beside it."""
    own_ids = np.zeros((200, 360), np.uint8)
    own_ids[30:140, 60:140] = HAIR
    own_ids[70:130, 75:125] = SKIN
    own_ids[10:190, 200:350] = HAIR
    return own_ids


def test_the_graph_cut_is_one_of_them() -> None:
    face = render_face(100, 160, pose="frontal")
    (found,) = GraphCut().segment([face.image], [face.points])
    expected = segment_hair_skin(face.image, face.points)
    np.testing.assert_array_equal(found.label_map, expected.label_map)
    np.testing.assert_array_equal(found.certain_background, expected.certain_background)


def test_the_fine_network_is_shown_the_head_that_the_points_are_in() -> None:
    # What the coarse oracle reads as 1 is 20 of red; hair is 40: it needs a picture of its own, so it answers by nearest.
    segmenter = CoarseToFine(oracle(3, "head"), oracle(2, "photo"), "test")
    own_ids = scene()
    (found,) = segmenter.segment([pictured(own_ids)], [POINTS])
    inside = np.s_[32:138, 62:138]
    np.testing.assert_array_equal(found.label_map[inside], np.array([0, 1, 10])[own_ids[inside]])
    # The middle of the other head lies beyond the region.
    assert not found.label_map[:, 260:].any()
    np.testing.assert_array_equal(found.certain_background, found.label_map == 0)


def test_without_a_head_the_points_say_where_it_is() -> None:
    segmenter = CoarseToFine(oracle(3, "head"), oracle(2, "photo"), "test")
    (found,) = segmenter.segment([np.zeros((200, 360, 3), np.uint8)], [POINTS])
    assert not found.label_map.any()


def test_files_are_opened_by_choice(tmp_path: Path) -> None:
    fine, coarse, guide, other = (tmp_path / name for name in ("fine", "coarse", "guide", "other"))
    fine.write_bytes(tiny_weights(3, "head"))
    coarse.write_bytes(tiny_weights(2, "photo", "pspnet"))
    guide.write_bytes(tiny_weights(3, "face"))
    other.write_bytes(b"no weights")
    assert open_segmenter("graphcut").version == "graphcut/1"
    assert open_segmenter(str(fine), coarse, "cpu").version.startswith("bspnet/")
    assert open_segmenter(str(guide), None, "cpu").version.startswith("cut3+bspnet/")
    for choice, second, message in (
        (fine, None, "fine: .*a coarse network must say where"),
        (fine, fine, "fine: the coarse network must find"),
        (coarse, None, "coarse: the fine network must tell 3"),
        (other, None, "other: not a whole"),
        (fine, other, "other: not a whole"),
    ):
        with pytest.raises(CheckpointError, match=message):
            open_segmenter(str(choice), second, "cpu")
    with pytest.raises(OSError, match="nowhere"):
        open_segmenter(str(tmp_path / "nowhere"))
