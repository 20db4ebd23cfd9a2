from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field

from backend.accounts.schemas import Person
from backend.annotations.operations import Operation
from backend.annotations.tables import Source
from backend.photos.schemas import PhotoView
from backend.photos.tables import MapUse
from backend.reviews.schemas import AskedFor, CommentView
from backend.tasks.tables import TaskState
from backend.text import NoNul

Operations = Annotated[list[Operation], Field(max_length=10_000)]


class RevisionMeta(BaseModel):
    number: int
    parent: int | None
    source: Source
    author: Person | None
    model_number: int | None
    active_seconds: float
    corrected_points: int
    created_at: datetime


class RevisionView(RevisionMeta):
    points: list[tuple[float, float]] = Field(description="106 places, photo pixels.")
    visibility: list[int] = Field(description="106 values: 0 outside or unknown, 1 occluded, 2 visible.")
    origins: list[int] = Field(
        description="106 values: 0 proposed, or carried there by the shape model; 1 moved, 2 confirmed by a person."
    )
    confidence: list[float] | None = Field(description="106 values in 0..1, when a model proposed the points.")
    painting_url: str | None = Field(description="What people painted by hand; null where nothing is painted.")


class ShapeModelView(BaseModel):
    """The errors of a proposal are taken for Gaussian, in the frame of the mean face, with covariance B·Bᵀ + diag(s²)."""

    version: Literal[1]
    components: int
    basis: list[float] = Field(description="B, 212 × components, row by row; the rows are x0, y0, x1, y1, …")
    noise: list[float] = Field(description="s, 212 numbers, above 0.")
    labels: int = Field(description="How many of the project's labels it has learned from; 0: it is the shipped one.")


class LeaseView(BaseModel):
    token: str
    expires_at: datetime
    seconds: int


class DraftView(BaseModel):
    base_revision: int
    operations: Operations
    updated_at: datetime


class TaskView(BaseModel):
    id: int
    project_id: int
    state: TaskState
    photo: PhotoView
    skips: int


class GivenView(BaseModel):
    """What the photo brought along when it was imported from a dataset."""

    points: int = Field(description="How many of the 106 points were given; the others follow from them.")
    points_file: str | None
    label_file: str | None
    map_use: MapUse = Field(description="What becomes of the label map: its facial `parts` are kept, or the `whole`.")


class OtherLabel(BaseModel):
    """Somebody else's independent label of the same photo."""

    task_id: int
    author: Person | None
    revision: RevisionView
    label_map_url: str | None


class Assignment(BaseModel):
    """All that the editor needs to open a task, in one answer. `lease` is null in read-only views."""

    task: TaskView
    lease: LeaseView | None
    etag: str
    revision: RevisionView
    initial: RevisionView
    draft: DraftView | None
    comments: list[CommentView]
    label_map_url: str | None = Field(description="The map of this revision, painted pixels included.")
    fitted_map_url: str | None = Field(
        description="The newest fitted map, of this revision or an older one, without the painted pixels."
    )
    given: GivenView | None
    author: Person | None
    other: OtherLabel | None = Field(description="For whoever reviews a photo that was labelled twice.")
    second_label: AskedFor | None = Field(
        description="In a view without a lease, for whoever asked for a second label of the photo that is not there yet: "
        "whether it still waits, and can be withdrawn, or was begun."
    )


class OperationsBody(BaseModel):
    operations: Operations
    began_at: AwareDatetime | None = Field(
        default=None,
        description="When the photo came on the screen or was saved last, by the clock of the operations: active "
        "seconds count from here.",
    )
    ended_at: AwareDatetime | None = Field(default=None, description="When the person saved or submitted: until here.")


class DraftBody(BaseModel):
    base_revision: int = Field(ge=1)
    operations: Operations


class DraftSaved(BaseModel):
    saved_at: datetime
    operations: int
    lease: LeaseView


class Saved(BaseModel):
    revision: RevisionMeta
    etag: str
    lease: LeaseView


class Submitted(BaseModel):
    task_id: int
    state: TaskState
    revision: RevisionMeta


class SkipBody(BaseModel):
    reason: Annotated[str, Field(min_length=1, max_length=500), NoNul]
