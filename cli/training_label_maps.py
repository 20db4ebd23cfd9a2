"""Rendered faces with their label maps, drawn once for a training and kept beside it in LaPa's layout."""

from functools import partial
from pathlib import Path
from typing import Final

import PIL.Image

from cli.drawing import draw_all
from ml.data.lapa import encode_label_map, format_landmarks
from ml.data.whole_files import write_whole
from ml.synthetic import render_face

RENDERED_SIZE: Final = 320
"""Side of the pictures, in pixels."""


def rendered_label_maps(folder: Path, seeds: range, size: int = RENDERED_SIZE) -> Path:
    """Draws the faces of the seeds into images/, landmarks/ and labels/ of the folder, but for those there already.

    Returns:
        The folder.
    """
    for part in ("images", "landmarks", "labels"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    missing = [seed for seed in seeds if not (folder / "labels" / f"{seed}.png").exists()]
    draw_all("Rendering", missing, partial(_draw, folder, size))
    # What a kill left half done, and nobody asks for now, would be a photo without a partner.
    for image in (folder / "images").iterdir():
        if not (folder / "labels" / f"{image.stem}.png").exists():
            image.unlink()
            (folder / "landmarks" / f"{image.stem}.txt").unlink(missing_ok=True)
    return folder


def _draw(folder: Path, size: int, seed: int) -> None:
    """Writes the label map last, under its final name at once: where it is, photo and points are whole."""
    face = render_face(seed, size)
    PIL.Image.fromarray(face.image).save(folder / "images" / f"{seed}.jpg", quality=95)
    (folder / "landmarks" / f"{seed}.txt").write_text(format_landmarks(face.points), encoding="utf-8")
    write_whole(folder / "labels" / f"{seed}.png", encode_label_map(face.label_map))
