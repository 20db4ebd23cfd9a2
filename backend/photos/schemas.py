from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from backend.jobs.schemas import JobView
from backend.photos.tables import ImportState, MapUse, Outcome, Split
from backend.tasks.tables import TaskState


class PhotoView(BaseModel):
    id: int
    name: str
    width: int
    height: int
    split: Split
    task_id: int
    state: TaskState
    annotator: str | None
    updated_at: datetime
    image_url: str
    thumbnail_url: str


class ListedPhoto(PhotoView):
    skips: int = Field(description="How often people have skipped it.")
    skip_reasons: list[str] = Field(description="Whoever skipped it and why, one line each; for reviewers and admins.")


class NewImport(BaseModel):
    expected: int | None = Field(default=None, ge=0, description="How many files will be sent, for the progress.")
    map_use: MapUse = Field(
        default="parts",
        description="Of label maps that photos bring along: keep the facial `parts` and find hair and skin anew, or keep "
        "the map `whole`.",
    )


class ImportView(BaseModel):
    id: int
    project_id: int
    state: ImportState
    expected: int | None
    done: int
    imported: int
    labeled: int = Field(description="Of the imported photos, how many brought points, a label map, or both along.")
    duplicates: int
    refused: int
    map_use: MapUse
    created_at: datetime
    job: JobView | None


class ImportItemView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    outcome: Outcome
    photo_id: int | None
    duplicate_of: str | None
    reason: str | None


class FilesImported(BaseModel):
    """`import` after these files, and what became of each of them."""

    import_: ImportView = Field(alias="import")
    items: list[ImportItemView]
