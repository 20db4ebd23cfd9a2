"""Photographed people as rendered heads: real skin, brows and eyes in new poses, with exact points.

    python -m ml.synthetic.photo_heads FACES OUT --count 2000 --people 84

FACES is a folder of nearly frontal faces at rest: images/NAME.jpg and landmarks/NAME.txt, and outlines/NAME.json with
the hairline where there is one. OUT gets images/NNNNNN.jpg and landmarks/NNNNNN.txt; a landmark file is there when its
picture is whole. If OUT ends in .png, it is one sheet of 18 pictures instead. What is written shows the people of
FACES: its terms hold for it.
"""

import argparse
import json
import sys
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from ml.data.faces import LandmarkFolder
from ml.data.lapa import format_landmarks
from ml.data.whole_files import write_whole
from ml.synthetic.accessories import sample_accessories
from ml.synthetic.anatomy import anatomy
from ml.synthetic.body import make_body
from ml.synthetic.camera import PoseRange, sample_camera, sample_pose
from ml.synthetic.contact_sheet import contact_sheet, save_sheet
from ml.synthetic.expression import Expression, express, sample_expression
from ml.synthetic.fitting import FittedHead, checked, fit_head
from ml.synthetic.hair import sample_hair
from ml.synthetic.identity import sample_form
from ml.synthetic.lighting import Lights, sample_lights
from ml.synthetic.materials import sample_palette
from ml.synthetic.meshes import Array
from ml.synthetic.photo_texture import PhotoTexture, eye_rows, take_texture
from ml.synthetic.render import RenderedFace, Scene, draw, streams_of_chance
from ml.synthetic.skin import SKIN_TONES, linear, sample_complexion

_FACE_WIDTH = 300
"""Pixels to which the contour in a photo is brought: somewhat finer than the texture of the skin."""
_OTHER_FORM = 0.45
"""Share of another person's form that a photographed head takes on."""


@dataclass(frozen=True)
class PhotoHead:
    """A person of a photo as a head that can be turned.

    Attributes:
        fitted: the head, in the pixels of the photo brought to 300 px a face.
        texture: its skin and eyes.
        hair: (3,) linear colour of the hair, if known.
    """

    fitted: FittedHead
    texture: PhotoTexture
    hair: Array | None

    @classmethod
    def fit(
        cls,
        image: npt.NDArray[np.uint8],
        points: npt.ArrayLike,
        *,
        hairline: npt.ArrayLike | None = None,
        hair_outline: npt.ArrayLike | None = None,
    ) -> "PhotoHead":
        """Fits a head to a nearly frontal photo of a face at rest, the eyes open.

        Args:
            image: (H, W, 3) uint8 RGB.
            points: (106, 2) pixels, all of them.
            hairline: (N, 2) pixels from the left temple over the forehead to the right.
            hair_outline: (N, 2) pixels of the outer line of the hair, in the same direction.

        Raises:
            ValueError: points is not a finite (106, 2) array, or spans no area.
        """
        found = checked(points)
        scale = _FACE_WIDTH / float(np.ptp(found[:33], axis=0).max())
        size = (max(round(image.shape[1] * scale), 1), max(round(image.shape[0] * scale), 1))
        # Pixel centres are whole numbers: the corner of the picture is at -0.5 in both.
        small = np.asarray(
            cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC), dtype=np.uint8
        )
        ratio = np.array(size) / image.shape[1::-1]

        def moved(places: npt.ArrayLike) -> Array:
            return np.asarray((np.asarray(places, dtype=np.float64) + 0.5) * ratio - 0.5)

        found = moved(found)
        fitted = fit_head(found)
        line = None if hairline is None else moved(hairline)
        colour = None
        if line is not None and hair_outline is not None:
            colour = _hair_colour(small, line, moved(hair_outline))
        return cls(fitted, take_texture(small, found, fitted, line), colour)


def _hair_colour(image: npt.NDArray[np.uint8], hairline: Array, outline: Array) -> Array | None:
    """Returns the median linear colour above the hairline; None where there is too little hair to say."""
    crown = outline[len(outline) // 5 : -(len(outline) // 5)]
    mask = np.zeros(image.shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.rint(np.vstack([hairline, crown[::-1]])).astype(np.int32)], 1)
    inner = cv2.erode(mask, np.ones((9, 9), np.uint8)) > 0
    if inner.sum() < 400:
        return None
    return np.asarray(np.median(linear(image[inner]), axis=0))


