from datetime import date

from pydantic import BaseModel, Field

from backend.projects.schemas import TaskCounts


class Day(BaseModel):
    day: date
    submitted: int
    approved: int


class SentBack(BaseModel):
    """A photo that a reviewer, or Facet itself, sent back to whoever labelled it."""

    task_id: int
    photo: str
    comments: list[str] = Field(description="What is still to be changed, oldest first.")


class MyWork(BaseModel):
    """The caller's own pace and photos, for nobody else to see."""

    submitted: int
    approved: int
    active_seconds_mean: float | None
    begun: int = Field(description="Photos in the caller's hands, which the queue gives before all others.")
    sent_back: int = Field(description="Photos that wait for the caller because they were sent back.")
    first_sent_back: SentBack | None
    skipped: int = Field(description="Ready photos that the caller has skipped: in the counts, but not in their queue.")


class CurvePoint(BaseModel):
    model_number: int
    labels: int
    nme_rect: float
    auc_008: float
    fr_008: float


class Insights(BaseModel):
    counts: TaskCounts
    days: list[Day]
    corrected_points_mean: float | None
    active_seconds_mean: float | None = Field(description="Of everybody; null for annotators, who see only their own.")
    mine: MyWork
    nme_curve: list[CurvePoint]
