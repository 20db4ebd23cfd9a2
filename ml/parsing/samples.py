"""What training and evaluation read: photos with label maps, and points where the crop is made from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ml.data.errors import DataError
from ml.data.files import IMAGE_SUFFIXES, pair_by_name
from ml.data.labels import labeled_photo
from ml.data.lapa import read_label_map, read_landmarks
from ml.geometry import Image, Points
from ml.parsing.boundaries import IGNORE
from ml.parsing.regions import CropKind, Region, around_head, around_points, whole_photo
from ml.schema import N_CATEGORIES


@dataclass(frozen=True)
class Sample:
    """A labeled photo.

    Attributes:
        image: (H, W, 3) uint8 RGB.
        label_map: (H, W) uint8, the schema's ids, or IGNORE where nobody knows.
        points: (106, 2) float32 photo pixels, if they are known.
    """

    image: Image
    label_map: npt.NDArray[np.uint8]
    points: Points | None = None


def region_of(photo: Sample, crop: CropKind) -> Region:
    """Returns the region that a network of that crop is shown, from the truth: jitter it before you learn from it or score.

    A photo without hair and skin is shown whole.

    Raises:
        ValueError: the crop is made from points, and the photo has none.
    """
    if crop == "photo":
        return whole_photo(photo.image.shape)
    if crop == "head":
        label_map = photo.label_map
        return around_head((label_map > 0) & (label_map != IGNORE)) or whole_photo(photo.image.shape)
    if photo.points is None:
        raise ValueError("the crop 'face' is made from landmarks, and a photo has none")
    return around_points(photo.points)


class ParsingFolder(Sequence[Sample]):
    """images/NAME.jpg beside labels/NAME.png, and landmarks/NAME.txt where they are wanted, in the order of names.

    A sample is read when it is asked for. Opening lists the folder and refuses an unpaired file; indexing refuses a
    broken one (DataError, both).
    """

    def __init__(self, folder: Path, *, with_points: bool = False) -> None:
        self.folder = folder
        parts: dict[str, tuple[str, ...]] = {"images": IMAGE_SUFFIXES, "labels": (".png",)}
        if with_points:
            parts["landmarks"] = (".txt",)
        self._files = pair_by_name(folder, parts)
        self.names = list(self._files)

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, index: int) -> Sample:  # type: ignore[override]  # nobody slices a folder
        files = self._files[self.names[index]]
        label_map = read_label_map(files["labels"], n_ids=IGNORE + 1)
        unknown = (label_map >= N_CATEGORIES) & (label_map != IGNORE)
        if unknown.any():
            last = N_CATEGORIES - 1
            raise DataError(files["labels"], f"holds the id {int(label_map[unknown][0])}, but ids end at {last}")
        photo = labeled_photo(self.names[index], files["images"], label_map, files["labels"])
        points = read_landmarks(files["landmarks"]) if "landmarks" in files else None
        return Sample(photo.image, label_map, points)
