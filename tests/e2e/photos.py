"""The photos of the chain: real faces where they are, rendered ones elsewhere, chosen by the share that each falls into."""

import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
from PIL import Image

from backend.photos.decode import decode_photo
from backend.photos.service import split_of
from backend.photos.tables import Split
from backend.settings import REPOSITORY, Settings
from ml.synthetic import render_face

HOLDOUT_SHARE = 0.5

# Whichever of the first seven is skipped, three to learn from and two to measure on are left; the next is for `test`.
BY_CHOOSER: tuple[Split, ...] = ("train", "val", "train", "val", "train", "val", "train")
BY_ZIP: tuple[Split, ...] = ("test", "train", "train")
BY_COMMAND: tuple[Split, ...] = ("train",)


@dataclass(frozen=True)
class ChosenPhoto:
    path: Path
    split: Split


@dataclass(frozen=True)
class ChosenPhotos:
    """What is imported, and how. Files that must be named as refused or duplicate are among them."""

    by_chooser: list[ChosenPhoto]
    by_zip: list[ChosenPhoto]
    by_command: list[ChosenPhoto]
    broken: Path
    copy: Path
    archive: Path
    # Inside the archive.
    text_named_jpg: str = "photos/notes.jpg"

    @property
    def all(self) -> list[ChosenPhoto]:
        return self.by_chooser + self.by_zip + self.by_command

    def split_of(self, name: str) -> Split:
        return next(photo.split for photo in self.all if photo.path.name == Path(name).name)


def choose_photos(folder: Path) -> ChosenPhotos:
    """Picks photos so that the shares hold what learning needs; the server finds the same shares from the same pixels."""
    waiting: dict[Split, list[ChosenPhoto]] = {"train": [], "val": [], "test": []}
    candidates = _candidates(folder)

    def take(split: Split) -> ChosenPhoto:
        while not waiting[split]:
            path = next(candidates)
            digest = decode_photo(path.read_bytes(), Settings().max_photo_pixels).pixels_sha256
            found = split_of(digest, HOLDOUT_SHARE)
            waiting[found].append(ChosenPhoto(path, found))
        return waiting[split].pop(0)

    by_chooser, by_zip, by_command = ([take(split) for split in part] for part in (BY_CHOOSER, BY_ZIP, BY_COMMAND))
    first = by_chooser[0].path
    broken, copy, archive = folder / "broken.jpg", folder / "copy.png", folder / "more.zip"
    broken.write_bytes(first.read_bytes()[:2000])
    # Other bytes, the same picture.
    Image.open(first).convert("RGB").save(copy)
    chosen = ChosenPhotos(by_chooser, by_zip, by_command, broken, copy, archive)
    with zipfile.ZipFile(archive, "w") as file:
        for photo in by_zip:
            file.write(photo.path, f"photos/{photo.path.name}")
        file.writestr(chosen.text_named_jpg, "Remember to import these.")
    return chosen


def _candidates(folder: Path) -> Iterator[Path]:
    real = Path(os.environ.get("FACET_DATA", REPOSITORY.parent / "shared" / "data")) / "faces106" / "images"
    if real.is_dir():
        yield from sorted(real.glob("*.jpg"))
        return
    for seed in range(200):
        encoded, data = cv2.imencode(
            ".png", cv2.cvtColor(render_face(seed, 512, pose="frontal").image, cv2.COLOR_RGB2BGR)
        )
        assert encoded
        path = folder / f"rendered_{seed:03d}.png"
        path.write_bytes(data.tobytes())
        yield path
