"""The label map of a photo whose points are known: the one order in which fitting, segmentation and fusion are joined.

Fitting and segmentation know nothing of each other; this is where they meet, for whoever draws maps without a server.
"""

import numpy as np
import numpy.typing as npt

from ml.geometry import Image, Points
from ml.landmarks.boxes import box_of_points
from ml.landmarks.predict import Landmarker
from ml.parsing.graphcut import segment_hair_skin
from ml.ppa.fusion import HAIR, SKIN, fuse
from ml.ppa.pipeline import fit_parts
from ml.shape import default_shape_model

LabelMap = npt.NDArray[np.uint8]


def draw_label_map(image: Image, points: npt.ArrayLike) -> LabelMap:
    """Draws the map that the server draws from a submitted revision: parts fitted, hair and skin cut, both fused.

    Args:
        image: (H, W, 3) uint8 RGB.
        points: (106, 2), x then y in pixels of the photo; they may lie outside it.

    Returns:
        (H, W) uint8, ids 0 to 10.

    Raises:
        ValueError: not an RGB photo, or points from which nothing can be drawn (FittingError, where they cannot be fitted).
    """
    parts = fit_parts(points, image.shape)
    regions = segment_hair_skin(image, points)
    return fuse(regions.label_map, parts, regions.certain_background)


def renew_hair_and_skin(image: Image, points: npt.ArrayLike, label_map: LabelMap) -> LabelMap:
    """Keeps the facial parts of a given map and finds everything else anew, as the paper did with Helen.

    Nothing hides a kept part: whoever drew it has seen what lay over it. Skin and hair that the given map had are
    forgotten, so where a hand or glasses lay over the face and no part was drawn, the graph cut decides.

    Args:
        image: (H, W, 3) uint8 RGB.
        points: (106, 2) pixels of the photo; the places of skin and hair follow from them.
        label_map: (H, W) uint8, ids 0 to 10.

    Raises:
        ValueError: as `draw_label_map`, or the map is not the photo's.
    """
    if label_map.shape != image.shape[:2]:
        raise ValueError(f"the label map is {label_map.shape}, the photo {image.shape[:2]}")
    kept = (label_map > SKIN) & (label_map < HAIR)
    return np.where(kept, label_map, segment_hair_skin(image, points).label_map)


def complete_points(landmarker: Landmarker, image: Image, points: Points, known: npt.NDArray[np.bool_]) -> Points:
    """Fills in the points that a file does not give: predicted around the given ones, then carried along with them.

    Args:
        landmarker: predicts all 106 in the box of the given points; no face is searched for.
        image: (H, W, 3) uint8 RGB.
        points: (106, 2) pixels.
        known: (106,) mask of the given ones, which are answered exactly.

    Raises:
        ValueError: the given points have no extent.
    """
    if known.all():
        return points
    (proposal,) = landmarker.predict_in_boxes([image], [box_of_points(points, known)])
    given = {int(index): points[index] for index in np.flatnonzero(known)}
    return default_shape_model().carry(proposal.points, given).astype(np.float32)
