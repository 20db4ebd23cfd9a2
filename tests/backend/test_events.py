"""The log of what happened, in the order of commits, and its live stream."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import httpx
import pytest
import uvicorn
from sqlalchemy import select

from backend.events import routes
from backend.events.service import record
from backend.events.tables import Event
from backend.installation import Installation
from tests.backend.team import Caller, Team, lease_headers


@contextmanager
def served(app: Any) -> Iterator[str]:
    """The app in a real server, on a port of its own: the test client cannot read a stream without an end."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/api/v1"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


@contextmanager
def follow(base: str, caller: Caller, project_id: int, last: str | None = None) -> Iterator[Iterator[dict[str, str]]]:
    """The stream's messages as they come, comments left out."""
    token = caller.post("/tokens", 201, json={"name": "follower"}).json()["token"]
    headers = {"Authorization": f"Bearer {token}"} | ({"Last-Event-ID": last} if last is not None else {})

    def messages(response: httpx.Response) -> Iterator[dict[str, str]]:
        message: dict[str, str] = {}
        for line in response.iter_lines():
            if not line and message:
                yield message
                message = {}
            elif line and not line.startswith(":"):
                name, _, value = line.partition(": ")
                message[name] = value

    with httpx.stream("GET", f"{base}/projects/{project_id}/events", headers=headers, timeout=10) as response:
        assert response.status_code == 200 and response.headers["content-type"].startswith("text/event-stream")
        yield messages(response)


def test_the_stream_resumes_and_misses_nothing(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "POLL_SECONDS", 0.05)
    project_id = team.seeded_project(2)
    team.seeded_project(1, name="Others")
    with served(team.app) as base:
        with follow(base, team.annotator, project_id) as stream:
            ready = next(stream)
            assert ready["event"] == "ready"
            taken = team.annotator.post(f"/projects/{project_id}/tasks/next", 200).json()
            live = next(stream)
            event = json.loads(live["data"])
            assert live["id"] == str(event["id"]) and int(live["id"]) > int(ready["id"])
            assert (event["kind"], event["project_id"]) == ("task.leased", project_id)
            assert event["subject"] == {"type": "task", "id": taken["task"]["id"]}
        # While nobody listens, more happens.
        skip = {"reason": "dark"}
        team.annotator.post(f"/tasks/{taken['task']['id']}/skip", 204, json=skip, headers=lease_headers(taken))
        team.annotator.post(f"/projects/{project_id}/tasks/next", 200)
        with follow(base, team.annotator, project_id, live["id"]) as stream:
            assert next(stream)["id"] == live["id"]
            missed = [json.loads(next(stream)["data"]) for _ in range(2)]
        assert [item["kind"] for item in missed] == ["task.skipped", "task.leased"]
        assert missed[0]["data"]["reason"] == "dark"

        stranger = httpx.get(f"{base}/projects/{project_id}/events")
        assert stranger.status_code == 401
        outsider = team.join("annotator", "Otto").post("/tokens", 201, json={"name": "x"}).json()["token"]
        refused = httpx.get(f"{base}/projects/{project_id}/events", headers={"Authorization": f"Bearer {outsider}"})
        assert refused.status_code == 404


def test_every_transition_is_in_the_log(team: Team, facet: Installation) -> None:
    project_id = team.ready_project(1)
    task_id = team.submitted(project_id)
    team.judged(project_id, "rejected")
    team.submitted(project_id)
    team.judged(project_id)
    team.admin.post(f"/projects/{project_id}/snapshots", 202, json={})
    team.run_jobs()
    with facet.db.reading() as session:
        events = session.scalars(select(Event).where(Event.project_id == project_id).order_by(Event.id)).all()
    of_task = [event.kind for event in events if (event.subject_type, event.subject_id) == ("task", task_id)]
    round_trip = ["task.leased", "task.submitted", "task.in_review"]
    assert of_task == ["task.ready", *round_trip, "task.rejected", *round_trip, "task.approved"]
    kinds = {event.kind for event in events}
    assert {"project.created", "member.added", "photo.imported", "import.progress", "snapshot.created"} <= kinds
    assert {"job.started", "job.succeeded", "snapshot.ready"} <= kinds
    actors = {event.kind: event.actor_id for event in events}
    assert actors["task.submitted"] == team.annotator.user_id and actors["task.approved"] == team.reviewer.user_id
    assert all(earlier.at <= later.at for earlier, later in pairwise(events) if earlier.kind == later.kind)


def test_what_is_rolled_back_leaves_no_event(team: Team, facet: Installation) -> None:
    project_id = team.project()
    with pytest.raises(ZeroDivisionError), facet.db.transaction() as session:
        record(session, "test.vanished", project_id)
        raise ZeroDivisionError
    with facet.db.reading() as session:
        assert "test.vanished" not in set(session.scalars(select(Event.kind)))


def test_ids_grow_in_the_order_of_commits(team: Team, facet: Installation) -> None:
    """A reader who goes by the last id seen gets every event of many writers, each exactly once."""
    project_id = team.project()
    seen: list[int] = []
    done = threading.Event()

    def read() -> None:
        last, finishing = 0, False
        while True:
            with facet.db.reading() as session:
                new = session.scalars(select(Event.id).where(Event.kind == "test.write", Event.id > last)).all()
            seen.extend(sorted(new))
            last = max([last, *new])
            if finishing:
                return
            finishing = done.is_set()

    def write(number: int) -> None:
        with facet.db.transaction() as session:
            record(session, "test.write", project_id, number=number, also=1)
            record(session, "test.write", project_id, number=number, also=2)

    reader = threading.Thread(target=read)
    reader.start()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(80)))
    done.set()
    reader.join(30)
    with facet.db.reading() as session:
        events = session.scalars(select(Event).where(Event.kind == "test.write").order_by(Event.id)).all()
    assert seen == [event.id for event in events] and len(seen) == 160
    # What one transaction tells stays together.
    assert all(one.data["number"] == two.data["number"] for one, two in zip(events[::2], events[1::2], strict=True))
