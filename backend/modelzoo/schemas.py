from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from backend.accounts.schemas import Person
from backend.modelzoo.tables import GateDecision, ModelState, PromotionAction
from backend.text import NoNul


class Metrics(BaseModel):
    """Landmark metrics over held-out photos, all fractions. NME is by the true rectangle, and by the outer eye corners."""

    nme_rect: float
    nme_interocular: float | None
    auc_008: float
    fr_008: float
    photos: int
    per_part: dict[str, float | None] = {}


class ModelView(BaseModel):
    id: int
    number: int
    state: ModelState
    is_active: bool
    labels: int
    parent_number: int | None
    snapshot_id: int
    metrics: Metrics | None
    baseline: Metrics | None = Field(description="The model before (or the mean face), on the same photos.")
    decision: GateDecision | None
    created_at: datetime


class PromotionView(BaseModel):
    model_number: int
    action: PromotionAction
    by: Person | None = Field(description="Null when the gate promoted it.")
    at: datetime
    reason: str


class Models(BaseModel):
    items: list[ModelView]
    promotions: list[PromotionView]


class ActivateBody(BaseModel):
    reason: Annotated[str, Field(min_length=1, max_length=500), NoNul]
