"""Draws docs/images/points.png, the 106 numbered points on a rendered face: python docs/figures.py"""

from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps

from ml.schema import DUPLICATES, EDGES, PARTS, POINTS
from ml.synthetic import render_face

OUT: Final = Path(__file__).resolve().parent / "images" / "points.png"
# A frontal face with an open mouth, so that no two outlines lie on each other.
SEED: Final = 9
SIZE: Final = 2000
WIDTH: Final = 1125
MARGIN: Final = 0.055
COLOURS: Final = {
    "contour": "#8fd3ff",
    "left_brow": "#66ff99",
    "right_brow": "#00e0a8",
    "nose_bridge": "#ffb347",
    "nose_outline": "#ff8a3d",
    "left_eye": "#ffff66",
    "right_eye": "#fff2a8",
    "left_eye_center": "#ffffff",
    "right_eye_center": "#ffffff",
    "outer_lip": "#ff8cff",
    "inner_lip": "#ffd1ff",
    "left_pupil": "#ffffff",
    "right_pupil": "#ffffff",
}


def _crop(image: np.ndarray, points: np.ndarray) -> tuple[Image.Image, np.ndarray]:
    """The face WIDTH pixels wide, grey and dimmed for legibility, and its points in the crop's pixels."""
    low, high = points.min(axis=0), points.max(axis=0)
    margin = MARGIN * float((high - low).max())
    (left, top), (right, bottom) = low - margin, high + margin
    scale = WIDTH / (right - left)
    face = Image.fromarray(image).crop((round(left), round(top), round(right), round(bottom)))
    face = face.resize((WIDTH, round((bottom - top) * scale)), Image.Resampling.LANCZOS)
    # Grey in few steps: the colours belong to the parts, and the file stays small.
    grey = ImageOps.posterize(face.convert("L"), 5).convert("RGB")
    dimmed = Image.blend(grey, Image.new("RGB", face.size, "#10161c"), 0.6)
    return dimmed, (points - (left, top)) * scale


def _outwards(points: np.ndarray, part: str, index: int) -> np.ndarray:
    """The unit direction in which a point's number stands: away from the middle of its part, inner lip inwards."""
    if part == "contour":
        towards = points[54] - points[index]
    elif part == "nose_bridge":
        return np.array([1.0, 0.0])
    elif part.endswith(("center", "pupil")):
        return np.array([0.0, -1.0])
    elif part == "inner_lip":
        towards = points[list(PARTS["inner_lip"].indices)].mean(axis=0) - points[index]
    else:
        towards = points[index] - points[list(PARTS[part].indices)].mean(axis=0)
    return towards / max(float(np.linalg.norm(towards)), 1e-6)


def draw_points() -> Image.Image:
    """The numbered points, coloured by part, and their outlines."""
    face = render_face(SEED, SIZE, pose="frontal")
    image, points = _crop(face.image, face.points.astype(np.float64))
    canvas = ImageDraw.Draw(image)
    font = ImageFont.load_default(17)
    for a, b in EDGES:
        canvas.line([tuple(points[a]), tuple(points[b])], fill=COLOURS[POINTS[a].part], width=1)
    hidden = {pupil for _centre, pupil in DUPLICATES}
    together = dict(DUPLICATES)
    for point in POINTS:
        if point.index in hidden:
            continue
        x, y = points[point.index]
        colour = COLOURS[point.part]
        canvas.ellipse((x - 4, y - 4, x + 4, y + 4), fill=colour, outline="#10161c")
        text = f"{point.index}"
        if point.index in together:
            text += f", {together[point.index]}"
        dx, dy = _outwards(points, point.part, point.index)
        width = canvas.textlength(text, font=font)
        at = (x + dx * (8 + width / 2), y + dy * 15)
        canvas.text(at, text, font=font, fill=colour, anchor="mm", stroke_width=3, stroke_fill="#10161c")
    return image


if __name__ == "__main__":
    OUT.parent.mkdir(exist_ok=True)
    draw_points().quantize(128, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(OUT, optimize=True)
