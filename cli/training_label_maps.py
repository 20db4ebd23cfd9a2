"""Rendered faces with their label maps, drawn once for a training and kept beside it in LaPa's layout."""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Final

import PIL.Image

from cli.landmark_scores import progress_bar
from ml.data.lapa import encode_label_map, format_landmarks
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
    if missing:
        # Spawned, for a fork would inherit the threads of torch in the middle of what they do.
        pool = ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn"))
        with progress_bar("Rendering", len(missing)) as told, pool:
            waiting = [pool.submit(_draw, folder, seed, size) for seed in missing]
            for number, done in enumerate(as_completed(waiting), start=1):
                done.result()
                told(number, len(missing))
    # What a kill left half done, and nobody asks for now, would be a photo without a partner.
    for image in (folder / "images").iterdir():
        if not (folder / "labels" / f"{image.stem}.png").exists():
            image.unlink()
            (folder / "landmarks" / f"{image.stem}.txt").unlink(missing_ok=True)
    return folder


def _draw(folder: Path, seed: int, size: int) -> None:
    """Writes the label map last, under its final name at once: where it is, photo and points are whole."""
    face = render_face(seed, size)
    PIL.Image.fromarray(face.image).save(folder / "images" / f"{seed}.jpg", quality=95)
    (folder / "landmarks" / f"{seed}.txt").write_text(format_landmarks(face.points), encoding="utf-8")
    label_map = folder / "labels" / f"{seed}.png"
    unfinished = label_map.with_suffix(".part")
    unfinished.write_bytes(encode_label_map(face.label_map))
    unfinished.replace(label_map)
