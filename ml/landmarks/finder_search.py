"""The main face of a photo by the finder network, searched for on small copies of the photo.

`detect.find_face` still asks the cascades, for no weights that beat them ship yet. `finder_train` makes some; this
search is how they are measured.
"""

from collections.abc import Sequence
from functools import cache
from typing import Final

import cv2
import numpy as np
import torch

from ml.geometry import (
    Image,
    Matrix,
    invert_transform,
    similarity,
    transform_points,
    transform_scale,
)
from ml.landmarks import finder
from ml.landmarks.boxes import FaceBox

# The copy that is searched first shows faces from a tenth of its longer side to all of it; the finer ones come to smaller
# faces. Only when nothing is found do they cost their time.
_LONGEST_SIDES: Final = (96, 224, 512)
_THRESHOLD: Final = 0.3
SURE: Final = 0.5
"""The score from which a find needs no finer search."""

# The second look shows the face upright, in the middle, at the size that the network has seen most often.
_LOOK_SIDE: Final = 96
_LOOK_FACE: Final = 52.0
_LOOK_APART: Final = 0.5
_GREY: Final = 128


def search(image: Image) -> tuple[FaceBox, float] | None:
    """Finds the main face: large before small, central before marginal.

    Args:
        image: (H, W, 3) RGB, of any size.

    Returns:
        Its box in the image's own pixels and its score, 0 to 1, or None when no face is found.

    Raises:
        FileNotFoundError: no weights are shipped.
        CheckpointError: the shipped weights are damaged.
    """
    copies = _copies(image)
    doubtful: tuple[FaceBox, float] | None = None
    for copy, to_image in copies:
        find = _main(_search(copy, _THRESHOLD), copy)
        if find is None:
            continue
        box = _moved(find, to_image)
        if find.score >= SURE:
            return _second_look(box, copies), find.score
        if doubtful is None or find.score > doubtful[1]:
            doubtful = (box, find.score)
    return None if doubtful is None else (_second_look(doubtful[0], copies), doubtful[1])


@cache
def _network() -> finder.FinderNet:
    return finder.load(finder.WEIGHTS.read_bytes())


def _copies(image: Image) -> list[tuple[Image, Matrix]]:
    """Returns small copies, the smallest first, each with the transform from its pixels to the image's."""
    copies: list[tuple[Image, Matrix]] = []
    last = image
    for longest in reversed(_LONGEST_SIDES):
        height, width = last.shape[:2]
        factor = longest / max(height, width)
        if factor < 1:
            size = (max(1, round(width * factor)), max(1, round(height * factor)))
            last = np.asarray(cv2.resize(last, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        # A photo that is small already is its own copy, once.
        if not copies or last is not copies[-1][0]:
            copies.append((last, _between(last, image)))
    return copies[::-1]


def _between(copy: Image, image: Image) -> Matrix:
    """The transform from the pixels of a reduced copy to the image's; pixel 0 of the copy covers several."""
    matrix = np.zeros((2, 3))
    for axis, (small, large) in enumerate(zip(copy.shape[1::-1], image.shape[1::-1], strict=True)):
        matrix[axis, axis] = large / small
        matrix[axis, 2] = (large / small - 1) / 2
    return matrix


def _search(picture: Image, threshold: float) -> list[finder.Find]:
    with torch.inference_mode():
        output = _network()(finder.as_input(finder.pad(picture)[None]))
    height, width = picture.shape[:2]
    return [
        find
        for find in finder.decode(output[0], threshold)
        if -0.5 <= find.center[0] < width and -0.5 <= find.center[1] < height
    ]


def _main(finds: Sequence[finder.Find], copy: Image) -> finder.Find | None:
    """The find that is largest and nearest to the middle of the picture; sure ones count before doubtful ones."""
    middle = np.array([(copy.shape[1] - 1) / 2, (copy.shape[0] - 1) / 2])

    def rank(find: finder.Find) -> tuple[bool, float]:
        away = float(np.linalg.norm(np.array(find.center) - middle) / max(1.0, float(np.linalg.norm(middle))))
        return find.score >= SURE, find.size * (1 - 0.5 * away)

    return max(finds, key=rank, default=None)


def _moved(find: finder.Find, to_image: Matrix, turn: float = 0.0) -> FaceBox:
    x, y = transform_points(to_image, np.array(find.center))
    angle = find.angle + turn
    angle = float(np.arctan2(np.sin(angle), np.cos(angle)))
    return FaceBox((float(x), float(y)), find.size * float(np.sqrt(abs(np.linalg.det(to_image[:, :2])))), angle)


def _second_look(box: FaceBox, copies: Sequence[tuple[Image, Matrix]]) -> FaceBox:
    """Finds the face again in a crop around it, where the network is at its most exact."""
    # The finest copy in which the face isn't so large that the crop would skip pixels.
    fitting = [pair for pair in copies if box.size / transform_scale(pair[1]) <= 2 * _LOOK_FACE]
    copy, to_image = fitting[-1] if fitting else copies[0]
    scale = _LOOK_FACE / box.size
    to_crop = similarity(scale, -box.angle, (0.0, 0.0))
    to_crop[:, 2] = (_LOOK_SIDE - 1) / 2 - to_crop[:, :2] @ np.array(box.center)
    copy_to_crop = to_crop[:, :2] @ to_image[:, :2], to_crop[:, :2] @ to_image[:, 2] + to_crop[:, 2]
    crop = cv2.warpAffine(
        copy,
        np.column_stack(copy_to_crop),
        (_LOOK_SIDE, _LOOK_SIDE),
        flags=cv2.INTER_LINEAR,
        borderValue=(_GREY, _GREY, _GREY),
    )
    middle = (_LOOK_SIDE - 1) / 2
    near = [
        find
        for find in _search(np.asarray(crop, dtype=np.uint8), _THRESHOLD)
        if np.hypot(find.center[0] - middle, find.center[1] - middle) < _LOOK_APART * _LOOK_FACE
        and 0.5 < find.size / _LOOK_FACE < 2
    ]
    return _moved(near[0], invert_transform(to_crop), box.angle) if near else box
