"""Scores of label maps: one confusion matrix over all photos in their own resolution, F1 from it, by category or merged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from ml.parsing.boundaries import IGNORE
from ml.schema import N_CATEGORIES

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Column:
    """One figure of a table.

    Attributes:
        name: its heading.
        groups: sets of the schema's ids. Within a group categories are merged: to take one for the other is no error. A
            column of several groups pools their counts, as Helen's "overall" does.
    """

    name: str
    groups: tuple[tuple[int, ...], ...]


def _columns(**groups: tuple[int, ...]) -> tuple[Column, ...]:
    return tuple(Column(name.replace("_", "-"), (ids,)) for name, ids in groups.items())


LAPA: Final = _columns(
    hair=(10,),
    skin=(1,),
    l_brow=(2,),
    r_brow=(3,),
    l_eye=(4,),
    r_eye=(5,),
    nose=(6,),
    u_lip=(7,),
    in_mouth=(8,),
    l_lip=(9,),
)
"""The columns of the paper's Table 2, in its order; the mean of the ten follows."""

_BROWS, _EYES, _NOSE, _MOUTH = (2, 3), (4, 5), (6,), (7, 8, 9)
HELEN: Final = (
    *_columns(skin=(1,), nose=_NOSE, u_lip=(7,), in_mouth=(8,), l_lip=(9,), eyes=_EYES, brows=_BROWS, mouth=_MOUTH),
    Column("overall", (_BROWS, _EYES, _NOSE, _MOUTH)),
)
"""Those of its Table 3: brows, eyes and mouth merged; "overall" pools these three and the nose."""

FASSEG: Final = _columns(skin=(1,), hair=(10, 2, 3), nose=_NOSE, eyes=_EYES, mouth=_MOUTH)
"""FASSEG's coarser masks, in which hair holds the brows; the mean of the five follows."""

FINE: Final = _columns(hair=(10,), skin=(1, *range(2, 10)))
"""What the fine network tells apart, the facial parts being skin; the mean follows."""

COARSE: Final = _columns(head=tuple(range(1, N_CATEGORIES)))
"""What the coarse network finds: hair or skin."""

TABLES: Final[Mapping[str, tuple[Column, ...]]] = MappingProxyType(
    {"lapa": LAPA, "helen": HELEN, "fasseg": FASSEG, "fine": FINE, "coarse": COARSE}
)


class Confusion:
    """How many pixels of each true category were taken for which.

    Attributes:
        counts: (11, 11) int64, by true and then by predicted id of the schema.
        photos: how many were added.
    """

    def __init__(self, counts: npt.ArrayLike | None = None, photos: int = 0) -> None:
        """Starts with nothing counted, or with the counts of another matrix, (11, 11), over so many photos."""
        self.counts: Counts = np.zeros((N_CATEGORIES, N_CATEGORIES), np.int64)
        if counts is not None:
            self.counts += np.asarray(counts, np.int64)
        self.photos = photos

    def add(self, truth: npt.NDArray[np.uint8], predicted: npt.NDArray[np.uint8]) -> None:
        """Counts a photo's pixels, but for those whose truth is IGNORE.

        Args:
            truth: (H, W), the schema's ids in the photo's own resolution.
            predicted: likewise.

        Raises:
            ValueError: the maps differ in shape, or hold an id that the schema has not.
        """
        if truth.shape != predicted.shape:
            raise ValueError(f"the true map is {truth.shape}, the predicted one {predicted.shape}")
        known = truth != IGNORE
        true, found = truth[known].astype(np.int64), predicted[known].astype(np.int64)
        if true.size and max(true.max(), found.max()) >= N_CATEGORIES:
            raise ValueError(
                f"a label map holds the id {max(true.max(), found.max())}, but ids end at {N_CATEGORIES - 1}"
            )
        pairs = np.bincount(true * N_CATEGORIES + found, minlength=N_CATEGORIES**2)
        self.counts += pairs.reshape(N_CATEGORIES, N_CATEGORIES)
        self.photos += 1

    def f1(self, column: Column) -> float | None:
        """Returns 2·TP / (true + predicted), the harmonic mean of precision and recall; None where neither has a pixel."""
        hits = sum(int(self.counts[np.ix_(ids, ids)].sum()) for ids in column.groups)
        true = sum(int(self.counts[list(ids)].sum()) for ids in column.groups)
        found = sum(int(self.counts[:, list(ids)].sum()) for ids in column.groups)
        return None if true + found == 0 else 2 * hits / (true + found)

    def scores(self, columns: Sequence[Column]) -> dict[str, float | None]:
        """Returns the F1 of every column, and their mean where the last one is not pooled already.

        The mean is None while a category has no pixel at all: it would not be the mean of the table.
        """
        row = {column.name: self.f1(column) for column in columns}
        if len(columns) > 1 and len(columns[-1].groups) == 1:
            values = list(row.values())
            known = [value for value in values if value is not None]
            row["mean"] = float(np.mean(known)) if len(known) == len(values) else None
        return row


def format_table(title: str, rows: Mapping[str, Mapping[str, float | None]]) -> str:
    """Returns rows of scores in the paper's layout: percent with two decimals, a dash where a category never occurs.

    Args:
        title: heading of the first column.
        rows: scores by the name of the method; all with the same columns.
    """
    return format_cells(
        title,
        {name: {column: _percent(score) for column, score in scores.items()} for name, scores in rows.items()},
    )


def format_cells(title: str, rows: Mapping[str, Mapping[str, str]]) -> str:
    """Returns rows of text under their headings, right-aligned but for the first column."""
    headings = list(next(iter(rows.values())))
    first = max(len(title), *map(len, rows))
    widths = [max(len(heading), *(len(cells[heading]) for cells in rows.values())) for heading in headings]
    lines = [(title, headings), *((name, [cells[heading] for heading in headings]) for name, cells in rows.items())]
    return "\n".join(
        name.ljust(first) + "".join(cell.rjust(width + 2) for cell, width in zip(cells, widths, strict=True))
        for name, cells in lines
    )


def _percent(score: float | None) -> str:
    return "-" if score is None else f"{100 * score:.2f}"
