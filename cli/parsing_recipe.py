"""The pictures of the recipe for the shipped hair and skin weights, drawn beside the training from faces106 and seeds."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from cli.training_label_maps import Chosen, drawn_label_maps, places_of_seeds, rendered_label_maps
from ml.data.faces import LandmarkFolder
from ml.data.held_out import learned_from
from ml.parsing import recipe
from ml.parsing.samples import ParsingFolder
from ml.parsing.studio import StudioFace, before_another, read_studio_faces
from ml.synthetic import RenderedFace
from ml.synthetic.photo_heads import PhotoHead, read_heads, render_photo_head

_CROP: Final = "face"
_CHANCE: Final = 106

_heads: list[PhotoHead] = []
_faces: list[StudioFace] = []
"""The people of a drawing process, read once when it starts."""


def pictures(people: Path, work_dir: Path) -> tuple[Chosen, Chosen]:
    """Draws what the recipe learns from, and what it is scored on, into folders of work_dir, unless it is there.

    Args:
        people: faces106: images/, landmarks/ and outlines/.
        work_dir: of the training.

    Raises:
        DataError: a file of the people is missing or broken.
    """
    count = len(LandmarkFolder(people))
    learned = learned_from(count)
    size, known = recipe.PICTURE_SIZE, (people, learned)
    rendered = range(recipe.FIRST_SEED, recipe.FIRST_SEED + recipe.RENDERED_FACES)
    heads, studio = range(recipe.PHOTO_HEADS), range(learned * recipe.STUDIO_PICTURES)
    others = range(learned, count)
    head_folder, studio_folder, other_folder = (work_dir / name for name in (f"heads-{size}", "studio", "held-out"))
    return (
        Chosen(
            [
                *_places(rendered_label_maps(work_dir / f"rendered-{size}", rendered, size), rendered),
                *_places(drawn_label_maps("Drawing people", head_folder, heads, _draw_head, _read_heads, known), heads),
                *_places(
                    drawn_label_maps("Changing backdrops", studio_folder, studio, _draw_studio, _read_faces, known),
                    studio,
                ),
            ]
        ),
        Chosen(
            _places(
                drawn_label_maps("Holding out", other_folder, others, _held_out, _read_faces, (people, None)), others
            )
        ),
    )


def _read_heads(people: Path, count: int) -> None:
    _heads.extend(read_heads(people, count, every=recipe.EVERY_HEAD))


def _draw_head(seed: int) -> RenderedFace:
    return render_photo_head(_heads[seed % len(_heads)], seed, recipe.PICTURE_SIZE)


def _read_faces(people: Path, count: int | None) -> None:
    _faces.extend(read_studio_faces(people, count))


def _draw_studio(seed: int) -> StudioFace:
    turn, person = divmod(seed, len(_faces))
    face = _faces[person]
    if turn < recipe.OWN_BACKDROPS:
        return face
    return replace(face, image=before_another(face, np.random.default_rng([_CHANCE, seed])))


def _held_out(index: int) -> StudioFace:
    return _faces[index]


def _places(folder: Path, seeds: range) -> list[tuple[ParsingFolder, int]]:
    return places_of_seeds(folder, seeds, _CROP)
