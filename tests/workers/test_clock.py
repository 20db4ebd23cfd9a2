"""Beat's own process does what is due, however busy the workers are."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import update

from backend.db import now
from backend.installation import Installation
from backend.jobs.broker import settings_of_celery
from backend.jobs.service import claim, enqueue
from backend.jobs.tables import Job
from tests.workers.faces import new_project
from workers import clock


@pytest.fixture
def ticking(facet: Installation, monkeypatch: pytest.MonkeyPatch) -> clock.Clock:
    monkeypatch.setattr(clock, "get_settings", lambda: facet.settings)
    return clock.Clock(app=facet.celery)


def test_it_knows_every_duty_that_is_scheduled(facet: Installation) -> None:
    scheduled = settings_of_celery(facet.settings)["beat_schedule"].values()
    assert {duty["task"] for duty in scheduled} == set(clock._DUTIES)


def test_a_lost_job_comes_back_without_any_worker(facet: Installation, ticking: clock.Clock) -> None:
    project_id = new_project(facet, "Clock")
    with facet.db.transaction() as session:
        job_id = enqueue(session, "repredict", project_id, {}, "lost").id
    with facet.db.transaction() as session:
        assert claim(session, job_id) is not None
    with facet.db.transaction() as session:
        session.execute(update(Job).where(Job.id == job_id).values(heartbeat_at=now() - timedelta(hours=1)))
    ticking.apply_entry(ticking.Entry(name="reconcile", task="reconcile", schedule=5.0, app=facet.celery))
    with facet.db.reading() as session:
        assert session.get_one(Job, job_id).state == "queued"


def test_a_duty_that_fails_does_not_stop_it(ticking: clock.Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_facet: Installation) -> None:
        raise ConnectionError("the database is restarting")

    monkeypatch.setitem(clock._DUTIES, "learn", fails)
    ticking.apply_entry(ticking.Entry(name="learn", task="learn", schedule=5.0, app=ticking.app))


def test_a_store_that_does_not_answer_holds_nothing_else_up(
    ticking: clock.Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, answer = [], threading.Event()

    def hangs(_facet: Installation) -> None:
        began.append(None)
        answer.wait(30)

    monkeypatch.setitem(clock._DUTIES, "tidy", hangs)
    entry = ticking.Entry(name="tidy", task="tidy", schedule=600.0, app=ticking.app)
    # It comes back, and does not ask again what has not answered yet.
    ticking.apply_entry(entry)
    ticking.apply_entry(entry)
    assert ticking._tidying is not None and ticking._tidying.is_alive()
    answer.set()
    ticking._tidying.join(30)
    assert len(began) == 1
