"""From photos to proposals: find the face, crop, run the network, map its points back, make one face of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from ml.devices import choose_device
from ml.geometry import Image, Points, invert_transform, mirror_image, mirror_points, transform_points, warp_image
from ml.landmarks import checkpoint
from ml.landmarks.boxes import FaceBox, crop_transform
from ml.landmarks.face_search import Look, Seen, search_face, search_together
from ml.landmarks.heatmaps import HeatmapCodec
from ml.landmarks.hourglass import INPUT_SIZE, LandmarkNet
from ml.landmarks.mean_face import Proposal
from ml.landmarks.photo_copies import PhotoCopies
from ml.landmarks.runtimes import fastest
from ml.landmarks.shipped import shipped_shapes
from ml.schema import FLIP

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
        self.heatmaps = fastest(self.network, self.device)
        self.metadata = metadata
        self.batch_size = batch_size
        self._codec = HeatmapCodec()
        self._shapes = shipped_shapes()

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
            One proposal a photo, in its own pixels. Where no face is found, the likeliest place is taken for one
            and the confidence is low.
        """
        return self.predict_photos([PhotoCopies(image) for image in images])

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
            photos = [PhotoCopies(data, name) for name, data in files[start : start + self.batch_size]]
            proposals += self.predict_photos(photos)
        return proposals

    def predict_photos(self, photos: Sequence[PhotoCopies]) -> list[Proposal]:
        """Proposes the points of each photo's main face, from photos that somebody opened already; as `predict`.

        Raises:
            DataError: a file is no readable photo.
        """
        faces = search_together([search_face(photo) for photo in photos], self.look)
        return [self._proposal(face.points, face.confidence, found=face.found) for face in faces]

    def look(self, looks: Sequence[Look]) -> list[Seen]:
        """Tells what the network itself sees, before the points are made one face: what a search for the face asks."""
        seen: list[Seen] = []
        for start in range(0, len(looks), self.batch_size):
            seen += self._run(looks[start : start + self.batch_size])
        return seen

    def predict_in_boxes(self, images: Sequence[Image], boxes: Sequence[FaceBox]) -> list[Proposal]:
        """Proposes the points of one face in each photo, where the caller says it is.

        Args:
            images: (H, W, 3) uint8 RGB.
            boxes: one a photo.
        """
        looks = [Look(image, box) for image, box in zip(images, boxes, strict=True)]
        return [self._proposal(seen.points, seen.confidence, found=True) for seen in self.look(looks)]

    def _proposal(self, points: Points, confidence: npt.NDArray[np.float32], *, found: bool) -> Proposal:
        trusted = confidence if found else _lowered(confidence)
        return Proposal(self._shapes.likeliest(points, confidence), trusted, found)

    def _run(self, looks: Sequence[Look]) -> list[Seen]:
        matrices = [crop_transform(look.box, INPUT_SIZE) for look in looks]
        crops = [
            warp_image(look.image, matrix, (INPUT_SIZE, INPUT_SIZE))
            for look, matrix in zip(looks, matrices, strict=True)
        ]
        shown = [mirror_image(crop) if look.mirrored else crop for crop, look in zip(crops, looks, strict=True)]
        in_crop, confidence = self._codec.decode(self.heatmaps(np.stack(shown)))
        seen = []
        for look, matrix, points, trust in zip(looks, matrices, in_crop, confidence, strict=True):
            if look.mirrored:
                points, trust = mirror_points(points, INPUT_SIZE), trust[FLIP]
            seen.append(Seen(transform_points(invert_transform(matrix), points), trust))
        return seen


def _lowered(confidence: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return (confidence * np.float32(_NOT_FOUND_TRUST)).astype(np.float32)
