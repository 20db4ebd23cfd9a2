"""Helen's parsing labels on disk: images/ID.jpg beside labels/ID/ID_lbl00.png to ID_lbl10.png, one map a category.

Each PNG is 8 bits of how much a pixel belongs to its category: 00 background, 01 skin, 02 and 03 brows, 04 and 05 eyes,
06 nose, 07 upper lip, 08 inner mouth, 09 lower lip, 10 hair, the same order as ours. Whether 02 and 04 are the image's
left or the person's is decided in each photo, from how brows and eyes lie above nose and mouth: LEFT IS IMAGE-LEFT here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, overload

import numpy as np
import numpy.typing as npt

from ml.data.errors import DataError
from ml.data.files import IMAGE_SUFFIXES, read_text
from ml.data.labels import LabeledPhoto, labeled_photo
from ml.data.lapa import decode_label_map, read_label_map
from ml.schema import CATEGORY_FLIP, N_CATEGORIES

_BROWS: Final = (2, 3)
_EYES: Final = (4, 5)
_BELOW_THE_EYES: Final = (6, 7, 8, 9)


def read_helen_labels(folder: Path) -> npt.NDArray[np.uint8]:
    """Returns the (H, W) label map in a photo's folder of labels, with ids and sides of `ml.schema`.

    Where no category is marked, a pixel is background; where several are, the strongest has it.

    Raises:
        DataError: a category's file is missing or broken, or has another size than the first.
    """
    return _strongest((file, read_label_map(file, n_ids=256)) for file in _category_files(folder))


def merge_helen_labels(files: Mapping[str, bytes], name: str) -> npt.NDArray[np.uint8]:
    """Returns the same from the bytes of the files.

    Args:
        files: by their names, without folders.
        name: of the folder that they lie in, for an error; its last part is the photo's.

    Raises:
        DataError: as `read_helen_labels`.
    """

    def shares() -> Iterator[tuple[Path, npt.NDArray[np.uint8]]]:
        for file in _category_files(Path(name)):
            if file.name not in files:
                raise DataError(file.as_posix(), "is missing")
            yield file, decode_label_map(files[file.name], file.as_posix(), n_ids=256)

    return _strongest(shares())


def _category_files(folder: Path) -> list[Path]:
    return [folder / f"{folder.name}_lbl{category:02}.png" for category in range(N_CATEGORIES)]


def _strongest(shares: Iterable[tuple[Path, npt.NDArray[np.uint8]]]) -> npt.NDArray[np.uint8]:
    """Merges how much every pixel belongs to each category, in the order of categories."""
    strongest: npt.NDArray[np.uint8] | None = None
    label_map = np.zeros((0, 0), np.uint8)
    for category, (file, share) in enumerate(shares):
        if strongest is None:
            strongest, label_map = share, np.zeros(share.shape, np.uint8)
            continue
        if share.shape != strongest.shape:
            raise DataError(file.as_posix(), f"has the shape {share.shape}, the background's file {strongest.shape}")
        stronger = share > strongest
        label_map[stronger], strongest = category, np.maximum(strongest, share)
    return _image_left_first(label_map)


class HelenFolder(Sequence[LabeledPhoto]):
    """Helen as a sequence, in the order of names; a sample is read when it is asked for.

    Opening refuses a folder or a list without photos, indexing a photo that is broken or lacks a file (DataError, both).
    """

    def __init__(self, folder: Path, listed: Path | None = None) -> None:
        """Opens the folder, or those of its photos that a file such as testing.txt lists (`number , ID` a line)."""
        self.folder = folder
        for part in ("images", "labels"):
            if not (folder / part).is_dir():
                raise DataError(folder / part, "is not a folder")
        photos = {f.stem: f for f in sorted((folder / "images").iterdir()) if f.suffix.lower() in IMAGE_SUFFIXES}
        self._photos = photos
        self.names = sorted(photos) if listed is None else _listed_names(listed)
        if not self.names:
            raise DataError(listed or folder / "images", "holds no photos")

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
        labels = self.folder / "labels" / name
        if name not in self._photos:
            raise DataError(self.folder / "images" / name, "is missing")
        if not labels.is_dir():
            raise DataError(labels, "is missing: a folder of label files is needed")
        return labeled_photo(name, self._photos[name], read_helen_labels(labels), labels)


def _listed_names(listed: Path) -> list[str]:
    names = []
    for number, line in enumerate(read_text(listed).splitlines(), start=1):
        if not line.strip():
            continue
        _, comma, name = line.partition(",")
        if not comma or not name.strip():
            raise DataError(listed, f"line {number} is not `number , name`")
        names.append(name.strip())
    return sorted(names)


def _image_left_first(label_map: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Swaps the sides if the first of a pair lies on the right-hand side of a face that is looked at upright."""
    below = np.isin(label_map, _BELOW_THE_EYES)
    for first, second in (_EYES, _BROWS):
        one, other = label_map == first, label_map == second
        if one.any() and other.any() and below.any():
            (y0, x0), (y1, x1), (y2, x2) = (np.argwhere(mask).mean(axis=0) for mask in (one, other, below))
            across, down = (x1 - x0, y1 - y0), (x2 - (x0 + x1) / 2, y2 - (y0 + y1) / 2)
            rightward = across[0] * down[1] - across[1] * down[0] > 0
            return label_map if rightward else CATEGORY_FLIP[label_map].astype(np.uint8)
    return label_map
