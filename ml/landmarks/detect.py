"""Places that look like faces, without any model of ours: OpenCV's bundled Haar cascades, on a small copy of the photo."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from ml.geometry import Image, Matrix, invert_transform, similarity, transform_points, transform_scale
from ml.landmarks.boxes import FaceBox

_LONGEST_SIDE: Final = 640
# Of the shorter side. A large face that a cascade misses must not lose to a nostril that looks like a face, so small finds
# count only where no search finds a large one; still smaller ones are mostly buttons and leaves.
_LARGE_FACE: Final = 0.25
_SMALLEST_FACE: Final = 0.12
_SMALLEST_LIKELY: Final = 0.055
_TURNS: Final = (np.deg2rad(30.0), np.deg2rad(-30.0))
_MORE_TURNS: Final = tuple(np.deg2rad([25.0, -25.0, 45.0, -45.0]))
_MOST_LIKELY: Final = 4

# From a cascade's square to the face's box, medians over faces106: the cascades frame brows to lips, the box brows to
# chin. Both frontal cascades agree within 0.01.
_SIZE: Final = 0.855
_DOWN: Final = 0.166

_Gray = npt.NDArray[np.uint8]
_Squares = npt.NDArray[np.float64]


class _Care(NamedTuple):
    """How a cascade searches: the ratio of one size of its window to the next, and the hits that make a find."""

    step: float
    hits: int


# What nobody looks at again must be right, and in the right place; what the network looks at need only be near.
_CAREFUL: Final = _Care(1.1, 4)
_QUICK: Final = _Care(1.2, 2)


class _Cascades(threading.local):
    """The classifiers, one set a thread: OpenCV's detectors keep state while they run."""

    def __init__(self) -> None:
        folder = Path(cv2.__file__).parent / "data"
        self.frontal = [
            cv2.CascadeClassifier(str(folder / f"haarcascade_frontalface_{name}.xml")) for name in ("alt2", "default")
        ]
        self.profile = cv2.CascadeClassifier(str(folder / "haarcascade_profileface.xml"))


_cascades = _Cascades()


def find_face(image: Image) -> FaceBox | None:
    """Finds the main face: large before small, central before marginal.

    Frontal faces are looked for first, then profiles of both sides, then frontal faces turned by 30 degrees; all of that
    for large faces first.

    Args:
        image: (H, W, 3) RGB, of any size.

    Returns:
        Its box in the image's own pixels, or None when no face is found.
    """
    gray, to_image = _reduced(image)
    for smallest in (_LARGE_FACE, _SMALLEST_FACE):
        for squares, to_gray in _searches(gray, smallest, _CAREFUL, _TURNS):
            if len(squares):
                return _boxes(squares, to_gray, to_image, image)[0]
    return None


def likely_faces(image: Image, *, small: bool) -> Iterator[list[FaceBox]]:
    """Yields places to look at closely, search by search in the order of `find_face`, with more turns.

    Quick and generous: a search takes half the time of `find_face`'s, and many finds are no faces.

    Args:
        image: as for `find_face`.
        small: look for faces down to a twentieth of the shorter side; otherwise to a quarter.

    Yields:
        At most four boxes of one search in the image's own pixels, the main one first; never an empty list.
    """
    gray, to_image = _reduced(image)
    for squares, to_gray in _searches(gray, _SMALLEST_LIKELY if small else _LARGE_FACE, _QUICK, _MORE_TURNS):
        if len(squares):
            yield _boxes(squares, to_gray, to_image, image)[:_MOST_LIKELY]


def prominence(box: FaceBox, width: int, height: int) -> float:
    """Returns what makes the main face of several: its size in pixels, down to half of it towards the photo's corners."""
    center = np.array([(width - 1) / 2, (height - 1) / 2])
    away = float(np.linalg.norm(np.array(box.center) - center)) / max(1.0, float(np.linalg.norm(center)))
    return box.size * (1 - 0.5 * min(1.0, away))


def _reduced(image: Image) -> tuple[_Gray, Matrix]:
    """Returns a grey copy of at most 640 px and the transform from its pixels to the image's."""
    height, width = image.shape[:2]
    factor = min(1.0, _LONGEST_SIDE / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    gray = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    if factor < 1:
        gray = np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    # Pixel 0 of the copy covers the first 1 / factor pixels: its centre is theirs, not pixel 0's.
    shift = (1 / factor - 1) / 2
    return gray, similarity(1 / factor, 0.0, (shift, shift))


def _searches(gray: _Gray, smallest: float, care: _Care, turns: Sequence[float]) -> Iterator[tuple[_Squares, Matrix]]:
    """Yields the finds of one search after the other, (N, 4) squares, with the transform from its pixels to gray's."""
    side = max(1, round(smallest * min(gray.shape)))
    upright = similarity(1.0, 0.0, (0.0, 0.0))
    for cascade in _cascades.frontal:
        yield _squares(cascade, gray, side, care), upright
    # The profile cascade knows one side only; a mirrored copy shows it the other.
    yield _squares(_cascades.profile, gray, side, care), upright
    mirrored = _squares(_cascades.profile, np.ascontiguousarray(gray[:, ::-1]), side, care)
    mirrored[:, 0] = gray.shape[1] - mirrored[:, 0] - mirrored[:, 2]
    yield mirrored, upright
    for turn in turns:
        turned, to_gray = _turned(gray, turn)
        yield _squares(_cascades.frontal[0], turned, side, care), to_gray


def _squares(cascade: cv2.CascadeClassifier, gray: _Gray, smallest: int, care: _Care) -> _Squares:
    found = cascade.detectMultiScale(gray, care.step, care.hits, minSize=(smallest, smallest))
    return np.asarray(found, dtype=np.float64).reshape(-1, 4)


def _turned(gray: _Gray, angle: float) -> tuple[_Gray, Matrix]:
    """Turns the picture's content by an angle on a canvas that holds all of it; also returns the way back."""
    height, width = gray.shape
    c, s = abs(np.cos(angle)), abs(np.sin(angle))
    size = (round(width * c + height * s), round(width * s + height * c))
    matrix = similarity(1.0, angle, (0.0, 0.0))
    center = np.array([(width - 1) / 2, (height - 1) / 2])
    matrix[:, 2] = np.array([(size[0] - 1) / 2, (size[1] - 1) / 2]) - matrix[:, :2] @ center
    turned = cv2.warpAffine(gray, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(turned, dtype=np.uint8), invert_transform(matrix)


def _boxes(squares: _Squares, to_gray: Matrix, to_image: Matrix, image: Image) -> list[FaceBox]:
    """The boxes of the finds of one search, the main one first."""
    height, width = image.shape[:2]
    boxes = [_box(square, to_gray, to_image) for square in squares]
    return sorted(boxes, key=lambda box: prominence(box, width, height), reverse=True)


def _box(square: npt.NDArray[np.float64], to_gray: Matrix, to_image: Matrix) -> FaceBox:
    x, y, side, _ = square
    # A square of pixels x to x + side - 1 has its middle half a pixel before x + side / 2.
    middle = np.array([x + side / 2 - 0.5, y + side / 2 - 0.5 + _DOWN * side])
    center = transform_points(to_image, transform_points(to_gray, middle))
    scale = transform_scale(to_image) * transform_scale(to_gray)
    angle = float(np.arctan2(to_gray[1, 0], to_gray[0, 0]))
    return FaceBox((float(center[0]), float(center[1])), float(side * _SIZE * scale), angle)
