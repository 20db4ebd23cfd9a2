"""Hair and skin by graph cut, seeded by the landmarks: what is used where no network may be.

The points say where skin surely is and where hair and background may be expected. Colours of the three are learnt
from this very photo, starting there; then two minimum cuts, skin against the rest and hair against what is left,
alternate with learning the colours anew.

It is not meant to find what lies in front of a face: hair over brows and eyes, glasses or a hand stay skin or facial
parts here.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.parsing.canvas import Canvas, HairSkin, draw_canvas, nothing, to_photo
from ml.parsing.colours import MIN_SAMPLES, UNKNOWN, HeadColours, flat, log_likelihood
from ml.parsing.head import Mask, connected_to, dilated, eroded
from ml.parsing.mincut import cut

_ROUNDS = 3

_CERTAIN = 0.15
"""Background counts as certain this far (in faces) from the face; nearer, it may be a mistake at the edge."""


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
    canvas = draw_canvas(image, points)
    if not canvas.shows_a_face:
        return nothing(canvas.shape)
    skin, hair = _segment(canvas)
    return to_photo(skin, hair, canvas.head.depth > _CERTAIN, canvas)


def _segment(canvas: Canvas) -> tuple[Mask, Mask]:
    head, lab, seen = canvas.head, canvas.lab, canvas.seen
    colours = _first_colours(canvas)
    must_be_skin = head.sure_skin | head.features
    cannot_be_skin = (head.depth > 0.3) | head.beneath | ~seen
    skin = hair = np.zeros_like(seen)
    for turn in range(_ROUNDS):
        if turn > 0:
            _learn(colours, canvas, skin, hair)
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
    return canvas.filled(skin, hair, np.ones_like(seen))


def _first_colours(canvas: Canvas) -> HeadColours:
    """Skin from cheeks and nose, background from the corners farthest from the head; of hair only that it is neither."""
    head, lab, seen = canvas.head, canvas.lab, canvas.seen
    colours = HeadColours(
        skin=log_likelihood(lab, head.sure_skin & ~head.features & seen, 3),
        hair=flat(seen.shape, UNKNOWN + 0.5),
        background=flat(seen.shape),
        body=flat(seen.shape, -np.inf),
    )
    around = seen & head.upper & (head.depth > 0.15)
    if around.any():
        farthest = around & (head.far >= np.quantile(head.far[around], 0.9))
        if farthest.sum() >= MIN_SAMPLES:
            colours.background = log_likelihood(lab, farthest, 3)
    if (head.body & seen).sum() >= MIN_SAMPLES:
        colours.body = log_likelihood(lab, head.body & seen, 2)
    return colours


def _learn(colours: HeadColours, canvas: Canvas, skin: Mask, hair: Mask) -> None:
    """Learns the colours again from what the last cuts found, in place."""
    head, lab, seen = canvas.head, canvas.lab, canvas.seen
    strands = hair & seen & ~head.features & (head.far < 1.6)
    colours.hair = log_likelihood(lab, strands, 3) if strands.sum() >= MIN_SAMPLES else flat(seen.shape, UNKNOWN - 3)
    around = seen & ~hair & ~skin & ~head.low & (head.depth > 0.1)
    if around.sum() >= MIN_SAMPLES:
        colours.background = log_likelihood(lab, around, 3)
    # What was skin for its place alone must not teach its colour: that is how a fringe would stay skin.
    known = head.sure_skin | (colours.skin > UNKNOWN)
    colours.skin = log_likelihood(lab, eroded(skin, 0.03) & known & seen & ~head.features, 3)
