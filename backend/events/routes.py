"""Live updates: the event log, followed by id. A reconnect names the last id it saw and misses nothing."""

import asyncio
import time
from collections.abc import AsyncIterator

from fastapi import APIRouter, Header, Request
from sse_starlette.event import ServerSentEvent
from sse_starlette.sse import EventSourceResponse
from starlette.concurrency import run_in_threadpool

from backend.accounts.access import Annotator, Facet
from backend.events.schemas import EventView, Subject
from backend.events.service import events_after, newest_event_id
from backend.events.tables import Event
from backend.installation import Installation
from backend.projects.service import visible_project

router = APIRouter(tags=["events"])

POLL_SECONDS = 0.5
# Long streams are ended now and then, so that a person who lost access does not listen for ever; browsers reconnect.
MAX_STREAM_SECONDS = 15 * 60


def _view(event: Event) -> EventView:
    subject = Subject(type=event.subject_type, id=event.subject_id or 0) if event.subject_type else None
    return EventView(
        id=event.id, kind=event.kind, project_id=event.project_id or 0, subject=subject, data=event.data, at=event.at
    )


def _after(facet: Installation, project_id: int, last: int) -> list[EventView]:
    with facet.db.reading() as session:
        return [_view(event) for event in events_after(session, project_id, last)]


async def _follow(facet: Installation, project_id: int, last: int, request: Request) -> AsyncIterator[ServerSentEvent]:
    ends_at = time.monotonic() + MAX_STREAM_SECONDS
    # Tells the client at once that it is connected, and where it stands.
    yield ServerSentEvent(id=str(last), event="ready", data="{}")
    while time.monotonic() < ends_at and not await request.is_disconnected():
        events = await run_in_threadpool(_after, facet, project_id, last)
        for event in events:
            last = event.id
            yield ServerSentEvent(id=str(event.id), data=event.model_dump_json())
        if not events:
            await asyncio.sleep(POLL_SECONDS)


@router.get(
    "/projects/{project_id}/events",
    response_class=EventSourceResponse,
    responses={200: {"model": EventView, "description": "EventView objects as `data:`."}},
)
async def follow_events(
    project_id: int,
    request: Request,
    caller: Annotator,
    facet: Facet,
    last_event_id: str | None = Header(default=None, alias="Last-Event-ID"),
) -> EventSourceResponse:
    """Server-sent events of a project, from now on or from Last-Event-ID on."""

    def start() -> int:
        with facet.db.reading() as session:
            visible_project(session, caller, project_id)
            if last_event_id is not None and last_event_id.isdecimal():
                return int(last_event_id)
            return newest_event_id(session, project_id)

    last = await run_in_threadpool(start)
    return EventSourceResponse(_follow(facet, project_id, last, request), ping=15)
