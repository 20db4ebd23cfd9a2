"""Photos with label maps and no landmarks: images/NAME.jpg beside labels/NAME.png."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload

import numpy as np
import numpy.typing as npt

from ml.data.errors import DataError
from ml.data.files import IMAGE_SUFFIXES, pair_by_name, read_image
from ml.data.lapa import read_label_map


@dataclass(frozen=True)
class LabeledPhoto:
    """One photo with its label map.

    Attributes:
        name: file name without suffix.
        image: (H, W, 3) uint8 RGB.
        label_map: (H, W) uint8 category ids of `ml.schema`.
    """

    name: str
    image: npt.NDArray[np.uint8]
    label_map: npt.NDArray[np.uint8]


class LabelFolder(Sequence[LabeledPhoto]):
    """A folder as a sequence, in the order of names; a sample is read when it is asked for.

    Opening lists the folder and refuses an unpaired file; indexing refuses a broken one (DataError, both).
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files = pair_by_name(folder, {"images": IMAGE_SUFFIXES, "labels": (".png",)})
        self.names = list(self._files)

    def __len__(self) -> int:
        return len(self.names)

    @overload
    def __getitem__(self, index: int) -> LabeledPhoto: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[LabeledPhoto]: ...

    def __getitem__(self, index: int | slice) -> LabeledPhoto | Sequence[LabeledPhoto]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        name = self.names[index]
        files = self._files[name]
        return labeled_photo(name, files["images"], read_label_map(files["labels"]), files["labels"])


def labeled_photo(name: str, photo: Path, label_map: npt.NDArray[np.uint8], source: Path) -> LabeledPhoto:
    """Reads the photo of a label map.

    Args:
        name: what the pair is called.
        photo: the photo's file.
        label_map: (H, W) ids.
        source: where the map was read, for an error.

    Raises:
        DataError: the photo cannot be read, or has another size than the map.
    """
    image = read_image(photo)
    if label_map.shape != image.shape[:2]:
        raise DataError(source, f"has the shape {label_map.shape}, its photo {image.shape[:2]}")
    return LabeledPhoto(name, image, label_map)
