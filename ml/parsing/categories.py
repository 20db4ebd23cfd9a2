"""What a network tells apart: 2, 3 or all 11 categories, and how its ids and the schema's translate into each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from ml.parsing.boundaries import IGNORE
from ml.schema import CATEGORIES, CATEGORY_FLIP, N_CATEGORIES

CategoryCount = Literal[2, 3, 11]

LabelMap = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class CategorySet:
    """The categories of a network. Its ids run from 0, background, without gaps.

    Attributes:
        names: by the network's id.
        schema_ids: by the network's id, the schema's id that stands for it in the maps that the network draws.
        members: by the network's id, the schema's ids that it takes in.
    """

    names: tuple[str, ...]
    schema_ids: tuple[int, ...]
    members: tuple[tuple[int, ...], ...]

    def __len__(self) -> int:
        return len(self.names)

    def from_schema(self, label_map: LabelMap) -> LabelMap:
        """Returns a map of the schema's ids in the network's; IGNORE stays.

        Raises:
            ValueError: the map holds an id that is neither the schema's nor IGNORE.
        """
        table = np.full(256, IGNORE, np.uint8)
        for own, ids in enumerate(self.members):
            table[list(ids)] = own
        unknown = (label_map >= N_CATEGORIES) & (label_map != IGNORE)
        if unknown.any():
            raise ValueError(
                f"the label map holds the id {int(label_map[unknown][0])}, but ids end at {N_CATEGORIES - 1}"
            )
        return table[label_map]

    def to_schema(self, label_map: LabelMap) -> LabelMap:
        """Returns a map of the network's ids in the schema's."""
        return np.array(self.schema_ids, np.uint8)[label_map]

    def mirrored(self, label_map: LabelMap) -> LabelMap:
        """Returns a map of the network's ids, left and right exchanged in place and in name; IGNORE stays."""
        table = np.arange(256, dtype=np.uint8)
        for own, schema_id in enumerate(self.schema_ids):
            table[own] = self.schema_ids.index(int(CATEGORY_FLIP[schema_id]))
        return np.ascontiguousarray(table[label_map[:, ::-1]])


_PARTS: Final = tuple(range(2, 10))

CATEGORY_SETS: Final[Mapping[int, CategorySet]] = MappingProxyType(
    {
        2: CategorySet(("background", "hair or skin"), (0, 1), ((0,), (1, *_PARTS, 10))),
        3: CategorySet(("background", "skin", "hair"), (0, 1, 10), ((0,), (1, *_PARTS), (10,))),
        N_CATEGORIES: CategorySet(
            tuple(category.name for category in CATEGORIES),
            tuple(range(N_CATEGORIES)),
            tuple((i,) for i in range(N_CATEGORIES)),
        ),
    }
)
"""By their number: the coarse network's, the fine network's (facial parts are skin to it), the dataset's."""
