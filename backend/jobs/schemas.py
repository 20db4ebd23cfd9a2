from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

JobState = Literal["queued", "running", "succeeded", "failed"]


class JobView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    kind: str
    queue: str
    state: JobState
    done: int
    total: int
    message: str
    error: str | None
    attempts: int
    stoppable: bool = Field(description="Whether an admin may stop it now.")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
