"""Which files of a dataset belong together: a photo in images/, its points in landmarks/, its label map in labels/.

The layouts of LaPa (labels/NAME.png) and of Helen (labels/NAME/NAME_lbl00.png and on), at any depth of folders.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Final

PHOTO_SUFFIXES: Final = frozenset({".jpg", ".jpeg", ".png", ".webp"})

ORPHAN: Final = "It is a label file, and no photo of this name lies in images/ beside its folder."

_POINTS_SUFFIXES: Final = (".txt", ".pts")
_HELEN_FILE: Final = re.compile(r"(?P<name>.+)_lbl\d\d\.png", re.IGNORECASE)


def group_files(names: Sequence[str]) -> tuple[dict[int, list[int]], set[int]]:
    """Finds the label files of each photo, in the order in which they come.

    Args:
        names: of all files, with their folders.

    Returns:
        For each file that stands for itself its label files, both by their number among the names; and the numbers of
        label files that belong to no photo, which stand for themselves too.
    """
    paths = [PurePosixPath(name.replace("\\", "/")) for name in names]
    photos: dict[tuple[PurePosixPath, str], int] = {}
    for number, path in enumerate(paths):
        if path.parent.name == "images" and path.suffix.lower() in PHOTO_SUFFIXES:
            # Of two photos of one name the first has the labels: there are no others to tell them apart.
            photos.setdefault((path.parent.parent, path.stem), number)
    roots = {root for root, _ in photos}
    labels: dict[int, list[int]] = defaultdict(list)
    orphans: set[int] = set()
    for number, path in enumerate(paths):
        owner = _owner(path)
        if owner is None or owner[0] not in roots:
            continue
        photo = photos.get(owner)
        if photo is None:
            orphans.add(number)
        else:
            labels[photo].append(number)
    taken = {number for numbers in labels.values() for number in numbers}
    return {number: labels.get(number, []) for number in range(len(paths)) if number not in taken}, orphans


def _owner(path: PurePosixPath) -> tuple[PurePosixPath, str] | None:
    """The dataset's folder and the photo's name that a label file is about; None for all other files."""
    folder, suffix = path.parent, path.suffix.lower()
    if folder.name == "landmarks" and suffix in _POINTS_SUFFIXES:
        return folder.parent, path.stem
    if folder.name == "labels" and suffix == ".png":
        return folder.parent, path.stem
    helen = _HELEN_FILE.fullmatch(path.name)
    if helen and folder.parent.name == "labels" and helen["name"] == folder.name:
        return folder.parent.parent, folder.name
    return None
