from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from backend.accounts.schemas import Person
from backend.modelzoo.tables import BaselineSource, GateDecision, ModelState, PromotionAction
from backend.text import NoNul


class Metrics(BaseModel):
    """Landmark metrics over held-out photos, all fractions. NME is by the true rectangle, and by the outer eye corners.

    `per_part` is the NME by rectangle of each part's points; the parts are those of the schema, such as `left_brow`.
    """

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
    baseline: Metrics | None = Field(description="What it would replace, on the same photos.")
    baseline_source: BaselineSource | None = Field(
        description="What it would replace: the model `parent_number`, the shipped weights, or the mean face."
    )
    decision: GateDecision | None
    created_at: datetime


class PromotionView(BaseModel):
    model_number: int | None = Field(description="Null: back to what the project started from.")
    action: PromotionAction
    by: Person | None = Field(description="Null when the gate promoted it.")
    at: datetime
    reason: str


class Models(BaseModel):
    items: list[ModelView]
    promotions: list[PromotionView]
    start: Literal["shipped", "mean_face"] = Field(
        description="What proposes while no version is active: the weights that ship with Facet, unless the "
        "installation has switched them off."
    )


class ActivateBody(BaseModel):
    reason: Annotated[str, Field(max_length=500), NoNul] = ""
