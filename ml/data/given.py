"""What a folder of photos already gives: 106 or 68 points of each, or a label map, in any of the forms that are common."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from ml.data.errors import DataError
from ml.data.faces import embed_68
from ml.data.files import read_text
from ml.data.helen import read_helen_labels
from ml.data.lapa import parse_landmarks, read_label_map
from ml.data.w300 import parse_pts
from ml.schema import N_POINTS


def read_given_points(folder: Path, name: str) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """Reads landmarks/NAME.txt (LaPa's form, with 106 points or 68) or landmarks/NAME.pts (300W's 68).

    Returns:
        (106, 2) pixels and the (106,) mask of the points that are given.

    Raises:
        DataError: neither file is there, or it is broken.
    """
    pts, text = (folder / "landmarks" / f"{name}{suffix}" for suffix in (".pts", ".txt"))
    file = pts if pts.exists() and not text.exists() else text
    return parse_given_points(read_text(file), file)


def parse_given_points(text: str, source: Path | str) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """Reads the text of a landmark file, in the form that its name's ending says: 300W's for `.pts`, else LaPa's.

    Args:
        text: the file's content.
        source: its name, also for an error.

    Returns:
        (106, 2) pixels and the (106,) mask of the points that are given.

    Raises:
        DataError: it is broken, or holds neither 106 points nor 68.
    """
    if str(source).lower().endswith(".pts"):
        return embed_68(parse_pts(text, source))
    if text.split(maxsplit=1)[:1] == ["68"]:
        return embed_68(parse_landmarks(text, source, 68))
    return parse_landmarks(text, source), np.ones(N_POINTS, dtype=bool)


def read_given_labels(folder: Path, name: str, shape: tuple[int, ...]) -> npt.NDArray[np.uint8]:
    """Reads labels/NAME.png, or the eleven files of labels/NAME/ in Helen's form.

    Args:
        folder: the parent of labels/.
        name: of the photo.
        shape: its height and width.

    Returns:
        (H, W) category ids.

    Raises:
        DataError: neither is there, it is broken, or has another size than the photo.
    """
    several = folder / "labels" / name
    one = folder / "labels" / f"{name}.png"
    source = several if several.is_dir() else one
    label_map = read_helen_labels(several) if several.is_dir() else read_label_map(one)
    if label_map.shape != tuple(shape[:2]):
        raise DataError(source, f"has the shape {label_map.shape}, its photo {tuple(shape[:2])}")
    return label_map
