"""The rendered face on which newcomers learn the 106 points, as files that ship with the front end.

`python -m ml.synthetic.practice_face frontend/src/pages/tour` writes `face.jpg`, `labels.png` and `face.json` anew. It is
no part of `make generate`, because another build of OpenCV may change the picture by a grey level.
"""

import json
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from ml.synthetic.render import RenderedFace, render_face

# A frontal face with open eyes and mouth, without glasses, whose one hidden point lies behind clearly drawn hair.
SEED = 36
SIZE = 640

_QUALITY = 88
_BACKGROUND, _HAIR = 0, 10
# Of the largest circle that fits into the hair.
_GAP_SHARE = 0.5


def practice_face() -> RenderedFace:
    """Returns the face, the same each time."""
    return render_face(SEED, SIZE, pose="frontal")


def largest_hair_circle(label_map: npt.NDArray[np.uint8]) -> tuple[int, int, float]:
    """Returns (x, y, radius) in pixels of the largest circle in the hair of a (H, W) map of category ids."""
    inside = np.pad((label_map == _HAIR).astype(np.uint8), 1)
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
    y, x = np.unravel_index(int(np.argmax(depth)), depth.shape)
    return int(x), int(y), float(depth[y, x])


def truth(face: RenderedFace) -> dict[str, Any]:
    """Returns what the front end knows of a face, for JSON: size, points, visibility and the gap, all in image pixels.

    The gap is a circle of hair that the label map beside it lacks.
    """
    height, width = face.label_map.shape
    x, y, radius = largest_hair_circle(face.label_map)
    return {
        "width": width,
        "height": height,
        "points": [[round(float(px), 3), round(float(py), 3)] for px, py in face.points],
        "visibility": face.visibility.tolist(),
        "gap": {"x": x, "y": y, "radius": int(_GAP_SHARE * radius)},
    }


def with_gap(label_map: npt.NDArray[np.uint8], gap: dict[str, int]) -> npt.NDArray[np.uint8]:
    """Returns a copy of a (H, W) map of category ids whose gap is background."""
    return np.asarray(cv2.circle(label_map.copy(), (gap["x"], gap["y"]), gap["radius"], _BACKGROUND, cv2.FILLED))


def main(arguments: list[str]) -> int:
    """Writes the three files into the one folder given; returns the exit status."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m ml.synthetic.practice_face FOLDER\n")
        return 2
    folder = Path(arguments[0])
    face = practice_face()
    known = truth(face)
    picture = cv2.cvtColor(face.image, cv2.COLOR_RGB2BGR)
    cv2.imwrite(str(folder / "face.jpg"), picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    cv2.imwrite(str(folder / "labels.png"), with_gap(face.label_map, known["gap"]), [cv2.IMWRITE_PNG_COMPRESSION, 9])
    (folder / "face.json").write_text(json.dumps(known, separators=(",", ":")) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
