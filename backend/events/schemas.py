from datetime import datetime
from typing import Any

from pydantic import BaseModel


class Subject(BaseModel):
    type: str
    id: int


class EventView(BaseModel):
    """What travels as `data:` of a server-sent event."""

    id: int
    kind: str
    project_id: int
    subject: Subject | None
    data: dict[str, Any]
    at: datetime
