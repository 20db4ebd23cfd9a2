from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from backend.accounts.schemas import Role
from backend.projects.tables import QueueOrder as QueueOrderName
from backend.text import NoNul

ProjectName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), NoNul]
Description = Annotated[str, StringConstraints(max_length=4000), NoNul]
LeaseSeconds = Annotated[int, Field(ge=30, le=86400, description="How long a lease lasts after the last edit.")]
ReviewShare = Annotated[float, Field(ge=0, le=1, description="Share of submitted tasks that a person reviews.")]
RetrainEvery = Annotated[int, Field(ge=1, le=1_000_000, description="Approved labels between two trainings.")]
HoldoutShare = Annotated[float, Field(gt=0, lt=1, description="Share of photos that no training ever sees.")]
TrainWidth = Annotated[int, Field(ge=16, le=512, multiple_of=8, description="Channels of the hourglass.")]
TrainEpochs = Annotated[int, Field(ge=1, le=1000)]
QueueOrder = Annotated[
    QueueOrderName,
    Field(
        description="Which ready photos come first: in the order of their import; those from which the model would"
        " learn most; or those whose proposed points it is surest of."
    ),
]


class NewProject(BaseModel):
    name: ProjectName
    description: Description = ""
    lease_seconds: LeaseSeconds = 600
    review_share: ReviewShare = 1.0
    retrain_every: RetrainEvery = 2000
    holdout_share: HoldoutShare = 0.1
    train_width: TrainWidth = 128
    train_epochs: TrainEpochs = 60
    queue_order: QueueOrder = "import"


class ProjectChange(BaseModel):
    """The held-out share is missing on purpose: it was decided for every photo when that was imported."""

    name: ProjectName | None = None
    description: Description | None = None
    lease_seconds: LeaseSeconds | None = None
    review_share: ReviewShare | None = None
    retrain_every: RetrainEvery | None = None
    train_width: TrainWidth | None = None
    train_epochs: TrainEpochs | None = None
    queue_order: QueueOrder | None = None


class TaskCounts(BaseModel):
    pending: int
    ready: int
    in_progress: int
    fitting: int
    in_review: int
    approved: int


class ActiveModel(BaseModel):
    id: int
    number: int


class ProjectView(BaseModel):
    id: int
    name: str
    description: str
    lease_seconds: int
    review_share: float
    retrain_every: int
    holdout_share: float
    train_width: int
    train_epochs: int
    queue_order: QueueOrder
    photos: int
    counts: TaskCounts
    labels_since_training: int
    active_model: ActiveModel | None
    created_at: datetime


class MemberView(BaseModel):
    user_id: int
    name: str
    email: str
    role: Role
    added_at: datetime
