"""Label maps of studio photos, drawn from 106 points, hand-placed lines of the hair and the even backdrop.

The lines say nearly exactly where skin ends at the forehead; the backdrop, whose colour changes slowly, where the head
ends; the photo's own colours tell hair from skin and from clothes where the lines do not. What stays doubtful is IGNORE.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from ml.data.errors import DataError
from ml.data.faces import LandmarkFolder
from ml.geometry import Image, Points, transform_points, warp_image
from ml.parsing.boundaries import IGNORE
from ml.parsing.categories import LabelMap
from ml.parsing.colours import log_likelihood
from ml.parsing.head import SIDE, UNIT, Head, LogPrior, Mask, connected_to, dilated, eroded, place_head
from ml.parsing.mincut import cut
from ml.synthetic.background import make_background

BACKGROUND, SKIN, HAIR = 0, 1, 10

Lines = Mapping[str, npt.NDArray[np.floating]]
_LINES: Final = ("hairline", "hair", "ear_left", "ear_right")

_BACKDROP_NOISE: Final = 3.0
"""Least spread of the backdrop's colour about its smooth model, in steps of 8-bit Lab."""
_EDGE: Final = (3.0, 7.0)
"""Distances from the backdrop's colour, in its spreads, below which nothing is in front of it, and above which all is."""
_DOUBT: Final = 1.5
"""Log-odds between two categories below which a pixel is left out."""
_FEWEST: Final = 60
"""Pixels from which a colour may be learnt."""


@dataclass(frozen=True)
class StudioFace:
    """A photo on the standard canvas of `ml.parsing.head`, 320 px, with its label map.

    Attributes:
        image: (320, 320, 3) uint8 RGB.
        points: (106, 2) pixels of it.
        label_map: (320, 320) uint8: 0, 1 (facial parts included), 10, or IGNORE.
        opacity: (320, 320) float32 in [0, 1]: how much of a pixel is in front of the backdrop.
        backdrop: (320, 320, 3) float32: the backdrop's colour, behind the person too.
    """

    image: Image
    points: Points
    label_map: LabelMap
    opacity: npt.NDArray[np.float32]
    backdrop: npt.NDArray[np.float32]


def read_studio_faces(folder: Path, count: int | None = None) -> list[StudioFace]:
    """Reads images/NAME.jpg, landmarks/NAME.txt and outlines/NAME.json of the first photos, in the order of names.

    Raises:
        DataError: a file is missing or broken.
    """
    photos = LandmarkFolder(folder)
    faces = []
    for index in range(len(photos))[:count]:
        photo = photos[index]
        faces.append(studio_face(photo.image, photo.points, read_lines(folder / "outlines" / f"{photo.name}.json")))
    return faces


