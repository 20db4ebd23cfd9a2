"""Hair and skin by graph cut, guided by a network: it says what is where, the photo's own colours say where that ends.

A small network knows a turned head from any side but sees it coarsely; the colours of one photo tell its hair from its
skin to the pixel, but not what is hair. Each colour is learnt where the network is sure, and again from the first cuts.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from ml.geometry import Image
from ml.parsing.canvas import BACKGROUND, HAIR, SKIN, Canvas, HairSkin, draw_canvas, nothing, to_photo
from ml.parsing.colours import MIN_SAMPLES, HeadColours, flat, log_likelihood
from ml.parsing.head import SIDE, LogPrior, Mask, connected_to, dilated, eroded
from ml.parsing.mincut import cut
from ml.parsing.predict import Parser
from ml.parsing.regions import around_points

_ROUNDS: Final = 2
_FLOOR: Final = -6.0
"""Least log-probability: the network is never surer than that."""
_WEIGHT: Final = 0.5
"""Of its log-probabilities beside those of the colours: it is surer of itself than it is right."""
_SURE: Final = 0.8
"""What is at least so likely by the network, so weighed, teaches the first colours."""
_HIDING: Final = 0.8
"""Background that the network itself holds for at least so likely hides facial parts."""
_EXCLUDED: Final = 0.02
"""What is less likely by the network, so weighed, is not considered, whatever the colour."""


class GuidedCut:
    """Finds hair and skin in photos whose points are known.

    Args:
        network: tells background, skin and hair apart in the crop around known points.
        name: of its weights, such as the start of their hash.

    Raises:
        ValueError: it is no such network.
    """

    def __init__(self, network: Parser, name: str) -> None:
        if network.categories.schema_ids != (BACKGROUND, SKIN, HAIR) or network.architecture.crop != "face":
            raise ValueError("a guided cut needs a network of 3 categories that is shown the crop 'face'")
        self._network = network
        self.version: str = f"cut3+{network.architecture.network}/{name}"
        self.batch_size: int = network.batch_size

    def segment(self, images: Sequence[Image], points: Sequence[npt.ArrayLike]) -> list[HairSkin]:
        """Answers for each photo, (H, W, 3) uint8 RGB, and the (106, 2) points of its face.

        Raises:
            ValueError: not an RGB photo, not 106 finite points, or all of them at one place.
        """
        canvases = [draw_canvas(*each) for each in zip(images, points, strict=True)]
        regions = [around_points(np.asarray(each, np.float32)) for each in points]
        likely = self._network.log_probabilities(images, regions, [each.head.transform for each in canvases], SIDE)
        return [
            _in_photo(canvas, each) if canvas.shows_a_face else nothing(canvas.shape)
            for canvas, each in zip(canvases, likely, strict=True)
        ]


def _in_photo(canvas: Canvas, likely: npt.NDArray[np.float32]) -> HairSkin:
    # The network has learnt hands, glasses and hats before faces: background that it is sure of hides what lies under it.
    return to_photo(*_segment(canvas, likely), likely[0] > np.log(_HIDING), canvas)


def _segment(canvas: Canvas, likely: npt.NDArray[np.float32]) -> tuple[Mask, Mask]:
    """The masks of skin and hair; `likely` holds the log-probabilities of background, skin and hair, (3, SIDE, SIDE)."""
    head, lab, seen = canvas.head, canvas.lab, canvas.seen
    likely = _weighed(likely)
    no_head, as_skin, as_hair = likely
    likeliest = likely.argmax(axis=0)
    sure = np.where(likely.max(axis=0) > np.log(_SURE), likeliest, -1)
    rest, skin, hair = (_learnable(sure == each, likeliest == each) for each in range(3))
    # Not the chin, whose colour is the neck's, and not hair that hangs beside the neck.
    clothes = head.beneath & (as_hair < np.log(0.5))
    # An ear in the shade has the hair's colour: there the network's word counts, where it gives it.
    ears = head.ears & (as_skin > np.log(0.5))
    must_be_skin = ((head.sure_skin | head.features) & (likeliest == 1)) | ears
    cannot_be_skin = head.beneath | ~seen | (as_skin < np.log(_EXCLUDED))
    for _ in range(_ROUNDS):
        colours = _learn(canvas, rest, skin, hair)
        not_head = no_head + np.maximum(colours.background, np.where(clothes, colours.body, -np.inf))
        of_hair, of_skin = as_hair + colours.hair, as_skin + colours.skin
        skin = cut(of_skin - np.maximum(of_hair, not_head), lab, must_be_skin, cannot_be_skin)
        skin = connected_to(skin, head.sure_skin)
        # The neck has the face's colour, or nearly.
        neck = np.where(head.beneath, no_head + colours.skin - 1, -np.inf)
        cannot_be_hair = skin | ~seen | (as_hair < np.log(_EXCLUDED))
        hair = cut(of_hair - np.maximum(not_head, neck), lab, np.zeros_like(skin), cannot_be_hair)
        rest = ~skin & ~hair
    # Beside the neck hair may hang by itself, cut off by an ear or the jaw; but things of its colour may hang there, too.
    hair = connected_to(hair, dilated(head.depth < 0, 0.3) & (head.upper | (as_hair > np.log(0.5))))
    return canvas.filled(skin, hair, likeliest != 0)


def _weighed(likely: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    weighed = _WEIGHT * np.maximum(likely, _FLOOR)
    return np.asarray(weighed - np.logaddexp.reduce(weighed, axis=0), dtype=np.float32)


def _learnable(sure: Mask, likely: Mask) -> Mask:
    """What the network is sure of; what it holds for likeliest, where it is sure of hardly anything."""
    return sure if sure.sum() >= MIN_SAMPLES else likely


def _learn(canvas: Canvas, rest: Mask, skin: Mask, hair: Mask) -> HeadColours:
    """The colours of what is taken for background, skin and hair."""
    head, seen = canvas.head, canvas.seen

    def of(samples: Mask) -> LogPrior:
        samples = samples & seen
        return log_likelihood(canvas.lab, samples, 3) if samples.sum() >= MIN_SAMPLES else flat(seen.shape)

    return HeadColours(
        # Ears are too thin for a margin, and redder than the face.
        skin=of((eroded(skin, 0.03) | (skin & (head.depth > 0))) & ~head.features),
        hair=of(hair & ~head.features),
        background=of(rest & ~head.low & (head.depth > 0.1)),
        body=of(rest & head.low),
    )
