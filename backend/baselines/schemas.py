from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field

from backend.modelzoo.tables import ModelState


def _strided(size: int) -> int:
    if size % 8 != 1:
        raise ValueError("must be 8k + 1 pixels, such as 129, 257 or 473")
    return size


InputSize = Annotated[int, Field(ge=33, le=713), AfterValidator(_strided)]
Epochs = Annotated[int, Field(ge=1, le=1000)]
F1ByColumn = dict[str, float | None]


class NewBaseline(BaseModel):
    """The defaults are for a CPU; the paper's own are ResNet-101 and 473 pixels, for a GPU."""

    snapshot_id: int
    depth: Annotated[Literal[18, 50, 101], Field(description="Layers of the ResNet.")] = 18
    input_size: Annotated[InputSize, Field(description="Side of the network's input in pixels, 8k + 1.")] = 129
    epochs: Epochs = 30


class BaselineScores(BaseModel):
    """F1 of each category over the held-out photos, 0 to 1; null where no pixel is of it, in truth or by the network."""

    photos: int
    lapa: F1ByColumn = Field(description="Columns of the paper's Table 2; `mean` is that of the ten, if all are there.")
    helen: F1ByColumn = Field(description="Columns of its Table 3: brows, eyes and mouth merged.")
    confusion: list[list[int]] = Field(
        description="Pixels of all held-out photos: 11 rows by true category, 11 columns by the network's."
    )


class BaselineView(BaseModel):
    id: int
    number: int
    state: ModelState
    is_active: bool
    snapshot_id: int
    snapshot_number: int
    labels: int = Field(description="Photos that it learned from; the snapshot's held-out ones are not among them.")
    depth: int
    input_size: int
    epochs: int
    scores: BaselineScores | None
    created_at: datetime


class ActiveBaseline(BaseModel):
    baseline_id: int | None = Field(description="Null: no baseline is asked about new label maps.")


class CategoryDisagreement(BaseModel):
    category: int
    share: float = Field(
        description="Of the pixels that either map gives to the category, the share that only one of them does."
    )
    usual: float | None = Field(
        description="The same over the baseline's held-out photos; null where they do not have the category."
    )


class DisagreementView(BaseModel):
    baseline_number: int
    share: float = Field(description="Of the face's pixels, how many are of another category to the baseline.")
    categories: list[CategoryDisagreement] = Field(description="Those that are there, by id.")
    worst: int | None = Field(
        description="The category that is further apart than usual by most, of those with a `usual`."
    )
    place: tuple[float, float] | None = Field(description="Where that one differs most, photo pixels.")


class SecondOpinion(BaseModel):
    disagreement: DisagreementView | None = Field(
        description="Null: no baseline was active when the newest label map was drawn."
    )
