"""A photo as large as a look at it needs: a coarse copy to search, a finer one where the face is small."""

from typing import Final

import numpy as np

from ml.data.files import ReducedPhoto, decode_reduced, reduce_image
from ml.geometry import Image
from ml.landmarks.boxes import CROP_MARGIN, FaceBox
from ml.landmarks.hourglass import INPUT_SIZE

_SEARCHED_SIDE: Final = 640


class PhotoCopies:
    """A photo in memory, or the bytes of one, decoded at a fraction of its size as long as that is enough.

    Attributes:
        coarse: the copy to search, its longest side at least 640 px if the photo has them.
    """

    coarse: ReducedPhoto

    def __init__(self, source: Image | bytes, name: str = "photo") -> None:
        """Decodes the coarse copy.

        Args:
            source: (H, W, 3) uint8 RGB, or the bytes of a photo's file.
            name: of the file, for errors.

        Raises:
            DataError: the file is no readable photo.
        """
        self._source = source
        self._name = name
        self.coarse = self._reduced(_SEARCHED_SIDE)
        self._finest = self.coarse

    def showing(self, box: FaceBox) -> ReducedPhoto:
        """Returns a copy in which a crop of the box fills the network's input, if the photo has the pixels.

        Args:
            box: in pixels of the whole photo.

        Raises:
            DataError: the file is no readable photo.
        """
        shown = box.size * (1 + 2 * CROP_MARGIN)
        for copy in (self.coarse, self._finest):
            if copy.reduction == 1 or shown / copy.reduction >= INPUT_SIZE:
                return copy
        self._finest = self._reduced(int(np.ceil(max(self.coarse.size) * INPUT_SIZE / shown)))
        return self._finest

    def _reduced(self, longest_side: int) -> ReducedPhoto:
        if isinstance(self._source, bytes):
            return decode_reduced(self._source, self._name, longest_side)
        return reduce_image(self._source, longest_side)
