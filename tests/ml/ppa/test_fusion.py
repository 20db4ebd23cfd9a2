import numpy as np
import pytest
from numpy.typing import NDArray

from ml.ppa import fuse


def row(*values: int) -> NDArray[np.uint8]:
    return np.array([values], dtype=np.uint8)


def test_later_wins_skin_then_parts_then_hair_then_background() -> None:
    #        skin, part on skin, hair over a part, background over a part, background, hair
    found = row(1, 1, 10, 0, 0, 10)
    parts = row(0, 6, 2, 4, 0, 0)
    assert fuse(found, parts).tolist() == [[1, 6, 10, 0, 0, 10]]


def test_only_background_that_is_certain_cuts_into_parts() -> None:
    found, parts = row(0, 0, 1), row(4, 4, 4)
    assert fuse(found, parts, np.array([[True, False, True]])).tolist() == [[0, 4, 4]]


@pytest.mark.parametrize(
    ("found", "parts", "certain", "message"),
    [
        (row(0, 1), row(0), None, "not one photo's maps"),
        (row(0, 1), row(0, 0), np.zeros((2, 1), dtype=bool), "the certain background is"),
        (row(0, 2), row(0, 0), None, "0, 1 and 10 only"),
        (row(0, 1), row(0, 10), None, "0 and 2 to 9 only"),
        (row(0, 1), row(1, 0), None, "0 and 2 to 9 only"),
    ],
)
def test_maps_that_cannot_be_fused_are_refused(
    found: NDArray[np.uint8], parts: NDArray[np.uint8], certain: NDArray[np.bool_] | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        fuse(found, parts, certain)
