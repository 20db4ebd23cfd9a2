from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as hnp

from ml.data import w300
from ml.data.errors import DataError

ROWS = "".join(f"{i}.5 {2 * i}\n" for i in range(1, 69))


@given(hnp.arrays(np.float32, (68, 2), elements={"min_value": -5000, "max_value": 5000}))
def test_points_come_back_to_a_thousandth_and_stay_there(points: np.ndarray) -> None:
    text = w300.format_pts(points)
    again = w300.parse_pts(text, "round trip")
    np.testing.assert_allclose(again, points, atol=0.00076)
    assert w300.format_pts(again) == text


def test_files_count_pixels_from_one() -> None:
    points = w300.parse_pts("version: 1\nn_points:  68\n{\n" + ROWS + "}\n", "a file")
    np.testing.assert_array_equal(points[0], [0.5, 1])
    assert w300.format_pts([[0, 9.25]]) == "version: 1\nn_points: 1\n{\n1.000 10.250\n}\n"


def test_other_numbers_of_points_must_be_asked_for() -> None:
    points = np.arange(212, dtype=np.float32).reshape(106, 2)
    text = w300.format_pts(points)
    np.testing.assert_array_equal(w300.parse_pts(text, "106 points", count=106), points)
    with pytest.raises(DataError, match="106 points: announces 106 points, not 68"):
        w300.parse_pts(text, "106 points")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "has no points between braces"),
        ("version: 1\nn_points: 68\n{\n" + ROWS, "has no points between braces"),
        ("version: 2\nn_points: 68\n{\n" + ROWS + "}", "is of version 2, not 1"),
        ("n_points: 68\n{\n" + ROWS + "}", "is of version None, not 1"),
        ("version: 1\n{\n" + ROWS + "}", "announces None points, not 68"),
        ("version: 1\nn_points: 68\nhello\n{\n" + ROWS + "}", "has the header line 'hello' without a colon"),
        ("version: 1\nn_points: 68\n{\n" + ROWS + "1 1\n}", "holds 69 points, not 68"),
        ("version: 1\nn_points: 68\n{\n" + ROWS.replace("3.5 6\n", "3.5\n", 1) + "}", "line 6 is not two numbers"),
    ],
)
def test_broken_files_are_refused_by_name(tmp_path: Path, text: str, problem: str) -> None:
    file = tmp_path / "face.pts"
    file.write_text(text)
    with pytest.raises(DataError) as caught:
        w300.read_pts(file)
    assert caught.value.source == str(file)
    assert caught.value.problem == problem


def test_real_files_are_read_and_written_back(face_data: Path) -> None:
    files = sorted((face_data / "pts68/300w").glob("*.pts"))
    assert len(files) == 10
    for file in files:
        points = w300.read_pts(file)
        # The files give six decimals: what is written agrees to the three that are kept.
        ours, theirs = w300.format_pts(points).splitlines()[3:-1], file.read_text().strip().splitlines()[3:-1]
        np.testing.assert_allclose(np.loadtxt(ours), np.loadtxt(theirs), atol=0.00076)
        # 37 and 46 (from one) are the outer eye corners: the left one is at smaller x.
        assert points[36, 0] < points[45, 0]
