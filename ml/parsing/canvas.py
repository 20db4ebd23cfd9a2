"""The head of a photo on the standard canvas of `ml.parsing.head`, and what was found there back in the photo's pixels."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.geometry import compose_transforms, invert_transform, similarity, transform_points, warp_image
from ml.parsing.head import SIDE, Head, Mask, connected_to, place_head
from ml.schema import N_POINTS

BACKGROUND, SKIN, HAIR = 0, 1, 10

_MIN_SKIN = 200
"""Pixels of the face, on the canvas, below which nothing can be learnt from it."""


@dataclass(frozen=True)
class HairSkin:
    """What a photo shows besides the facial parts.

    Attributes:
        label_map: uint8 (height, width) of the photo: 0 background, 1 skin (facial parts included), 10 hair.
        certain_background: bool (height, width): background that is sure enough to hide a facial part.
    """

    label_map: NDArray[np.uint8]
    certain_background: Mask


@dataclass(frozen=True)
class Canvas:
    """A head on the standard canvas.

    Attributes:
        head: where what may be expected.
        lab: (SIDE, SIDE, 3) uint8, the photo's colours, a little blurred.
        seen: (SIDE, SIDE) bool, what of the canvas lies in the photo.
        shape: height and width of the photo.
    """

    head: Head
    lab: NDArray[np.uint8]
    seen: Mask
    shape: tuple[int, int]

    @property
    def shows_a_face(self) -> bool:
        """Whether enough of the face lies in the photo to learn its colours."""
        return int((self.head.sure_skin & ~self.head.features & self.seen).sum()) >= _MIN_SKIN

    def filled(self, skin: Mask, hair: Mask, fillable: Mask) -> tuple[Mask, Mask]:
        """Closes the holes in skin and hair, where that is allowed: inside the face with skin, outside with hair."""
        rim = ~self.seen
        rim[[0, -1]] = rim[:, [0, -1]] = True
        holes = ~connected_to(~(hair | skin), rim) & ~(hair | skin) & fillable
        return skin | (holes & (self.head.depth < 0)), hair | (holes & (self.head.depth >= 0))


def draw_canvas(image: NDArray[np.uint8], points: ArrayLike) -> Canvas:
    """Draws the head that the points describe.

    Args:
        image: RGB, uint8 (height, width, 3).
        points: (106, 2), x then y in pixels.

    Raises:
        ValueError: Not an RGB photo, not 106 finite points, or all of them at one place.
    """
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
        raise ValueError(f"expected an RGB photo of 8 bits, got {image.dtype} {image.shape}")
    p = np.asarray(points, dtype=np.float64)
    if p.shape != (N_POINTS, 2) or not np.isfinite(p).all():
        raise ValueError(f"expected {N_POINTS} finite points, got an array of shape {p.shape}")
    head = place_head(p)
    canvas = warp_image(image, head.transform, (SIDE, SIDE))
    seen = warp_image(np.full(image.shape[:2], 255, dtype=np.uint8), head.transform, (SIDE, SIDE)) > 250
    lab = np.asarray(cv2.cvtColor(cv2.GaussianBlur(canvas, (3, 3), 0), cv2.COLOR_RGB2LAB), dtype=np.uint8)
    return Canvas(head, lab, seen, (image.shape[0], image.shape[1]))


def nothing(shape: tuple[int, int]) -> HairSkin:
    """All background, none of it certain."""
    label_map = np.zeros(shape, dtype=np.uint8)
    return HairSkin(label_map, label_map.astype(bool))


def to_photo(skin: Mask, hair: Mask, sure_background: Mask, canvas: Canvas) -> HairSkin:
    """The canvas's masks in the photo's resolution, their steps smoothed away; beyond the canvas is sure background."""
    head, shape = canvas.head, canvas.shape
    height, width = shape
    back = invert_transform(head.transform)
    corners = transform_points(back, [[0, 0], [SIDE - 1, 0], [0, SIDE - 1], [SIDE - 1, SIDE - 1]])
    left, top = np.clip(np.floor(corners.min(axis=0)), 0, (width, height)).astype(int).tolist()
    right, bottom = np.clip(np.ceil(corners.max(axis=0)) + 1, 0, (width, height)).astype(int).tolist()
    window = compose_transforms(back, similarity(1.0, 0.0, (-left, -top)))

    def seen_from_photo(mask: Mask, beyond: int) -> NDArray[np.uint8]:
        """The mask's share of every pixel of the window, out of 255."""
        soft = cv2.GaussianBlur(mask.astype(np.uint8) * 255, (0, 0), 1.0)
        size = (right - left, bottom - top)
        warped = cv2.warpAffine(soft, window, size, borderMode=cv2.BORDER_CONSTANT, borderValue=(beyond,))
        return np.asarray(warped, dtype=np.uint8)

    of_skin, of_hair = seen_from_photo(skin, 0), seen_from_photo(hair, 0)
    of_rest = cv2.subtract(255 - of_skin, of_hair)
    label_map = np.full(shape, BACKGROUND, dtype=np.uint8)
    label_map[top:bottom, left:right][(of_skin > of_rest) & (of_skin >= of_hair)] = SKIN
    label_map[top:bottom, left:right][(of_hair > of_rest) & (of_hair > of_skin)] = HAIR
    certain = np.ones(shape, dtype=bool)
    certain[top:bottom, left:right] = seen_from_photo(sure_background, 255) > 127
    return HairSkin(label_map, certain & (label_map == BACKGROUND))
