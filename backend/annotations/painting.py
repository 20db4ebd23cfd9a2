"""What people painted by hand on a label map: a layer of its own over the fitted one, so that no new fit destroys it.

On the wire and in the store the layer is runs: for each category, how many pixels of the photo to skip and how many to
set, by turns, row after row from the top left pixel. A stroke takes a few hundred bytes, and is exact.
"""

from collections.abc import Iterable
from typing import Annotated, Literal, Self
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, BaseModel, Field, model_validator

from ml.ppa.fusion import UNPAINTED
from ml.schema import N_CATEGORIES

# Numbers in one operation: more than the outline of anything has on a photo of 60 megapixels.
MAX_RUN_NUMBERS = 400_000
MAX_PIXELS = 2**31 - 1

Layer = NDArray[np.uint8]
"""(height, width) of a photo: the category that a person gave the pixel, or UNPAINTED."""


def _alternate(runs: list[int]) -> list[int]:
    if len(runs) % 2:
        raise ValueError("runs are pairs: how many pixels to skip, how many to set")
    if any(length < 1 for length in runs[1::2]) or any(gap < 1 for gap in runs[2::2]):
        raise ValueError("only the first run may skip no pixels, and every run sets at least one")
    if sum(runs) > MAX_PIXELS:
        raise ValueError("runs reach beyond any photo")
    return runs


CategoryId = Annotated[int, Field(ge=0, lt=N_CATEGORIES)]
Runs = Annotated[
    list[Annotated[int, Field(ge=0, le=MAX_PIXELS)]],
    Field(max_length=MAX_RUN_NUMBERS),
    AfterValidator(_alternate),
]


class Paint(BaseModel):
    """Pixels painted by hand, or given back to the fit; at least one, and none twice.

    Runs are pairs of numbers, pixels to skip and pixels to set, in rows from the photo's top left pixel.
    """

    painted: dict[CategoryId, Runs] = Field(default={}, description="Runs by the category that their pixels are given.")
    erased: Runs = Field(default=[], description="Runs of pixels that are again what the fit says.")
    undoes: UUID | None = Field(default=None, description="The operation that this one takes back (undo and redo).")

    @model_validator(mode="after")
    def _each_pixel_once(self) -> Self:
        lists = [*self.painted.values(), self.erased]
        numbers = sum(len(runs) for runs in lists)
        if not numbers:
            raise ValueError("an operation paints or erases at least one pixel")
        if numbers > MAX_RUN_NUMBERS:
            raise ValueError(f"an operation holds at most {MAX_RUN_NUMBERS} numbers; send several")
        if any(not runs for runs in self.painted.values()):
            raise ValueError("a category without runs is left out")
        edges = np.concatenate([np.cumsum(runs, dtype=np.int64).reshape(-1, 2) for runs in lists if runs])
        starts, ends = np.sort(edges[:, 0]), np.sort(edges[:, 1])
        if (starts[1:] < ends[:-1]).any():
            raise ValueError("a pixel is named once: painted as one category, or erased")
        return self

    @property
    def reach(self) -> int:
        """How many pixels a photo must have at least."""
        return max(sum(runs) for runs in [*self.painted.values(), self.erased])


class PaintingView(BaseModel):
    """All that is painted by hand on a photo, as runs by category; see `Paint`."""

    version: Literal[1] = 1
    width: int
    height: int
    painted: dict[CategoryId, Runs]


def paint(layer: Layer, operations: Iterable[Paint]) -> Layer:
    """Returns the layer after operations, in order; the given one stays.

    Raises:
        ValueError: runs reach beyond the photo.
    """
    layer = layer.copy()
    for operation in operations:
        for category, runs in operation.painted.items():
            set_runs(layer, runs, category)
        set_runs(layer, operation.erased, UNPAINTED)
    return layer


def set_runs(layer: Layer, runs: list[int], value: int) -> None:
    """Gives the pixels of runs a value, in place. ValueError when they reach beyond the photo."""
    counts = np.asarray(runs, np.int64)
    reach = int(counts.sum())
    if reach > layer.size:
        raise ValueError(f"runs reach {reach} pixels far, the photo has {layer.size}")
    flat = layer.reshape(-1)
    # Slice by slice: the work is that of the pixels named, however far into the photo they lie.
    for start, end in np.cumsum(counts).reshape(-1, 2):
        flat[start:end] = value


def runs_of(layer: Layer) -> dict[int, list[int]]:
    """The painted pixels of a layer as runs by category."""
    flat = layer.reshape(-1)
    starts = np.concatenate([[0], np.flatnonzero(flat[1:] != flat[:-1]) + 1])
    ends = np.append(starts[1:], flat.size)
    values = flat[starts]
    painted: dict[int, list[int]] = {}
    for category in range(N_CATEGORIES):
        chosen = values == category
        if chosen.any():
            edges = np.stack([starts[chosen], ends[chosen]], axis=1).reshape(-1)
            painted[category] = np.diff(edges, prepend=0).tolist()
    return painted


def empty_layer(width: int, height: int) -> Layer:
    return np.full((height, width), UNPAINTED, np.uint8)
