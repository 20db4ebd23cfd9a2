"""The points and the label map that a photo of a dataset brings along, read from untrusted files."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from ml.data.errors import DataError
from ml.data.given import parse_given_points
from ml.data.helen import merge_helen_labels
from ml.data.lapa import decode_label_map, encode_label_map


@dataclass(frozen=True)
class GivenFiles:
    """What came with a photo.

    Attributes:
        points: (106, 2) photo pixels, or None.
        known: (106,) bool: which of them are given. 68 points are not all.
        points_file: where they were read.
        label_map: PNG bytes of (H, W) ids 0 to 10, or None.
        label_file: where it was read; for Helen's eleven files the folder.
    """

    points: np.ndarray | None = None
    known: np.ndarray | None = None
    points_file: str | None = None
    label_map: bytes | None = None
    label_file: str | None = None


NOTHING_GIVEN = GivenFiles()


def read_given(files: Mapping[str, bytes], width: int, height: int) -> GivenFiles:
    """Reads the label files of one photo.

    Args:
        files: their bytes by name.
        width: of the upright photo, in pixels.
        height: likewise.

    Raises:
        DataError: a file is broken, or is not about a photo of this size.
    """
    points, points_file = None, None
    known: np.ndarray | None = None
    # LaPa's text before 300W's file, as `facet annotate --keep-points` does.
    landmark_files = sorted(name for name in files if PurePosixPath(name).suffix.lower() in (".txt", ".pts"))
    if landmark_files:
        points_file = max(landmark_files, key=lambda name: name.lower().endswith(".txt"))
        points, known = parse_given_points(_text(files[points_file], points_file), points_file)
        of_given = points[known]
        inside = (of_given >= -0.5) & (of_given < np.array([width - 0.5, height - 0.5]))
        if not inside.all(axis=1).any():
            raise DataError(points_file, f"has no point in its photo of {width} × {height} pixels")
    maps = sorted(name for name in files if name.lower().endswith(".png"))
    if not maps:
        return GivenFiles(points, known, points_file)
    whole = [name for name in maps if PurePosixPath(name.replace("\\", "/")).parent.name == "labels"]
    if whole:
        label_file = whole[0]
        label_map = decode_label_map(files[label_file], label_file)
    else:
        label_file = str(PurePosixPath(maps[0].replace("\\", "/")).parent)
        label_map = merge_helen_labels({PurePosixPath(name).name: files[name] for name in maps}, label_file)
    if label_map.shape != (height, width):
        raise DataError(
            label_file, f"is {label_map.shape[1]} × {label_map.shape[0]} pixels, its photo {width} × {height}"
        )
    return GivenFiles(points, known, points_file, encode_label_map(label_map), label_file)


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(name, "is not a text file") from error
