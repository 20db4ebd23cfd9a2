"""A folder of faces with landmarks and no label maps: images/NAME.jpg beside landmarks/NAME.txt in LaPa's text form."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, overload

import numpy as np
import numpy.typing as npt

from ml.data.files import IMAGE_SUFFIXES, pair_by_name, read_image
from ml.data.lapa import read_landmarks
from ml.schema import IBUG_68, N_POINTS


@dataclass(frozen=True)
class FaceSample:
    """One photo with its landmarks.

    Attributes:
        name: file name without suffix.
        image: (H, W, 3) uint8 RGB.
        points: (106, 2) float32 pixels; (0, 0) where not known.
        known: (106,) bool, the points that the file gives.
    """

    name: str
    image: npt.NDArray[np.uint8]
    points: npt.NDArray[np.float32]
    known: npt.NDArray[np.bool_]


def embed_68(points: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """Returns the (106, 2) points and the (106,) known-mask for (68, 2) points in iBUG order."""
    if points.shape != (len(IBUG_68), 2):
        raise ValueError(f"({len(IBUG_68)}, 2) points are needed, not {points.shape}")
    embedded = np.zeros((N_POINTS, 2), dtype=np.float32)
    known = np.zeros(N_POINTS, dtype=bool)
    embedded[IBUG_68] = points
    known[IBUG_68] = True
    return embedded, known


class LandmarkFolder(Sequence[FaceSample]):
    """A folder as a sequence, in the order of names; a sample is read when it is asked for.

    Opening lists the folder and refuses an unpaired file; indexing refuses a broken one (DataError, both).
    """

    def __init__(self, folder: Path, n_points: Literal[68, 106] = 106) -> None:
        """Opens the folder, whose files hold n_points points each; 68 are put in their places among the 106."""
        self.folder = folder
        self.n_points = n_points
        self._files = pair_by_name(folder, {"images": IMAGE_SUFFIXES, "landmarks": (".txt",)})
        self.names = list(self._files)

    def __len__(self) -> int:
        return len(self.names)

    def points(self, index: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
        """Returns one sample's (106, 2) points and (106,) known-mask without decoding its photo."""
        points = read_landmarks(self._files[self.names[index]]["landmarks"], self.n_points)
        return embed_68(points) if self.n_points == len(IBUG_68) else (points, np.ones(N_POINTS, dtype=bool))

    @overload
    def __getitem__(self, index: int) -> FaceSample: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[FaceSample]: ...

    def __getitem__(self, index: int | slice) -> FaceSample | Sequence[FaceSample]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        name = self.names[index]
        points, known = self.points(index)
        return FaceSample(name, read_image(self._files[name]["images"]), points, known)
