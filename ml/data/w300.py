"""300W's `.pts` files: a header, then one point a line between braces, in 1-based pixels.

The points on this side are 0-based: the 1 is taken off on reading and put back on writing.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from ml.data.errors import DataError
from ml.data.files import format_coordinates, parse_coordinates, read_text

N_W300_POINTS = 68


def parse_pts(text: str, source: Path | str, count: int = N_W300_POINTS) -> npt.NDArray[np.float32]:
    """Returns (count, 2) points, 0-based, from the text of a `.pts` file.

    Args:
        text: the file's content.
        source: what to call the file in an error.
        count: how many points it must hold.

    Raises:
        DataError: the text breaks the format or holds another number of points.
    """
    lines = text.strip().splitlines()
    header: dict[str, str] = {}
    opening = next((i for i, line in enumerate(lines) if line.strip() == "{"), None)
    if opening is None or lines[-1].strip() != "}":
        raise DataError(source, "has no points between braces")
    for line in lines[:opening]:
        key, colon, value = line.partition(":")
        if not colon:
            raise DataError(source, f"has the header line {line.strip()[:20]!r} without a colon")
        header[key.strip()] = value.strip()
    if header.get("version") != "1":
        raise DataError(source, f"is of version {header.get('version')}, not 1")
    if header.get("n_points") != str(count):
        raise DataError(source, f"announces {header.get('n_points')} points, not {count}")
    rows = lines[opening + 1 : -1]
    if len(rows) != count:
        raise DataError(source, f"holds {len(rows)} points, not {count}")
    return (parse_coordinates(rows, source, first_line=opening + 2) - 1.0).astype(np.float32)


def read_pts(path: Path, count: int = N_W300_POINTS) -> npt.NDArray[np.float32]:
    """Returns the (count, 2) points of a `.pts` file, 0-based.

    Raises:
        DataError: the file cannot be read or breaks the format.
    """
    return parse_pts(read_text(path), path, count)


def format_pts(points: npt.ArrayLike) -> str:
    """Returns the text of a `.pts` file for (N, 2) points, 0-based, to a thousandth of a pixel.

    Raises:
        ValueError: points is not a finite (N, 2) array.
    """
    values = np.asarray(points, dtype=np.float64)
    lines = format_coordinates(values + 1.0)
    return f"version: 1\nn_points: {len(values)}\n{{\n{lines}}}\n"
