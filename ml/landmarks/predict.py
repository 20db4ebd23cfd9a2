"""From photos to proposals: find the face, crop, run the network, map its points back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import torch

from ml.data.files import ReducedPhoto, decode_reduced
from ml.geometry import Image, Points, invert_transform, transform_points, warp_image
from ml.landmarks import checkpoint
from ml.landmarks.boxes import CROP_MARGIN, FaceBox, crop_transform
from ml.landmarks.detect import find_face
from ml.landmarks.devices import autocast, choose_device
from ml.landmarks.heatmaps import HeatmapCodec
from ml.landmarks.hourglass import INPUT_SIZE, LandmarkNet, normalise
from ml.landmarks.mean_face import Proposal, default_box

_SEARCHED_SIDE: Final = 640
"""Longest side, in pixels, that a photo is at least decoded at to find its face."""
_NOT_FOUND_TRUST: Final = 0.25
"""Confidence is multiplied with this where no face was found: every point then ranks as doubtful."""


class Landmarker:
    """A trained network, ready to propose points.

    Args:
        network: as `checkpoint.load` returns it.
        metadata: likewise.
        device: "auto", "cpu", "cuda" and the like.
        batch_size: crops in one forward pass.
    """

    def __init__(
        self, network: LandmarkNet, metadata: checkpoint.Metadata, device: str = "auto", batch_size: int = 16
    ) -> None:
        self.device = choose_device(device)
        self.network = network.eval().to(self.device)
        self.metadata = metadata
        self.batch_size = batch_size
        self._codec = HeatmapCodec()

    @classmethod
    def load(cls, source: Path | bytes, device: str = "auto") -> "Landmarker":
        """Loads a model file or its bytes.

        Raises:
            CheckpointError: it is no landmark model that this version can load.
            OSError: the file cannot be read.
        """
        data = source.read_bytes() if isinstance(source, Path) else source
        network, metadata = checkpoint.load(data)
        return cls(network, metadata, device)

    def predict(self, images: Sequence[Image]) -> list[Proposal]:
        """Proposes the points of each photo's main face.

        Args:
            images: (H, W, 3) uint8 RGB, of any sizes.

        Returns:
            One proposal a photo, in its own pixels. Where no face is found, the middle of the photo is taken for one
            and the confidence is low.
        """
        found = [find_face(image) for image in images]
        boxes = [box or default_box(image) for box, image in zip(found, images, strict=True)]
        return [
            proposal if box else Proposal(proposal.points, _lowered(proposal.confidence), found=False)
            for box, proposal in zip(found, self.predict_in_boxes(images, boxes), strict=True)
        ]

    def predict_encoded(self, files: Sequence[tuple[str, bytes]]) -> list[Proposal]:
        """Proposes the points of each photo's main face, from the bytes of its file: the fast path.

        A large JPEG is decoded at a fraction of its size, as long as the face still fills the network's input.

        Args:
            files: name, for errors, and bytes of each photo.

        Returns:
            One proposal a photo, in pixels of the upright photo at its full size; as `predict`.

        Raises:
            DataError: a file is no readable photo.
        """
        proposals: list[Proposal] = []
        for start in range(0, len(files), self.batch_size):
            proposals += self._predict_views([_view_of_face(*file) for file in files[start : start + self.batch_size]])
        return proposals

    def _predict_views(self, views: "Sequence[_View]") -> list[Proposal]:
        in_copies = self.predict_in_boxes([view.photo.image for view in views], [view.box for view in views])
        return [
            Proposal(
                transform_points(view.photo.to_photo, proposal.points),
                proposal.confidence if view.found else _lowered(proposal.confidence),
                view.found,
            )
            for view, proposal in zip(views, in_copies, strict=True)
        ]

    def predict_in_boxes(self, images: Sequence[Image], boxes: Sequence[FaceBox]) -> list[Proposal]:
        """Proposes the points of one face in each photo, where the caller says it is.

        Args:
            images: (H, W, 3) uint8 RGB.
            boxes: one a photo.
        """
        proposals: list[Proposal] = []
        for start in range(0, len(images), self.batch_size):
            end = start + self.batch_size
            points, confidence = self._run(images[start:end], boxes[start:end])
            proposals += [Proposal(*face, found=True) for face in zip(points, confidence, strict=True)]
        return proposals

    @torch.inference_mode()
    def _run(self, images: Sequence[Image], boxes: Sequence[FaceBox]) -> tuple[list[Points], npt.NDArray[np.float32]]:
        matrices = [crop_transform(box, INPUT_SIZE) for box in boxes]
        crops = np.stack([warp_image(i, m, (INPUT_SIZE, INPUT_SIZE)) for i, m in zip(images, matrices, strict=True)])
        with autocast(self.device):
            heatmaps = self.network(normalise(torch.from_numpy(crops).to(self.device)))
        in_crop, confidence = self._codec.decode(heatmaps)
        points = [
            transform_points(invert_transform(matrix), face)
            for matrix, face in zip(matrices, in_crop.cpu().numpy(), strict=True)
        ]
        return points, confidence.cpu().numpy()


@dataclass(frozen=True)
class _View:
    """A photo, decoded as small as its face allows, and the face's box in that copy's pixels."""

    photo: ReducedPhoto
    box: FaceBox
    found: bool


def _view_of_face(name: str, data: bytes) -> _View:
    photo = decode_reduced(data, name, _SEARCHED_SIDE)
    found = find_face(photo.image)
    box = found or default_box(photo.image)
    shown = box.size * (1 + 2 * CROP_MARGIN)
    if photo.reduction > 1 and shown < INPUT_SIZE:
        # The face is small in the photo: decode again, large enough to show all that the network can see of it.
        coarse = photo
        photo = decode_reduced(data, name, int(np.ceil(max(photo.image.shape) * INPUT_SIZE / shown)))
        x, y = transform_points(
            invert_transform(photo.to_photo), transform_points(coarse.to_photo, np.array(box.center))
        )
        box = replace(box, center=(float(x), float(y)), size=box.size * coarse.reduction / photo.reduction)
    return _View(photo, box, found is not None)


def _lowered(confidence: npt.NDArray[np.float32] | None) -> npt.NDArray[np.float32] | None:
    return None if confidence is None else (confidence * np.float32(_NOT_FOUND_TRUST)).astype(np.float32)
