"""The one operation type of the editor: undo, draft, autosave, time tracking, audit and merge are all made of it.

A client never sends points. It sends operations, and the server replays them on the revision that they start from.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Literal
from uuid import UUID

import numpy as np
from pydantic import AwareDatetime, BaseModel, Field

from ml.schema import N_POINTS

# A pause longer than this is a coffee, not work.
IDLE_SECONDS = 60.0
# A point differs from another when it is further away than this, in photo pixels.
SAME_POINT = 0.01

PointIndex = Annotated[int, Field(ge=0, lt=N_POINTS)]
# Points may lie outside the photo, but not absurdly far.
Coordinate = Annotated[float, Field(ge=-1e5, le=1e5, allow_inf_nan=False)]


class MovePoints(BaseModel):
    """New places of some points, in photo pixels."""

    points: dict[PointIndex, tuple[Coordinate, Coordinate]] = Field(min_length=1)
    undoes: UUID | None = Field(default=None, description="The operation that this one takes back (undo and redo).")


class SetVisibility(BaseModel):
    """0 outside the photo or unknown, 1 occluded, 2 visible."""

    visibility: dict[PointIndex, Annotated[int, Field(ge=0, le=2)]] = Field(min_length=1)
    undoes: UUID | None = None


class _Operation(BaseModel):
    op_id: UUID
    base_revision: int = Field(ge=1)
    at: AwareDatetime


class MovePointsOperation(_Operation):
    kind: Literal["move_points"]
    payload: MovePoints


class SetVisibilityOperation(_Operation):
    kind: Literal["set_visibility"]
    payload: SetVisibility


Operation = Annotated[MovePointsOperation | SetVisibilityOperation, Field(discriminator="kind")]


def replay(
    points: np.ndarray, visibility: np.ndarray, operations: Sequence[Operation]
) -> tuple[np.ndarray, np.ndarray]:
    """Applies operations in order to (106, 2) points and (106,) visibility; returns new arrays, the given ones stay."""
    points, visibility = points.copy(), visibility.copy()
    for operation in operations:
        if isinstance(operation, MovePointsOperation):
            for index, place in operation.payload.points.items():
                points[index] = place
        else:
            for index, value in operation.payload.visibility.items():
                visibility[index] = value
    return points, visibility


def active_seconds(operations: Sequence[Operation]) -> float:
    """Time spent working: the gaps between operations, those above IDLE_SECONDS left out."""
    times = sorted(operation.at.timestamp() for operation in operations)
    gaps = (later - earlier for earlier, later in pairwise(times))
    return round(sum(gap for gap in gaps if gap <= IDLE_SECONDS), 3)


def count_corrected(points: np.ndarray, initial: np.ndarray) -> int:
    """How many of the (106, 2) `points` were moved away from the proposal."""
    distance = np.linalg.norm(points.astype(np.float64) - initial.astype(np.float64), axis=1)
    return int((distance > SAME_POINT).sum())
