from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from backend.accounts.schemas import Person
from backend.annotations.operations import Coordinate, PointIndex
from backend.reviews.tables import Verdict
from backend.tasks.tables import TaskState
from backend.text import NoNul

# A second label that was asked for: nobody has opened it, so that it can be withdrawn, or somebody has.
AskedFor = Literal["waiting", "begun"]


class NewComment(BaseModel):
    body: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), NoNul]
    point_index: PointIndex | None = None
    x: Coordinate | None = None
    y: Coordinate | None = None


class CommentView(BaseModel):
    id: int
    author: Person | None = Field(description="Null when Facet itself speaks.")
    body: str
    point_index: int | None
    x: float | None
    y: float | None
    resolved_at: datetime | None
    created_at: datetime


class ReviewBody(BaseModel):
    verdict: Verdict
    prefer_other: bool = Field(
        default=False, description="Approve the label that rests beside this one instead, where there are two."
    )
    comments: list[NewComment] = Field(default=[], max_length=200)


class ReviewDone(BaseModel):
    task_id: int
    state: TaskState


class ReviewView(BaseModel):
    id: int
    verdict: Verdict
    reviewer: Person | None
    revision: int
    created_at: datetime
