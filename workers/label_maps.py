"""The label map of a revision before anybody's brush: drawn whole, or made from the one that the photo brought along."""

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from backend.annotations.operations import MOVED
from backend.annotations.revision_views import origins_of
from backend.annotations.tables import LandmarkRevision
from backend.blobs import BlobStore
from backend.photos.tables import GivenLabels
from ml.chain import categories_of, draw_label_map, keep_given_map, renew_hair_and_skin
from ml.data.lapa import decode_label_map
from ml.geometry import Image
from ml.parsing.segmenters import Segmenter
from ml.ppa.pipeline import FITTER_VERSION


def redrawn_parts(session: Session, revision: LandmarkRevision, given: GivenLabels | None) -> frozenset[int]:
    """The facial parts of a given label map that its revision contradicts: somebody has moved their given points.

    Where the map came without points, moving a proposed one says nothing of the map.
    """
    if given is None or given.points is None or given.label_map_sha256 is None:
        return frozenset()
    moved = np.flatnonzero(origins_of(session, revision) == MOVED)
    return categories_of(frozenset(moved.tolist()))


def label_map_of_points(
    blobs: BlobStore,
    image: Image,
    revision: LandmarkRevision,
    given: GivenLabels | None,
    redrawn: frozenset[int],
    segmenter: Segmenter,
) -> tuple[npt.NDArray[np.uint8], str]:
    """Returns the (H, W) map of a revision, and what drew it: the versions of the fitter and of the segmenter.

    Raises:
        FittingError: the points cannot be fitted. BlobMissing: the given map is lost.
    """
    if given is None or given.label_map_sha256 is None:
        return draw_label_map(image, revision.points, segmenter), f"{FITTER_VERSION}+{segmenter.version}"
    label_map = decode_label_map(blobs.get(given.label_map_sha256), given.label_file or "the given label map")
    by = f"+{FITTER_VERSION}" if redrawn else ""
    if given.map_use == "whole":
        return keep_given_map(image, revision.points, label_map, redrawn, segmenter), f"given{by}"
    renewed = renew_hair_and_skin(image, revision.points, label_map, redrawn, segmenter)
    return renewed, f"given+{segmenter.version}{by}"
