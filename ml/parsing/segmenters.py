"""What finds hair and skin in photos whose points are known: the graph cut, by itself or guided, or two networks."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from ml import model_file
from ml.geometry import Image
from ml.model_file import CheckpointError
from ml.parsing.canvas import BACKGROUND, HairSkin
from ml.parsing.categories import LabelMap
from ml.parsing.graphcut import segment_hair_skin
from ml.parsing.guided_cut import GuidedCut
from ml.parsing.head import connected_to
from ml.parsing.predict import Parser
from ml.parsing.regions import Region, around_head, around_points
from ml.parsing.shipped import shipped_checkpoint

SHIPPED: Final = "shipped"
GRAPH_CUT: Final = "graphcut"
"""Names of choices, where a model file may be named too."""


class Segmenter(Protocol):
    """Finds hair and skin.

    Attributes:
        version: what it is, for whoever keeps a map; at most 40 characters.
        batch_size: how many photos at once suit it.
    """

    version: str
    batch_size: int

    def segment(self, images: Sequence[Image], points: Sequence[npt.ArrayLike]) -> list[HairSkin]:
        """Answers for each photo, (H, W, 3) uint8 RGB, and the (106, 2) points of its face.

        Raises:
            ValueError: as `segment_hair_skin`.
        """


class GraphCut:
    """Needs no weights, and learns the colours of each photo from where the points say that skin is."""

    version: str = "graphcut/1"
    batch_size: int = 1

    def segment(self, images: Sequence[Image], points: Sequence[npt.ArrayLike]) -> list[HairSkin]:
        return [segment_hair_skin(image, each) for image, each in zip(images, points, strict=True)]


class Found:
    """What a segmenter has found in one photo of a batch, for whoever asks for that photo alone."""

    batch_size: int = 1

    def __init__(self, version: str, regions: HairSkin) -> None:
        self.version: str = version
        self._regions = regions

    def segment(self, images: Sequence[Image], points: Sequence[npt.ArrayLike]) -> list[HairSkin]:
        """Returns it, whatever it is asked."""
        return [self._regions]


class CoarseToFine:
    """The paper's two networks: the coarse one says where the head is, the fine one what of it is hair and skin.

    Args:
        fine: tells hair, skin and background apart, in the square around a head or in whole photos.
        coarse: shown whole photos, finds hair or skin; None where the fine one is shown whole photos itself.
        name: of the weights, such as the start of their hash.

    Raises:
        ValueError: the networks are not such ones, or the coarse one is missing.
    """

    def __init__(self, fine: Parser, coarse: Parser | None, name: str) -> None:
        if fine.architecture.categories != 3:
            raise ValueError(
                f"the fine network must tell 3 categories apart (hair, skin, background), not"
                f" {fine.architecture.categories}"
            )
        if coarse is not None and (coarse.architecture.categories, coarse.architecture.crop) != (2, "photo"):
            raise ValueError("the coarse network must find hair or skin (2 categories) in whole photos")
        if fine.architecture.crop == "face":
            raise ValueError("a network that is shown the crop 'face' guides a cut")
        if fine.architecture.crop == "head" and coarse is None:
            raise ValueError("the fine network is shown the crop 'head': a coarse network must say where that is")
        self._fine = fine
        self._coarse = coarse if fine.architecture.crop == "head" else None
        self.version: str = f"{fine.architecture.network}/{name}"
        self.batch_size: int = fine.batch_size

    def segment(self, images: Sequence[Image], points: Sequence[npt.ArrayLike]) -> list[HairSkin]:
        given = [np.asarray(each, np.float32) for each in points]
        found = self._fine.parse(images, self._regions(images, given))
        return [HairSkin(label_map, label_map == BACKGROUND) for label_map in found]

    def _regions(self, images: Sequence[Image], points: Sequence[npt.NDArray[np.float32]]) -> list[Region] | None:
        if self._coarse is None:
            return None
        masks = self._coarse.parse(images)
        return [_around_own_head(*each) for each in zip(masks, points, strict=True)]


def _around_own_head(mask: LabelMap, points: npt.NDArray[np.float32]) -> Region:
    """The region of the head that the points lie in, whoever else the photo shows; by the points where none was found."""
    face = np.zeros(mask.shape, np.uint8)
    cv2.fillConvexPoly(face, np.rint(cv2.convexHull(points)).astype(np.int32), 1)
    return around_head(connected_to(mask > 0, face > 0)) or around_points(points)


def open_segmenter(choice: str = SHIPPED, coarse: Path | None = None, device: str = "auto") -> Segmenter:
    """Opens what somebody chose.

    Args:
        choice: "shipped", which is the graph cut alone where no weights ship; "graphcut"; or a model file: of a network
            that is shown the crop 'face', which guides the cut, or of a fine one.
        coarse: model file of the coarse network, where the fine one needs it.
        device: "auto", "cpu", "cuda" and the like.

    Raises:
        CheckpointError: a file is no parsing model, or not one for this; the message names it.
        OSError: a file cannot be read.
    """
    data = shipped_checkpoint() if choice == SHIPPED else None if choice == GRAPH_CUT else Path(choice).read_bytes()
    if data is None:
        return GraphCut()
    try:
        fine = Parser.load(data, device)
    except CheckpointError as error:
        raise CheckpointError(f"{choice}: {error}") from error
    try:
        found = None if coarse is None else Parser.load(coarse, device)
    except CheckpointError as error:
        raise CheckpointError(f"{coarse}: {error}") from error
    name = model_file.sha256(data)[:12]
    try:
        return GuidedCut(fine, name) if fine.architecture.crop == "face" else CoarseToFine(fine, found, name)
    except ValueError as error:
        raise CheckpointError(f"{choice}: {error}") from error
