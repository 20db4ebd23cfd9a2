"""The one operation type of the editor: undo, draft, autosave, time tracking, audit and merge are all made of it.

A client never sends points. It sends operations, and the server replays them on the revision that they start from.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Annotated, Any, Literal, Self
from uuid import UUID

import numpy as np
from pydantic import AwareDatetime, BaseModel, Field, model_validator

from backend.annotations.painting import Paint
from ml.schema import N_POINTS

# A pause longer than this is a coffee, not work.
IDLE_SECONDS = 60.0
# A point differs from another when it is further away than this, in photo pixels.
SAME_POINT = 0.01

PointIndex = Annotated[int, Field(ge=0, lt=N_POINTS)]
# Points may lie outside the photo, but not absurdly far.
Coordinate = Annotated[float, Field(ge=-1e5, le=1e5, allow_inf_nan=False)]


Places = dict[PointIndex, tuple[Coordinate, Coordinate]]

# Why a point lies where it does. Whoever learns from labels, or counts corrections, must tell these apart.
PROPOSED, MOVED, CONFIRMED = 0, 1, 2


class MovePoints(BaseModel):
    """New places of some points, in photo pixels, by why they are there; at least one point, and none twice."""

    points: Places = Field(description="Put there by the person. They stay put when others are moved.")
    carried: Places = Field(
        default={},
        description="Led there by the shape model, or back to the proposal. The server stores what it is sent.",
    )
    confirmed: Places = Field(default={}, description="Found right by the person where they are. They stay put, too.")
    undoes: UUID | None = Field(default=None, description="The operation that this one takes back (undo and redo).")

    @model_validator(mode="after")
    def _each_point_once(self) -> Self:
        named = [*self.points, *self.carried, *self.confirmed]
        if not named:
            raise ValueError("an operation moves at least one point")
        if len(set(named)) < len(named):
            raise ValueError("a point is either moved, carried or confirmed")
        return self

    @property
    def by_origin(self) -> tuple[tuple[int, Places], ...]:
        return (MOVED, self.points), (PROPOSED, self.carried), (CONFIRMED, self.confirmed)


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


class PaintOperation(_Operation):
    kind: Literal["paint"]
    payload: Paint


Operation = Annotated[MovePointsOperation | SetVisibilityOperation | PaintOperation, Field(discriminator="kind")]


def replay(
    points: np.ndarray, visibility: np.ndarray, origins: np.ndarray, operations: Sequence[Operation]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Applies operations in order to (106, 2) points, (106,) visibility and (106,) origins.

    Returns new arrays; the given ones stay. What is painted is a layer of its own (painting.py).

    An origin is PROPOSED (there, or led on by the shape model), MOVED or
    CONFIRMED.
    """
    points, visibility, origins = points.copy(), visibility.copy(), origins.copy()
    for operation in operations:
        if isinstance(operation, MovePointsOperation):
            for origin, places in operation.payload.by_origin:
                for index, place in places.items():
                    points[index] = place
                    origins[index] = origin
        elif isinstance(operation, SetVisibilityOperation):
            for index, value in operation.payload.visibility.items():
                visibility[index] = value
    return points, visibility, origins


def untouched() -> np.ndarray:
    """(106,) origins of a proposal."""
    return np.full(N_POINTS, PROPOSED, np.uint8)


def replay_origins(stored: Iterable[dict[str, Any]]) -> np.ndarray:
    """(106,) origins after stored operations, oldest first; those from before points were carried are all MOVED."""
    origins = untouched()
    for operation in stored:
        payload = operation["payload"]
        for name, origin in (("points", MOVED), ("carried", PROPOSED), ("confirmed", CONFIRMED)):
            for index in payload.get(name, ()):
                origins[int(index)] = origin
    return origins


def active_seconds(
    operations: Sequence[Operation], began_at: datetime | None = None, ended_at: datetime | None = None
) -> float:
    """Time spent working: the gaps between operations, those above IDLE_SECONDS left out.

    The look at the photo before the first operation and after the last one counts alike, where its beginning and end
    are known, by the clock that stamped the operations.
    """
    ends = [moment.timestamp() for moment in (began_at, ended_at) if moment is not None]
    times = sorted([operation.at.timestamp() for operation in operations] + ends)
    gaps = (later - earlier for earlier, later in pairwise(times))
    return round(sum(gap for gap in gaps if gap <= IDLE_SECONDS), 3)


def count_corrected(points: np.ndarray, initial: np.ndarray, origins: np.ndarray) -> int:
    """How many of the (106, 2) `points` a person moved away from the proposal; carried ones cost nobody's time."""
    distance = np.linalg.norm(points.astype(np.float64) - initial.astype(np.float64), axis=1)
    return int(((distance > SAME_POINT) & (origins == MOVED)).sum())
