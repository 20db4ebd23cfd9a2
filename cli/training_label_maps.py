"""Pictures with label maps, drawn once for a training and kept beside it in LaPa's layout."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol

import PIL.Image

from cli.drawing import draw_all
from ml.data.lapa import encode_label_map, format_landmarks
from ml.data.whole_files import write_whole
from ml.geometry import Image, Points
from ml.parsing.boundaries import IGNORE
from ml.parsing.regions import CropKind
from ml.parsing.samples import ParsingFolder, Sample
from ml.synthetic import RenderedFace, render_face

RENDERED_SIZE: Final = 320
"""Side of the pictures, in pixels."""


class Picture(Protocol):
    """What is drawn."""

    @property
    def image(self) -> Image:
        """(H, W, 3) uint8 RGB."""

    @property
    def points(self) -> Points:
        """(106, 2) pixels."""

    @property
    def label_map(self) -> Image:
        """(H, W) uint8, the schema's ids, or IGNORE."""


class Chosen(Sequence[Sample]):
    """Photos of several folders as one set, read when they are asked for.

    Args:
        places: of the photos: a folder, and the photo's number in it.
    """

    def __init__(self, places: Sequence[tuple[ParsingFolder, int]]) -> None:
        self._places = list(places)

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, index: int) -> Sample:  # type: ignore[override]  # nobody slices it
        folder, place = self._places[index]
        return folder[place]


def rendered_label_maps(folder: Path, seeds: range, size: int = RENDERED_SIZE) -> Path:
    """Draws the rendered faces of the seeds into the folder, as `drawn_label_maps` does."""
    return drawn_label_maps("Rendering", folder, seeds, partial(_render, size))


def drawn_label_maps(
    label: str,
    folder: Path,
    seeds: range,
    draw: Callable[[int], Picture],
    prepare: Callable[..., None] | None = None,
    arguments: tuple[Any, ...] = (),
) -> Path:
    """Draws the pictures of the seeds into images/, landmarks/ and labels/ of the folder, but for those there already.

    Args:
        label: of the progress bar.
        folder: made if absent.
        seeds: of the pictures, which name the files.
        draw: picklable.
        prepare: called once in each drawing process.
        arguments: of that.

    Returns:
        The folder.
    """
    for part in ("images", "landmarks", "labels"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    missing = [seed for seed in seeds if not (folder / "labels" / f"{seed}.png").exists()]
    draw_all(label, missing, partial(_write, folder, draw), prepare, arguments)
    # What a kill left half done, and nobody asks for now, would be a photo without a partner.
    for image in (folder / "images").iterdir():
        if not (folder / "labels" / f"{image.stem}.png").exists():
            image.unlink()
            (folder / "landmarks" / f"{image.stem}.txt").unlink(missing_ok=True)
    return folder


def places_of_seeds(folder: Path, seeds: range, crop: CropKind) -> list[tuple[ParsingFolder, int]]:
    """Those of the drawn photos of a folder that have one of the seeds for a name."""
    wanted = {str(seed) for seed in seeds}
    photos = ParsingFolder(folder, with_points=crop == "face")
    return [(photos, place) for place, name in enumerate(photos.names) if name in wanted]


def _render(size: int, seed: int) -> RenderedFace:
    return render_face(seed, size)


def _write(folder: Path, draw: Callable[[int], Picture], seed: int) -> None:
    """Writes the label map last, under its final name at once: where it is, photo and points are whole."""
    face = draw(seed)
    PIL.Image.fromarray(face.image).save(folder / "images" / f"{seed}.jpg", quality=95)
    (folder / "landmarks" / f"{seed}.txt").write_text(format_landmarks(face.points), encoding="utf-8")
    write_whole(folder / "labels" / f"{seed}.png", encode_label_map(face.label_map, n_ids=IGNORE + 1))
