"""Keyset pages: a list's cost does not grow with how far one has read."""

from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel

Item = TypeVar("Item")

After = Annotated[int | None, Query(ge=0, description="The `next` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=200)]


class Page(BaseModel, Generic[Item]):
    items: list[Item]
    next: int | None = None


class Listing(BaseModel, Generic[Item]):
    """A list that is short by nature (members, tokens, model versions): no pages."""

    items: list[Item]