def render_photo_head(head: PhotoHead, seed: int, size: int = 512, *, pose: PoseRange = "all") -> RenderedFace:
    """Renders a photographed person in the pose, light, expression and surroundings of a seed, the same each time.

    Points, visibility and label map are those of the head under the picture, and follow the renderer's definitions: the
    contour of a turned face is the edge that is seen. The hair is the renderer's in the photo's colour. What the label
    map cannot know is hair on the photo's skin: a beard is skin in it, and so are strands that were taken for skin.

    Args:
        head: of PhotoHead.fit.
        seed: any non-negative number.
        size: side of the square picture in pixels; a face wider than some 250 px shows how coarse its texture is.
        pose: as for render_face.

    Raises:
        ValueError: size is under 64, or seed is negative.
    """
    chance = streams_of_chance(seed, size)
    easy = pose == "frontal"
    body = anatomy()
    expression = _on_photo(sample_expression(next(chance), easy))
    rng = next(chance)
    other = (sample_form(rng) - body.mesh.points) * (_OTHER_FORM * rng.random())
    shape = express(head.fitted.head + other, expression)

    rng = next(chance)
    turn = sample_pose(rng, pose)
    camera = sample_camera(rng, pose, turn.head(shape)[body.surface.landmarks], size)

    rng = next(chance)
    look = sample_complexion(rng)
    own_hair = head.hair is not None and rng.random() < 0.75
    hair = head.hair if own_hair and head.hair is not None else look.hair
    balance = _balance(head.texture.tone, rng.uniform(0.3, 1.0))
    tan = balance * np.exp(rng.normal(0, 0.12) + rng.normal(0, 0.03, 3))
    look = replace(look, tone=head.texture.tone * tan, hair=hair, shine=look.shine * 0.4)
    palette = sample_palette(rng, look, (0.0, 0.0), head.texture.skin * tan.astype(np.float32))
    palette = replace(palette, eyes=head.texture.eyes * balance.astype(np.float32))
    lights = _softened(sample_lights(next(chance)))
    extras = sample_accessories(next(chance), shape, easy)
    hairdo = sample_hair(next(chance), shape, look, easy=easy, pressed=extras.presses_hair)

    mesh = replace(body.mesh, uv=body.mesh.uv.copy())
    mesh.uv[eye_rows()] = head.texture.eye_uv[eye_rows()]
    scene = Scene(shape, mesh, turn, camera, (0.0, 0.0), palette, lights, extras, hairdo, make_body(next(chance)))
    return draw(scene, next(chance), size, easy)


def _on_photo(expression: Expression) -> Expression:
    """Returns an expression that the photo has the pixels for: eyes can close, but neither widen nor look elsewhere."""
    weights = dict(expression.weights)
    for side in ("left", "right"):
        if weights.get(f"blink_{side}", 0.0) < 0:
            weights[f"blink_{side}"] = weights[f"blink_{side}_round"] = 0.0
    return Expression(weights, (0.0, 0.0))


def _balance(tone: Array, share: float) -> Array:
    """Returns the (3,) factors that take the photo's colour cast off, or a share of it; brightness stays."""
    brightness = SKIN_TONES.sum(axis=1)
    usual = np.array([np.interp(tone.sum(), brightness[::-1], SKIN_TONES[::-1, k]) for k in range(3)])
    usual *= tone.sum() / usual.sum()
    return np.asarray((usual / tone) ** share)


def _softened(lights: Lights) -> Lights:
    """Returns the lights with more from all around: the photo's skin has some of its own shading already."""
    share = 0.30
    around = lights.colours.sum(axis=0) * share * 0.65
    return replace(lights, colours=lights.colours * (1 - share), sky=lights.sky + around, ground=lights.ground + around)


def read_heads(folder: Path, people: int | None = None, every: int = 1) -> list[PhotoHead]:
    """Returns the heads of the first people, by name, of a folder of faces; of all of these, or of every third, say.

    Raises:
        DataError: a file is missing or broken.
    """
    photos = LandmarkFolder(folder)
    heads = []
    for index in range(len(photos))[:people:every]:
        photo = photos[index]
        outline = folder / "outlines" / f"{photo.name}.json"
        lines = json.loads(outline.read_text()) if outline.is_file() else {}
        heads.append(
            PhotoHead.fit(photo.image, photo.points, hairline=lines.get("hairline"), hair_outline=lines.get("hair"))
        )
    return heads


def write_faces(heads: list[PhotoHead], out: Path, seeds: range, size: int) -> None:
    """Writes a picture and a landmark file for each seed; the people take turns. Files that are there are kept."""
    for name in ("images", "landmarks"):
        (out / name).mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        points_file = out / "landmarks" / f"{seed:06d}.txt"
        if points_file.exists():
            continue
        face = render_photo_head(heads[seed % len(heads)], seed, size)
        picture = out / "images" / f"{seed:06d}.jpg"
        cv2.imwrite(str(picture), face.image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 95])
        write_whole(points_file, format_landmarks(face.points).encode())
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{seed + 1 - seeds.start} of {len(seeds)}")


def main(arguments: list[str]) -> int:
    """Writes pictures of a folder's people; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m ml.synthetic.photo_heads", description=__doc__)
    parser.add_argument("faces", type=Path, help="folder with images/, landmarks/ and outlines/")
    parser.add_argument("out", type=Path, help="folder to write to, or a PNG file for one sheet of 18 pictures")
    parser.add_argument("--count", type=int, default=2000, help="how many pictures")
    parser.add_argument("--first", type=int, default=0, help="seed of the first, for several processes")
    parser.add_argument("--people", type=int, default=None, help="use the first so many by name")
    parser.add_argument("--size", type=int, default=288, help="side of a picture in pixels")
    given = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    heads = read_heads(given.faces, given.people)
    if given.out.suffix == ".png":
        seeds = count(given.first)
        save_sheet(contact_sheet(render_photo_head(heads[s % len(heads)], s, 256).image for s in seeds), given.out)
        return 0
    write_faces(heads, given.out, range(given.first, given.first + given.count), given.size)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
