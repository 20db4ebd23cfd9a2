"""LaPa on disk: {train,val,test}/{images/ID.jpg, landmarks/ID.txt, labels/ID.png}.

A landmark file holds the number of points on its first line and `x y` on each that follows, in 0-based pixels. A label
map is an 8-bit PNG of category ids.
"""

import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from ml.data.errors import DataError
from ml.data.files import IMAGE_SUFFIXES, format_coordinates, pair_by_name, parse_coordinates, read_image, read_text
from ml.schema import N_CATEGORIES, N_POINTS


def parse_landmarks(text: str, source: Path | str, count: int = N_POINTS) -> npt.NDArray[np.float32]:
    """Returns (count, 2) points from the text of a landmark file.

    Args:
        text: the file's content.
        source: what to call the file in an error.
        count: how many points it must hold: 106, or 68 in the folders that keep 300W's points in this form.

    Raises:
        DataError: the text breaks the format or holds another number of points.
    """
    lines = text.strip().splitlines()
    if not lines:
        raise DataError(source, "is empty")
    if lines[0].strip() != str(count):
        raise DataError(source, f"line 1 is {lines[0].strip()[:20]!r}, not {count}")
    if len(lines) != count + 1:
        raise DataError(source, f"holds {len(lines) - 1} points, not {count}")
    return parse_coordinates(lines[1:], source, first_line=2).astype(np.float32)


def read_landmarks(path: Path, count: int = N_POINTS) -> npt.NDArray[np.float32]:
    """Returns the (count, 2) points of a landmark file.

    Raises:
        DataError: the file cannot be read or breaks the format.
    """
    return parse_landmarks(read_text(path), path, count)


def format_landmarks(points: npt.ArrayLike) -> str:
    """Returns the text of a landmark file: the same text for the same points, to a thousandth of a pixel.

    Raises:
        ValueError: points is not a finite (N, 2) array.
    """
    lines = format_coordinates(points)
    return f"{len(np.asarray(points))}\n{lines}"


def decode_label_map(data: bytes, source: Path | str, n_ids: int = N_CATEGORIES) -> npt.NDArray[np.uint8]:
    """Returns the (H, W) category ids in a PNG file's bytes.

    Args:
        data: the file's content.
        source: what to call the file in an error.
        n_ids: how many ids there are, from 0 on: the schema's, or another data set's.

    Raises:
        DataError: it is not an 8-bit PNG with one channel, or holds an id beyond those.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            # Decoding alone forgives a damaged end; verifying reads every checksum, and spoils the image object.
            with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
                image.verify()
            with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
                mode = image.mode
                label_map = np.array(image)
    # Pillow's plugins let whatever they stumble over escape: OSError, SyntaxError, ValueError, struct.error, ...
    except Exception as error:
        raise DataError(source, f"is not a readable PNG ({error})") from error
    if mode not in ("L", "P"):
        raise DataError(source, f"is a PNG of mode {mode}, not one with a single 8-bit channel")
    if int(label_map.max()) >= n_ids:
        raise DataError(source, f"holds the id {int(label_map.max())}, but ids end at {n_ids - 1}")
    return label_map


def read_label_map(path: Path, n_ids: int = N_CATEGORIES) -> npt.NDArray[np.uint8]:
    """Returns the (H, W) category ids in a PNG file, of n_ids different ones.

    Raises:
        DataError: the file cannot be read, or is no label map.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(path, error.strerror or "cannot be read") from error
    return decode_label_map(data, path, n_ids)


def encode_label_map(label_map: npt.NDArray[np.uint8], n_ids: int = N_CATEGORIES) -> bytes:
    """Returns a label map, of n_ids different ids, as an 8-bit greyscale PNG: the same bytes for the same map.

    Raises:
        ValueError: label_map is not a (H, W) uint8 array of category ids.
    """
    if label_map.ndim != 2 or label_map.dtype != np.uint8 or label_map.size == 0:
        raise ValueError(f"a (H, W) uint8 array is needed, not {label_map.dtype} of shape {label_map.shape}")
    if int(label_map.max()) >= n_ids:
        raise ValueError(f"the label map holds {int(label_map.max())}, but ids end at {n_ids - 1}")
    encoded, data = cv2.imencode(".png", label_map, [cv2.IMWRITE_PNG_COMPRESSION, 9])
    if not encoded:
        raise ValueError("the label map could not be encoded")
    return data.tobytes()


@dataclass(frozen=True)
class LapaSample:
    """One photo of LaPa with its labels.

    Attributes:
        name: file name without suffix.
        image: (H, W, 3) uint8 RGB.
        points: (106, 2) float32 pixels.
        label_map: (H, W) uint8 category ids.
    """

    name: str
    image: npt.NDArray[np.uint8]
    points: npt.NDArray[np.float32]
    label_map: npt.NDArray[np.uint8]


class LapaSplit(Sequence[LapaSample]):
    """A split's folder as a sequence, in the order of names; a sample is read when it is asked for.

    Opening lists the folder and refuses an unpaired file; indexing refuses a broken one (DataError, both).
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files = pair_by_name(folder, {"images": IMAGE_SUFFIXES, "landmarks": (".txt",), "labels": (".png",)})
        self.names = list(self._files)

    def __len__(self) -> int:
        return len(self.names)

    @overload
    def __getitem__(self, index: int) -> LapaSample: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[LapaSample]: ...

    def __getitem__(self, index: int | slice) -> LapaSample | Sequence[LapaSample]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        name = self.names[index]
        files = self._files[name]
        image = read_image(files["images"])
        label_map = read_label_map(files["labels"])
        if label_map.shape != image.shape[:2]:
            raise DataError(files["labels"], f"has the shape {label_map.shape}, its photo {image.shape[:2]}")
        return LapaSample(name, image, read_landmarks(files["landmarks"]), label_map)
