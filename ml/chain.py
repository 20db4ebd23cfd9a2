"""The label map of a photo whose points are known: the one order in which fitting, segmentation and fusion are joined.

Fitting and segmentation know nothing of each other; this is where they meet, for whoever draws maps without a server.
"""

from collections.abc import Collection, Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from ml.geometry import Image, Points, estimate_similarity, transform_points
from ml.landmarks.boxes import box_of_points
from ml.landmarks.predict import Landmarker
from ml.parsing.canvas import HairSkin
from ml.parsing.segmenters import GraphCut, Segmenter
from ml.ppa.fusion import HAIR, SKIN, fuse
from ml.ppa.pipeline import fit_parts
from ml.ppa.raster import Rule
from ml.schema import MEAN_FACE, PARTS
from ml.shape import default_shape_model

LabelMap = npt.NDArray[np.uint8]

_GRAPH_CUT: Final = GraphCut()
_MOUTH: Final = ("outer_lip", "inner_lip")
_PARTS_OF_CATEGORY: Final[Mapping[int, tuple[str, ...]]] = {
    2: ("left_brow",),
    3: ("right_brow",),
    4: ("left_eye",),
    5: ("right_eye",),
    6: ("nose_bridge", "nose_outline"),
    7: _MOUTH,
    8: _MOUTH,
    9: _MOUTH,
}
"""Which runs of points the fitting draws each facial category from."""


def draw_label_map(
    image: Image, points: npt.ArrayLike, segmenter: Segmenter = _GRAPH_CUT, rule: Rule = "pixel-centre"
) -> LabelMap:
    """Draws the map that the server draws from a submitted revision: parts fitted, hair and skin found, both fused.

    Args:
        image: (H, W, 3) uint8 RGB.
        points: (106, 2), x then y in pixels of the photo; they may lie outside it.
        segmenter: finds hair and skin.
        rule: which pixels on the outline of a part belong to it; see `ml.ppa.raster`.

    Returns:
        (H, W) uint8, ids 0 to 10.

    Raises:
        ValueError: not an RGB photo, or points from which nothing can be drawn (FittingError, where they cannot be fitted).
    """
    parts = fit_parts(points, image.shape, rule)
    regions = _regions(segmenter, image, points)
    return fuse(regions.label_map, parts, regions.certain_background)


def categories_of(points: Collection[int]) -> frozenset[int]:
    """The facial parts of a label map, 2 to 9, that any of these of the 106 points describe."""
    return frozenset(
        category
        for category, parts in _PARTS_OF_CATEGORY.items()
        if any(index in points for part in parts for index in PARTS[part].indices)
    )


def renew_hair_and_skin(
    image: Image,
    points: npt.ArrayLike,
    label_map: LabelMap,
    redrawn: Collection[int] = (),
    segmenter: Segmenter = _GRAPH_CUT,
) -> LabelMap:
    """Keeps the facial parts of a given map and finds everything else anew, as the paper did with Helen.

    Nothing hides a kept part: whoever drew it has seen what lay over it. Skin and hair that the given map had are
    forgotten, so where a hand or glasses lay over the face and no part was drawn, the segmenter decides.

    Args:
        image: (H, W, 3) uint8 RGB.
        points: (106, 2) pixels of the photo; the places of skin and hair follow from them.
        label_map: (H, W) uint8, ids 0 to 10.
        redrawn: facial parts, 2 to 9, that are not kept but drawn from the points: somebody has corrected those.
        segmenter: finds hair and skin.

    Raises:
        ValueError: as `draw_label_map`, or the map is not the photo's.
    """
    _check_is_of_photo(label_map, image)
    kept = (label_map > SKIN) & (label_map < HAIR) & ~np.isin(label_map, list(redrawn))
    return np.where(kept, label_map, _drawn_anew(image, points, redrawn, segmenter))


def keep_given_map(
    image: Image,
    points: npt.ArrayLike,
    label_map: LabelMap,
    redrawn: Collection[int] = (),
    segmenter: Segmenter = _GRAPH_CUT,
) -> LabelMap:
    """Keeps a given map whole, hair and skin too, but for facial parts whose points somebody has corrected.

    Where such a part was, and is no more, the segmenter decides. Arguments and errors as for `renew_hair_and_skin`.
    """
    _check_is_of_photo(label_map, image)
    if not redrawn:
        return label_map
    anew = _drawn_anew(image, points, redrawn, segmenter)
    gone = np.isin(label_map, list(redrawn))
    # It may lie on skin that was given, not on another part or on hair: those were seen to be in front of it, or beside it.
    appears = np.isin(anew, list(redrawn)) & (label_map <= SKIN)
    return np.where(gone | appears, anew, label_map)


def _check_is_of_photo(label_map: LabelMap, image: Image) -> None:
    if label_map.shape != image.shape[:2]:
        raise ValueError(f"the label map is {label_map.shape}, the photo {image.shape[:2]}")


def _regions(segmenter: Segmenter, image: Image, points: npt.ArrayLike) -> HairSkin:
    (found,) = segmenter.segment([image], [points])
    return found


def _drawn_anew(image: Image, points: npt.ArrayLike, categories: Collection[int], segmenter: Segmenter) -> LabelMap:
    """Hair and skin from the pixels, and some of the facial parts from the points."""
    regions = _regions(segmenter, image, points)
    if not categories:
        return regions.label_map
    parts = fit_parts(points, image.shape)
    wanted = np.where(np.isin(parts, list(categories)), parts, 0).astype(np.uint8)
    return fuse(regions.label_map, wanted, regions.certain_background)


def complete_points(
    landmarker: Landmarker | None, image: Image, points: Points, known: npt.NDArray[np.bool_]
) -> Points:
    """Fills in the points that a file does not give: predicted around the given ones, then carried along with them.

    Args:
        landmarker: predicts all 106 in the box of the given points; no face is searched for. None lays the mean face
            over the given points instead.
        image: (H, W, 3) uint8 RGB.
        points: (106, 2) pixels.
        known: (106,) mask of the given ones, which are answered exactly.

    Raises:
        ValueError: the given points have no extent.
    """
    if known.all():
        return points
    if landmarker is None:
        proposed = transform_points(estimate_similarity(MEAN_FACE[known], points[known]), MEAN_FACE)
    else:
        (proposal,) = landmarker.predict_in_boxes([image], [box_of_points(points, known)])
        proposed = proposal.points
    given = {int(index): points[index] for index in np.flatnonzero(known)}
    return default_shape_model().carry(proposed, given).astype(np.float32)
