"""Pictures drawn once for a training and kept beside it: rendered faces, and photographed people in other poses."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import PIL.Image

from cli.drawing import draw_all
from ml.data.files import read_image
from ml.data.lapa import format_landmarks, read_landmarks
from ml.data.whole_files import write_whole
from ml.landmarks.recipe import RENDERED_SIZE
from ml.landmarks.samples import LabeledFace, Sample
from ml.synthetic import RenderedFace, render_face
from ml.synthetic.photo_heads import PhotoHead, read_heads, render_photo_head

People = tuple[Path, int]
"""A folder of nearly frontal faces at rest, and how many of them, by name, may be used."""

_heads: list[PhotoHead] = []
"""The people of a drawing process, read once when it starts."""


def rendered_faces(folder: Path, seeds: range) -> list[LabeledFace]:
    """Returns rendered faces, drawn into the folder unless they are there from the last time."""
    return _drawn(folder, seeds, _draw_face, "Rendering", people=())


def photo_heads(folder: Path, seeds: range, people: Sequence[People]) -> list[LabeledFace]:
    """Likewise photographed people, who take turns, as heads in other poses.

    Raises:
        DataError: a file of the people's folders is missing or broken.
    """
    return _drawn(folder, seeds, _draw_head, "Drawing people", people=people)


def _drawn(
    folder: Path, seeds: range, draw: Callable[[int], RenderedFace], label: str, people: Sequence[People]
) -> list[LabeledFace]:
    (folder / "images").mkdir(parents=True, exist_ok=True)
    (folder / "landmarks").mkdir(exist_ok=True)
    missing = [seed for seed in seeds if not _landmark_file(folder, seed).exists()]
    draw_all(label, missing, partial(_write, folder, draw), _read_people, (people,))
    return [
        Sample(partial(read_image, _image_file(folder, seed)), read_landmarks(_landmark_file(folder, seed)))
        for seed in seeds
    ]


def _read_people(people: Sequence[People]) -> None:
    _heads.extend(head for folder, count in people for head in read_heads(folder, count))


def _draw_face(seed: int) -> RenderedFace:
    return render_face(seed, RENDERED_SIZE)


def _draw_head(seed: int) -> RenderedFace:
    return render_photo_head(_heads[seed % len(_heads)], seed, RENDERED_SIZE)


def _image_file(folder: Path, seed: int) -> Path:
    return folder / "images" / f"{seed}.jpg"


def _landmark_file(folder: Path, seed: int) -> Path:
    return folder / "landmarks" / f"{seed}.txt"


def _write(folder: Path, draw: Callable[[int], RenderedFace], seed: int) -> None:
    """Writes the points last, under their final name at once: where they are, the photo is whole."""
    face = draw(seed)
    PIL.Image.fromarray(face.image).save(_image_file(folder, seed), quality=95)
    write_whole(_landmark_file(folder, seed), format_landmarks(face.points).encode())
