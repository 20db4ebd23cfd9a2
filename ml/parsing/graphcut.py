"""Hair and skin by graph cut, seeded by the landmarks: what is used where no network has been trained.

The points say where skin surely is and where hair and background may be expected. Colours of the three are learnt
from this very photo, starting there; then two minimum cuts, skin against the rest and hair against what is left,
alternate with learning the colours anew.

It is not meant to find what lies in front of a face: hair over brows and eyes, glasses or a hand stay skin or facial
parts here.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.geometry import compose_transforms, invert_transform, similarity, transform_points, warp_image
from ml.parsing.colours import UNKNOWN, flat, log_likelihood
from ml.parsing.head import SIDE, Head, LogPrior, Mask, connected_to, dilated, eroded, place_head
from ml.parsing.mincut import cut
from ml.schema import N_POINTS

BACKGROUND, SKIN, HAIR = 0, 1, 10

_ROUNDS = 3
# The fewest pixels of the canvas from which a colour may be learnt.
_MIN_SKIN, _MIN_SAMPLES = 200, 150
# Background counts as certain this far (in faces) from the face; nearer, it may be a mistake at the edge.
_CERTAIN = 0.15


@dataclass(frozen=True)
class HairSkin:
    """What a photo shows besides the facial parts.

    Attributes:
        label_map: uint8 (height, width) of the photo: 0 background, 1 skin (facial parts included), 10 hair.
        certain_background: bool (height, width): background that is sure enough to hide a facial part.
    """

    label_map: NDArray[np.uint8]
    certain_background: Mask


@dataclass
class _Colours:
    """Log-likelihoods of every pixel of the canvas."""

    skin: LogPrior
    hair: LogPrior
    background: LogPrior
    body: LogPrior


def segment_hair_skin(image: NDArray[np.uint8], points: ArrayLike) -> HairSkin:
    """Finds hair and skin around the face that the points describe.

    Together with the facial parts it makes the label map::

        parts = fit_parts(points, image.shape)
        found = segment_hair_skin(image, points)
        label_map = fuse(found.label_map, parts, found.certain_background)

    The answer depends on its arguments alone. Skin takes in ears, forehead and a bald scalp, not the neck.

    Args:
        image: RGB, uint8 (height, width, 3).
        points: (106, 2), x then y in pixels.

    Returns:
        Both maps in the photo's own resolution. All background, none of it certain, where hardly any of the face lies
        in the photo.

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
    if (head.sure_skin & ~head.features & seen).sum() < _MIN_SKIN:
        nothing = np.zeros(image.shape[:2], dtype=np.uint8)
        return HairSkin(nothing, nothing.astype(bool))
    lab = np.asarray(cv2.cvtColor(cv2.GaussianBlur(canvas, (3, 3), 0), cv2.COLOR_RGB2LAB), dtype=np.uint8)
    skin, hair = _segment(lab, seen, head)
    return _to_photo(skin, hair, head, image.shape[:2])


def _segment(lab: NDArray[np.uint8], seen: Mask, head: Head) -> tuple[Mask, Mask]:
    colours = _first_colours(lab, seen, head)
    must_be_skin = head.sure_skin | head.features
    cannot_be_skin = (head.depth > 0.3) | head.beneath | ~seen
    skin = hair = np.zeros_like(seen)
    for turn in range(_ROUNDS):
        if turn > 0:
            _learn(colours, lab, seen, head, skin, hair)
        background = colours.background + head.background
        body = np.where(head.low, colours.body + head.body_prior, -np.inf)
        not_head = np.maximum(background, body)
        as_hair = colours.hair + head.hair
        skin = cut(colours.skin + head.skin - np.maximum(as_hair, not_head), lab, must_be_skin, cannot_be_skin)
        skin = connected_to(skin, head.sure_skin)
        # The neck has the face's colour, or nearly.
        neck = np.where(head.beneath, colours.skin - 1 + head.body_prior, -np.inf)
        cannot_be_hair = skin | head.sure_skin | head.body | (head.far > 2.2) | ~seen
        hair = cut(as_hair - np.maximum(not_head, neck), lab, np.zeros_like(skin), cannot_be_hair)
    hair = connected_to(hair, dilated(head.depth < 0, 0.3) & head.upper)
    rim = ~seen
    rim[[0, -1]] = rim[:, [0, -1]] = True
    enclosed = ~connected_to(~(hair | skin), rim) & ~(hair | skin)
    return skin | (enclosed & (head.depth < 0)), hair | (enclosed & (head.depth >= 0))


def _first_colours(lab: NDArray[np.uint8], seen: Mask, head: Head) -> _Colours:
    """Skin from cheeks and nose, background from the corners farthest from the head; of hair only that it is neither."""
    colours = _Colours(
        skin=log_likelihood(lab, head.sure_skin & ~head.features & seen, 3),
        hair=flat(seen.shape, UNKNOWN + 0.5),
        background=flat(seen.shape),
        body=flat(seen.shape, -np.inf),
    )
    around = seen & head.upper & (head.depth > 0.15)
    if around.any():
        farthest = around & (head.far >= np.quantile(head.far[around], 0.9))
        if farthest.sum() >= _MIN_SAMPLES:
            colours.background = log_likelihood(lab, farthest, 3)
    if (head.body & seen).sum() >= _MIN_SAMPLES:
        colours.body = log_likelihood(lab, head.body & seen, 2)
    return colours


def _learn(colours: _Colours, lab: NDArray[np.uint8], seen: Mask, head: Head, skin: Mask, hair: Mask) -> None:
    """Learns the colours again from what the last cuts found, in place."""
    strands = hair & seen & ~head.features & (head.far < 1.6)
    colours.hair = log_likelihood(lab, strands, 3) if strands.sum() >= _MIN_SAMPLES else flat(seen.shape, UNKNOWN - 3)
    around = seen & ~hair & ~skin & ~head.low & (head.depth > 0.1)
    if around.sum() >= _MIN_SAMPLES:
        colours.background = log_likelihood(lab, around, 3)
    # What was skin for its place alone must not teach its colour: that is how a fringe would stay skin.
    known = head.sure_skin | (colours.skin > UNKNOWN)
    colours.skin = log_likelihood(lab, eroded(skin, 0.03) & known & seen & ~head.features, 3)


def _to_photo(skin: Mask, hair: Mask, head: Head, shape: tuple[int, int]) -> HairSkin:
    """The canvas's masks in the photo's resolution, their steps smoothed away."""
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
    certain[top:bottom, left:right] = seen_from_photo(head.depth > _CERTAIN, 255) > 127
    return HairSkin(label_map, certain & (label_map == BACKGROUND))