def read_lines(path: Path) -> Lines:
    """Reads the hand-placed lines of a photo: hairline, hair, ear_left and ear_right, each (N, 2) pixels.

    Raises:
        DataError: the file is missing, is no such JSON, or lacks a line.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        lines = {name: np.array(found[name], np.float64) for name in _LINES}
    except OSError as error:
        raise DataError(path, error.strerror or "cannot be read") from error
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(path, f"holds not the lines {', '.join(_LINES)}: {error}") from error
    for name, line in lines.items():
        if line.ndim != 2 or line.shape[1] != 2 or len(line) < 3 or not np.isfinite(line).all():
            raise DataError(path, f"the line {name!r} is not at least three finite points")
    return lines


def studio_face(image: Image, points: npt.ArrayLike, lines: Lines) -> StudioFace:
    """Draws the label map of a frontal face before an even backdrop.

    Args:
        image: (H, W, 3) uint8 RGB.
        points: (106, 2) pixels.
        lines: of `read_lines`; the hairline runs from the left temple over the forehead to the right one.
    """
    head = place_head(np.asarray(points, np.float64))
    p = transform_points(head.transform, points)
    on_canvas = {name: transform_points(head.transform, line) for name, line in lines.items()}
    canvas = warp_image(image, head.transform, (SIDE, SIDE))
    seen = warp_image(np.full(image.shape[:2], 255, np.uint8), head.transform, (SIDE, SIDE)) > 250
    lab = np.asarray(cv2.cvtColor(cv2.GaussianBlur(canvas, (3, 3), 0), cv2.COLOR_RGB2LAB), np.uint8)

    free = seen & ~dilated(_filled(on_canvas["hair"]), 0.05) & ~head.low
    # The corners are surely backdrop, wherever the hair goes.
    corners = free & (head.far >= np.quantile(head.far[free], 0.6))
    opacity, backdrop = _before_backdrop(lab, canvas, free, corners)
    inside = _filled(np.vstack([p[:33], on_canvas["hairline"][::-1]])) | (head.depth < -0.1)
    opacity[eroded(inside, 0.05)] = 1
    front = (opacity > 0.5) & seen
    label_map = _labels(lab, seen, front, inside, on_canvas, p, head)
    label_map[~seen] = IGNORE
    return StudioFace(canvas, p, label_map, opacity, backdrop)


def _labels(lab: Image, seen: Mask, front: Mask, inside: Mask, lines: Lines, p: Points, head: Head) -> LabelMap:
    y, x = np.mgrid[:SIDE, :SIDE]
    depth = _signed_distance(inside)
    ears = dilated(_filled(lines["ear_left"]) | _filled(lines["ear_right"]), 0.03) & ~inside
    temple = max(lines["hairline"][0, 1], lines["hairline"][-1, 1])
    crown = lines["hair"][len(lines["hair"]) // 5 : -(len(lines["hair"]) // 5)]
    sure_hair = eroded(_filled(np.vstack([lines["hairline"], crown[::-1]])), 0.03) & (y < temple) & front & ~inside
    sure_skin = eroded(inside, 0.12) & ~head.features & seen & (y > p[33:51, 1].min())

    of_skin = log_likelihood(lab, sure_skin, 3)
    of_hair = log_likelihood(lab, sure_hair, 3) if sure_hair.sum() >= _FEWEST else of_skin
    colour = np.clip(of_skin - of_hair, -4, 4)
    # The hairline is exact to a few hundredths of a face; a fringe may hang below it, down to the brows.
    forehead = y < p[33:51, 1].min()
    place = np.clip(-depth / 0.03, -5, np.where(forehead, 3, 9))
    beside = ~inside & (y >= temple)
    place[beside] = np.where(ears, 1, np.where(depth < 0.05, 0.5, -1))[beside]
    skin = colour + place

    low = head.low & ~inside
    above = front & ~low
    is_skin = cut(np.where(above, skin, -10), lab, eroded(inside, 0.1) & ~forehead, ~above)
    result = np.full(lab.shape[:2], BACKGROUND, np.uint8)
    result[above] = HAIR
    result[is_skin & above] = SKIN
    doubtful = above & (np.abs(skin) < _DOUBT)
    result[doubtful] = IGNORE

    # Neck and clothes are background, hair before or beside them is not.
    if low.any():
        of_body = of_skin - 0.5
        chest = low & seen & front & (y > p[16, 1] + 0.45 * UNIT)
        if chest.sum() >= _FEWEST:
            of_body = np.maximum(of_body, log_likelihood(lab, chest, 3))
        hair = of_hair - of_body
        # Clothes that look like the hair cannot be told from it, nor those that the photo hardly shows.
        alike = chest.sum() < _FEWEST or ((of_hair - of_skin)[chest] > _DOUBT).mean() > 0.15
        reach = connected_to(low & front & (hair > _DOUBT) | (result == HAIR), result == HAIR)
        result[low & reach] = HAIR
        result[low & front & ~reach & (hair > -_DOUBT)] = IGNORE
        if alike:
            result[low & (result == HAIR) & (y > p[16, 1] - 0.15 * UNIT)] = IGNORE
        # Before the neck, stubble looks like hair.
        aside = np.abs(x - p[16, 0]) / UNIT
        result[low & (result == HAIR) & (aside < 0.42)] = IGNORE
        result[low & (aside < 0.3)] = BACKGROUND
    return result


def _before_backdrop(
    lab: Image, canvas: Image, free: Mask, corners: Mask
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Tells the person from a backdrop whose colour is a quadratic function of the place.

    Args:
        lab: (H, W, 3) of the canvas.
        canvas: likewise, RGB.
        free: mostly backdrop.
        corners: the share of it that surely is.

    Returns:
        (H, W): how much of each pixel is in front of the backdrop; and (H, W, 3): the backdrop, in RGB.
    """
    y, x = np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j].astype(np.float32)
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
    colours = lab.astype(np.float32)
    use = corners
    for _ in range(6):
        fitted = terms @ np.linalg.lstsq(terms[use], colours[use], rcond=None)[0]
        away = np.abs(colours - fitted)
        spread = np.maximum(1.5 * np.median(away[use], axis=0), _BACKDROP_NOISE)
        distance = np.sqrt(((away / spread) ** 2).sum(axis=-1))
        use = free & (distance < _EDGE[0])
    low, high = _EDGE
    share = np.clip((distance - low) / (high - low), 0, 1)
    backdrop = terms @ np.linalg.lstsq(terms[use], canvas[use].astype(np.float32), rcond=None)[0]
    return np.asarray(share * share * (3 - 2 * share), np.float32), np.clip(backdrop, 0, 255).astype(np.float32)


def before_another(face: StudioFace, rng: np.random.Generator) -> Image:
    """Returns the person before a drawn background, wall or clutter, (320, 320, 3) uint8 RGB.

    Args:
        face: of `studio_face`.
        rng: consumed.
    """
    share = face.opacity[..., None]
    behind = make_background(rng, SIDE, plain=False)
    brightness = float(np.exp(rng.uniform(np.log(0.35), np.log(2.5)))) / max(float(behind.mean()), 1e-3) * 0.25
    behind = 255 * np.clip(behind * brightness, 0, 1) ** (1 / 2.2)
    # What shines through fine hair is the old backdrop: taken off, before the new one comes behind.
    own = np.clip((face.image - (1 - share) * face.backdrop) / np.maximum(share, 0.25), 0, 255)
    return np.asarray(np.rint(share * own + (1 - share) * behind), np.uint8)


def _filled(polygon: npt.NDArray[np.floating]) -> Mask:
    canvas = np.zeros((SIDE, SIDE), np.uint8)
    cv2.fillPoly(canvas, [np.round(polygon).astype(np.int32)], 1)
    return canvas.astype(bool)


def _signed_distance(mask: Mask) -> LogPrior:
    outer = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5)
    inner = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5)
    return np.asarray((outer - inner) / UNIT, np.float32)
