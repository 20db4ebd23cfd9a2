"""CIHP on disk, and the heads cut from it for the coarse and the fine network.

{Training,Validation}/{Images/ID.jpg, Category_ids/ID.png, Human_ids/ID.png}: 20 categories a pixel, and the number of the
person, from 1. (Instance_ids/ numbers every part of every person; the person is all that is needed here.)
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from ml.data.errors import DataError
from ml.data.files import IMAGE_SUFFIXES, read_image
from ml.data.lapa import read_label_map

SPLITS: Final = ("Training", "Validation")
N_CIHP_CATEGORIES: Final = 20
HAIR, FACE = 2, 13
"""Ids in CIHP. Its skin of the torso (10) holds the neck, which is no skin here; hats and sunglasses are background."""

FINE: Final = np.zeros(N_CIHP_CATEGORIES, np.uint8)
"""CIHP's id to ours: 0 background, 1 skin, 10 hair. The coarse network's two categories are this, and whether it is 0."""
FINE[HAIR], FINE[FACE] = 10, 1
FINE.flags.writeable = False

MIN_SIDE: Final = 80
"""Pixels: a head that is narrower or lower is dropped, as in the paper."""
MARGIN: Final = 0.25
"""Room around a head on every side, as a share of its longer side, as far as the photo goes; the paper gives none."""


@dataclass(frozen=True)
class HeadCrop:
    """One person's head.

    Attributes:
        name: ID_N, of the photo and the person.
        image: (h, w, 3) uint8 RGB.
        label_map: (h, w) uint8: 0 background, 1 skin, 10 hair; other people in view are background.
    """

    name: str
    image: npt.NDArray[np.uint8]
    label_map: npt.NDArray[np.uint8]


@dataclass
class CropCounts:
    """What became of the people in the photos.

    Attributes:
        photos: that were read.
        people: in them.
        faceless: people who show no face: seen from behind, or cut off.
        small: people whose head is narrower or lower than MIN_SIDE.
        crops: heads that are left.
    """

    photos: int = 0
    people: int = 0
    faceless: int = 0
    small: int = 0
    crops: int = 0


class CihpSplit:
    """A split's folder: its photos by name, and the heads in each."""

    def __init__(self, folder: Path) -> None:
        """Lists the photos.

        Raises:
            DataError: one of the three folders is missing.
        """
        self.folder = folder
        for part in ("Images", "Category_ids", "Human_ids"):
            if not (folder / part).is_dir():
                raise DataError(folder / part, "is not a folder")
        photos = sorted((folder / "Images").iterdir())
        self._photos = {file.stem: file for file in photos if file.suffix.lower() in IMAGE_SUFFIXES}
        self.names = list(self._photos)

    def heads(self, name: str, counts: CropCounts) -> Iterator[HeadCrop]:
        """Yields the heads of a photo, by person, and adds to the counts.

        Raises:
            DataError: one of the photo's files is missing or broken, or they differ in size.
        """
        image = read_image(self._photos[name])
        categories = self._map("Category_ids", name, N_CIHP_CATEGORIES, image.shape[:2])
        people = self._map("Human_ids", name, 256, image.shape[:2])
        counts.photos += 1
        yield from crop_heads(name, image, categories, people, counts)

    def _map(self, part: str, name: str, n_ids: int, shape: tuple[int, ...]) -> npt.NDArray[np.uint8]:
        file = self.folder / part / f"{name}.png"
        ids = read_label_map(file, n_ids)
        if ids.shape != shape:
            raise DataError(file, f"has the shape {ids.shape}, its photo {shape}")
        return ids


def crop_heads(
    name: str,
    image: npt.NDArray[np.uint8],
    categories: npt.NDArray[np.uint8],
    people: npt.NDArray[np.uint8],
    counts: CropCounts,
) -> Iterator[HeadCrop]:
    """Cuts out the hair and face of every person whose face shows and whose head is large enough.

    Args:
        name: of the photo.
        image: (H, W, 3) uint8 RGB.
        categories: (H, W), CIHP's ids.
        people: (H, W), the person's number from 1; 0 is nobody.
        counts: is added to.
    """
    fine = FINE[categories]
    for person in np.unique(people[people > 0]).tolist():
        counts.people += 1
        own = np.where(people == person, fine, 0)
        if not (own == FINE[FACE]).any():
            counts.faceless += 1
            continue
        rows, columns = np.flatnonzero(own.any(axis=1)), np.flatnonzero(own.any(axis=0))
        top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
        if min(bottom - top, right - left) < MIN_SIDE:
            counts.small += 1
            continue
        counts.crops += 1
        room = round(MARGIN * max(bottom - top, right - left))
        window = np.s_[max(0, top - room) : bottom + room, max(0, left - room) : right + room]
        yield HeadCrop(f"{name}_{person}", image[window], own[window])
