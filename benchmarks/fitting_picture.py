"""The paper's Fig. 5 on rendered faces: straight polygons, the fit and the truth beside each other.

    .venv/bin/python -m benchmarks.fitting_picture docs/images/fitting.png

Wrong pixels are red. Under each map stands its F1 over the parts of its row, scored as "seen" in benchmarks.fitting.
"""

import argparse
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from benchmarks.fitting import LabelMap, Tally, straight_parts
from ml.ppa import fit_parts
from ml.schema import CATEGORIES
from ml.synthetic import render_face
from ml.synthetic.camera import PoseRange

FACES: Final[tuple[tuple[int, PoseRange, tuple[int, ...], tuple[int, ...]], ...]] = (
    (9, "frontal", tuple(range(84, 104)), (7, 8, 9)),
    (9, "frontal", (*range(33, 42), *range(66, 74)), (2, 4)),
    (8_000_011, "all", tuple(range(84, 104)), (7, 8, 9)),
)
"""Seed, pose, the points that a row shows, and the parts that it scores."""
RENDERED: Final = 512
TILE: Final = 250
MARGIN: Final = 0.15
CAPTION: Final = 24
WRONG: Final = (255, 0, 0)


def _tile(
    face: LabelMap, label_map: LabelMap, wrong: NDArray[np.bool_], box: tuple[float, float, float, float], title: str
) -> Image.Image:
    """The map in its colours over the grey photo, and a title below."""
    colours = np.array([category.colour for category in CATEGORIES], dtype=np.float32)
    shown = np.isin(label_map, (0, 1, 10))[..., None]
    mixed = np.where(shown, face[..., None], 0.35 * face[..., None] + 0.65 * colours[label_map])
    mixed[wrong] = WRONG
    picture = Image.fromarray(mixed.round().astype(np.uint8))
    tile = Image.new("RGB", (TILE, TILE + CAPTION), "#ffffff")
    tile.paste(picture.resize((TILE, TILE), Image.Resampling.NEAREST, box), (0, 0))
    ImageDraw.Draw(tile).text(
        (TILE / 2, TILE + CAPTION / 2), title, fill="#202020", font=ImageFont.load_default(14), anchor="mm"
    )
    return tile


def picture() -> Image.Image:
    """A row for each of FACES."""
    canvas = Image.new("RGB", (3 * TILE + 16, len(FACES) * (TILE + CAPTION)), "#ffffff")
    for row, (seed, pose, indices, parts) in enumerate(FACES):
        face = render_face(seed, RENDERED, pose=pose)
        points = face.points[list(indices)]
        side = float(np.ptp(points, axis=0).max()) * (1 + 2 * MARGIN)
        left, top = (points.min(axis=0) + points.max(axis=0) - side) / 2
        grey = np.asarray(Image.fromarray(face.image).convert("L"))
        shape = face.label_map.shape
        truth = np.where(np.isin(face.label_map, parts), face.label_map, 0).astype(np.uint8)
        maps = {
            "straight": straight_parts(face.points, shape, "pixel-centre"),
            "fit": fit_parts(face.points, shape),
            "truth": face.label_map,
        }
        for column, (name, drawn) in enumerate(maps.items()):
            chosen = np.where(np.isin(drawn, parts), drawn, 0).astype(np.uint8)
            chosen[np.isin(face.label_map, (0, 10))] = 0
            tally = Tally()
            tally.add(chosen, truth)
            score = np.mean([tally.f1(category) for category in parts])
            title = name if name == "truth" else f"{name}: F1 {score:.3f}"
            tile = _tile(grey, chosen, chosen != truth, (left, top, left + side, top + side), title)
            canvas.paste(tile, (column * (TILE + 8), row * (TILE + CAPTION)))
    return canvas


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, metavar="OUT.png")
    arguments = parser.parse_args()
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    picture().quantize(64, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        arguments.out, optimize=True
    )


if __name__ == "__main__":
    main()
